import Files
import Foundation
import Pactolus
import Reports

/// Clips in a file that moves: a film (`.mp4`, `.webm`, `.gif`, `.webp`) where ffmpeg is there, else an animated drawing
/// (`.svg`) or a page with a player (`.html`).
enum Film {
  private static let films = ["mp4", "webm", "gif", "webp"]

  /// Refuses what cannot be written, before anything is played.
  static func check(_ path: String) throws {
    let kind = path.pathEnding.lowercased()
    guard films.contains(kind) || kind == "svg" || kind == "html" else {
      throw InputError(
        "a film cannot be a '.\(kind)'", at: path,
        remedy: "use ." + (films + ["svg", "html"]).joined(separator: ", ."))
    }
    guard !films.contains(kind) || ffmpeg != nil else {
      throw InputError(
        "there is no ffmpeg to write it", at: path,
        remedy: "install it (apt-get install ffmpeg), or name the file .svg or .html")
    }
  }

  /// Writes the frames of these clips, one clip after the other, whole or not at all.
  static func write(_ clips: [Clip], to path: String) throws {
    switch path.pathEnding.lowercased() {
    case "html": try DurableFile.write(Data(ClipPage(title: "Played episodes", clips: clips).html().utf8), to: path)
    case "svg":
      let all = Clip(
        title: clips.count == 1 ? clips[0].title : "\(clips.count) episodes", frames: clips.flatMap(\.frames),
        framesPerSecond: clips.first?.framesPerSecond ?? 25)
      try DurableFile.write(Data(AnimatedDrawing(all).svg.utf8), to: path)
    default: try encode(clips, to: path)
    }
  }

  private static var ffmpeg: String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { $0 + "/ffmpeg" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func encode(_ clips: [Clip], to path: String) throws {
    guard let ffmpeg, let first = clips.first?.frames.first else { return }
    let raster = SceneRaster(first, fitting: 640, 480)
    let kind = path.pathEnding.lowercased()
    let partial = path.withoutPathEnding + ".partial.\(kind)"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ffmpeg)
    process.arguments =
      [
        "-y", "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size",
        "\(raster.columns)x\(raster.rows)", "-framerate", "\(clips[0].framesPerSecond)", "-i", "-",
      ] + (kind == "mp4" ? ["-pix_fmt", "yuv420p", "-movflags", "+faststart"] : kind == "webp" ? ["-loop", "0"] : [])
      + ["-map_metadata", "-1", partial]
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    // An encoder that gives up must not take us with it.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    // Frames that it does not take, or an end that it has closed itself, show in its exit code.
    for frame in clips.lazy.flatMap(\.frames) {
      guard (try? input.fileHandleForWriting.write(contentsOf: Data(raster.pixels(frame).values))) != nil else { break }
    }
    try? input.fileHandleForWriting.close()
    let said = errors.fileHandleForReading.allBytes()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      // It may have written nothing.
      try? FileManager.default.removeItem(atPath: partial)
      let words =
        String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? "no reason given"
      throw InputError("ffmpeg could not write it: \(words)", at: path, remedy: "try .svg")
    }
    guard rename(partial, path) == 0 else { throw fileError("cannot be written", at: path) }
  }
}
