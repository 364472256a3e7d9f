import Compute
import Foundation

/// Writing that is either done and on disk, or not done.
package enum DurableFile {
  /// Writes a file whole: beside its place, then renamed into it. On return it is on disk.
  ///
  /// What a link names is replaced, not the link. A device or a pipe is written to, as it cannot be replaced.
  package static func write(_ data: Data, to path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw InputError("this is a directory, not a file", at: path, remedy: "choose another name")
      default: return try pour(data, into: path)
      }
    }
    if let end = try destination(of: path) { return try write(data, to: end) }
    let temporary = path + ".writing"
    do {
      try writeAndFlush(data, to: temporary)
      guard rename(temporary, path) == 0 else { throw fileError("cannot put the file into its place", at: path) }
      try flushDirectory(path.parentPath)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes a directory of files whole: beside its place, then renamed into it. On return it is on disk.
  package static func writeDirectory(_ files: [(name: String, data: Data)], to path: String) throws {
    let parent = path.parentPath
    let temporary = (parent.isEmpty || parent == "/" ? parent : parent + "/") + ".writing-" + path.lastPathPart
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

  /// Where a link leads, one link at a time; nil if the path is no link.
  private static func destination(of path: String) throws -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(path, &buffer, buffer.count)
    guard length > 0 else { return nil }
    // A link that leads to itself cannot be opened either.
    var status = stat()
    guard stat(path, &status) == 0 || errno == ENOENT else { throw fileError("cannot write here", at: path) }
    let end = String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    let parent = path.parentPath
    return end.hasPrefix("/") || parent.isEmpty ? end : parent + "/" + end
  }

  private static func pour(_ data: Data, into path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fileError("cannot write here", at: path) }
    defer { close(descriptor) }
    try writeAll(data, to: descriptor, path)
  }

  private static func writeAndFlush(_ data: Data, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fileError("cannot write here", at: path) }
    defer { close(descriptor) }
    try writeAll(data, to: descriptor, path)
    guard fsync(descriptor) == 0 else { throw fileError("writing failed", at: path) }
  }

  private static func writeAll(_ data: Data, to descriptor: Int32, _ path: String) throws {
    try data.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = Foundation.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw fileError("writing failed", at: path) }
        offset += written
      }
    }
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
    case ENOSPC, EDQUOT: "the disk is full: make room and try again, or resume; nothing written so far is lost"
    case EACCES, EPERM, EROFS: "check the directory's permissions"
    case ENOENT, ENOTDIR: "make the directory above it first"
    default: nil
    }
  return InputError("\(problem) (\(String(cString: strerror(code))))", at: path, remedy: remedy)
}
