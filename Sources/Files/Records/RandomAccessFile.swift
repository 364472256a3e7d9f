import Compute
import Foundation

/// A file, or bytes in memory, read at any place by any thread.
package final class RandomAccessFile: Sendable {
  private enum Source {
    case file(Int32)
    case memory([UInt8])
  }

  private let source: Source
  /// What errors call it.
  package let path: String
  /// In bytes, as it was when the file was opened.
  package let size: Int

  /// Opens a file.
  package init(_ file: URL) throws {
    path = file.path
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    source = .file(descriptor)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else { throw readError(at: file.path) }
    size = Int(status.st_size)
  }

  /// Wraps bytes.
  package init(_ bytes: [UInt8], place: String) {
    source = .memory(bytes)
    path = place
    size = bytes.count
  }

  deinit { if case .file(let descriptor) = source, descriptor >= 0 { close(descriptor) } }

  /// `count` bytes from `start` on.
  ///
  /// - Throws: `InputError` if they are not all within the file. Nothing is allocated for sizes that are not.
  package func read(_ start: Int, _ count: Int) throws -> [UInt8] {
    guard start >= 0, count >= 0, start <= size, count <= size - start else {
      throw InputError(
        "\(count) bytes wanted at byte \(start) of a file of \(size)", at: path,
        remedy: "the file is truncated or damaged; copy or export it again")
    }
    if case .memory(let bytes) = source { return Array(bytes[start..<start + count]) }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(start, into: $0) }
    return bytes
  }

  /// Fills `buffer` with the bytes from `start` on.
  package func read(_ start: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let ended = InputError(
      "the file ends too early", at: path,
      remedy: "the file is truncated or has changed; copy or export it again")
    switch source {
    case .memory(let bytes):
      guard start >= 0, start <= bytes.count, buffer.count <= bytes.count - start else { throw ended }
      bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[start..<start + buffer.count])) }
    case .file(let descriptor):
      var done = 0
      while done < buffer.count {
        let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(start + done))
        if count < 0, errno == EINTR { continue }
        guard count != 0 else { throw ended }
        guard count > 0 else { throw readError(at: path) }
        done += count
      }
    }
  }
}
