import Compute
import Foundation

/// Reading and writing files as a whole, with errors that a user can act on.
package enum WholeFile {
  /// All bytes of a file, or of a pipe up to its end.
  package static func read(_ url: URL) throws -> [UInt8] {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw readError(at: url.path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw readError(at: url.path) }
    var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size), 0) + 1)
    var length = 0
    while true {
      // One byte more than the size says: a file is at its end when that stays empty.
      if length == bytes.count { bytes += [UInt8](repeating: 0, count: max(65_536, bytes.count)) }
      let count = bytes.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress! + length, $0.count - length)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw readError(at: url.path) }
      if count == 0 { break }
      length += count
    }
    bytes.removeLast(bytes.count - length)
    return bytes
  }

  /// Writes as ``DurableFile`` does: the old file or the new one is there, never half of one.
  package static func write(_ data: Data, to url: URL) throws { try DurableFile.write(data, to: url.path) }
}

/// Why a file could not be read, by the last system error, and what to do.
package func readError(at path: String) -> InputError {
  let code = errno
  let (reason, remedy): (String, String?) =
    switch code {
    case ENOENT, ENOTDIR: ("there is no such file", "check the path")
    case EISDIR: ("this is a directory", "name a file")
    case EACCES, EPERM: ("permission denied", "check who may use the file")
    default: (String(cString: strerror(code)), nil)
    }
  return InputError("cannot read the file: \(reason)", at: path, remedy: remedy)
}
