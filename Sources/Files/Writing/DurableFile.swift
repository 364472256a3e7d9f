import Compute
import Foundation

/// Writing that is either done and on disk, or not done.
package enum DurableFile {
  /// Writes a file whole: beside its place, then renamed into it. On return it is on disk.
  package static func write(_ data: Data, to path: String) throws {
    let temporary = path + ".writing"
    do {
      try writeAndFlush(data, to: temporary)
      guard rename(temporary, path) == 0 else { throw fileError("cannot put the file into its place", at: path) }
      try flushDirectory((path as NSString).deletingLastPathComponent)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes a directory of files whole: beside its place, then renamed into it. On return it is on disk.
  package static func writeDirectory(_ files: [(name: String, data: Data)], to path: String) throws {
    let parent = (path as NSString).deletingLastPathComponent
    let temporary = parent + "/.writing-" + (path as NSString).lastPathComponent
    do {
      try remove(temporary)
      guard mkdir(temporary, 0o755) == 0 else { throw fileError("cannot make the directory", at: temporary) }
      for file in files { try writeAndFlush(file.data, to: temporary + "/" + file.name) }
      try flushDirectory(temporary)
      // Only a replay writes a checkpoint again that stands already; it is the same one.
      try remove(path)
      guard rename(temporary, path) == 0 else { throw fileError("cannot put the directory into its place", at: path) }
      try flushDirectory(parent)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  /// Removes a file or a directory with all that is in it; nothing there is fine.
  package static func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw InputError("cannot remove it", at: path, remedy: "check the directory's permissions")
    }
  }

  private static func writeAndFlush(_ data: Data, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fileError("cannot write here", at: path) }
    defer { close(descriptor) }
    try data.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = Foundation.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw fileError("writing failed", at: path) }
        offset += written
      }
    }
    guard fsync(descriptor) == 0 else { throw fileError("writing failed", at: path) }
  }

  private static func flushDirectory(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fileError("cannot open the directory", at: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fileError("writing failed", at: path) }
  }
}

/// The last system error as an `InputError` with a remedy.
package func fileError(_ problem: String, at path: String) -> InputError {
  let code = errno
  let remedy: String? =
    switch code {
    case ENOSPC, EDQUOT: "the disk is full: make room and resume; nothing written so far is lost"
    case EACCES, EPERM, EROFS: "check the directory's permissions"
    case ENOENT, ENOTDIR: "make the directory above it first"
    default: nil
    }
  return InputError("\(problem) (\(String(cString: strerror(code))))", at: path, remedy: remedy)
}
