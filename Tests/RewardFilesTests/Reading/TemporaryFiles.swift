import Foundation

/// A folder that is gone after the test.
final class TemporaryFiles {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, _ name: String) throws -> URL { try write(Array(text.utf8), name) }

  func write(_ bytes: [UInt8], _ name: String) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url
  }

  /// Runs a Debian tool (gzip, zstd) on a file.
  func pack(_ file: URL, with tool: String, _ arguments: [String] = ["-k"]) throws -> URL {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments + [file.path]
    try process.run()
    process.waitUntilExit()
    return file.appendingPathExtension(tool == "gzip" ? "gz" : "zst")
  }
}
