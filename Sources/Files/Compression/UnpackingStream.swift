import CLzma
import CZlib
import CZstd
import Compute
import Foundation

/// A file's bytes from front to back; gzip, zstd and xz (of any number of members) are recognised by their first bytes
/// and unpacked on the way.
///
/// Memory is bounded for every file: a window of zstd takes at most 128 MiB, unpacking xz at most 160 MiB, and
/// more than `limit` unpacked bytes are an error. A file that ends within a compressed member is an error, not a short
/// file.
package final class UnpackingStream {
  private let descriptor: Int32
  private let file: String
  private let limit: Int
  private var produced = 0
  private var input: [UInt8]
  private var inputRange = 0..<0
  private var atEnd = false
  private var packing = Packing.none
  private let zlib = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var zstd: OpaquePointer?
  private let xz = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)
  /// Whether a compressed member or frame is under way.
  private var withinMember = false

  private enum Packing { case none, gzip, zstd, xz }

  /// Opens a file that may unpack to at most `limit` bytes.
  package init(_ url: URL, limit: Int) throws {
    file = url.path
    self.limit = limit
    input = [UInt8](repeating: 0, count: 1 << 18)
    zlib.initialize(to: z_stream())
    xz.initialize(to: lzma_stream())
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw readError(at: url.path) }
    try fill()
    if inputRange.count >= 2, input[0] == 0x1F, input[1] == 0x8B {
      packing = .gzip
      let size = Int32(MemoryLayout<z_stream>.size)
      guard inflateInit2_(zlib, 16 + MAX_WBITS, ZLIB_VERSION, size) == Z_OK else { throw damaged("zlib lacks memory") }
    } else if inputRange.count >= 4, input[0] == 0x28, input[1] == 0xB5, input[2] == 0x2F, input[3] == 0xFD {
      packing = .zstd
      zstd = ZSTD_createDStream()
      guard zstd != nil else { throw damaged("zstd lacks memory") }
      ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 27)
    } else if input[inputRange].starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      packing = .xz
      // LZMA_CONCATENATED: files of several members, as parallel packers write them, are one.
      guard lzma_stream_decoder(xz, 160 << 20, 0x08) == LZMA_OK else { throw damaged("liblzma lacks memory") }
      withinMember = true
    }
  }

  deinit {
    if packing == .gzip { inflateEnd(zlib) }
    zlib.deallocate()
    if zstd != nil { ZSTD_freeDStream(zstd) }
    if packing == .xz { lzma_end(xz) }
    xz.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  private func damaged(_ problem: String) -> InputError {
    InputError(problem, at: file, remedy: "the file is damaged or truncated; copy or export it again")
  }

  private func fill() throws {
    guard !atEnd else { return }
    while true {
      let count = input.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw readError(at: file) }
      inputRange = 0..<count
      if count == 0 { atEnd = true }
      return
    }
  }

  /// Puts the next bytes into `block`, from `start` on.
  ///
  /// - Returns: how many; 0 at the end.
  package func read(into block: inout [UInt8], from start: Int = 0) throws -> Int {
    try block.withUnsafeMutableBytes { try read(into: UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var count = 0
    while count == 0 {
      if inputRange.isEmpty { try fill() }
      if inputRange.isEmpty, !withinMember || packing == .none { break }
      switch packing {
      case .none:
        count = min(buffer.count, inputRange.count)
        input.withUnsafeBytes {
          buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[inputRange].prefix(count)))
        }
        inputRange = (inputRange.lowerBound + count)..<inputRange.upperBound
      case .gzip: count = try inflate(into: buffer)
      case .zstd: count = try decompress(into: buffer)
      case .xz: count = try decode(into: buffer)
      }
    }
    produced += count
    guard produced <= limit else {
      throw InputError(
        "the file unpacks to more than \(limit) bytes", at: file, remedy: "split it into smaller files")
    }
    return count
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if !withinMember {
      inflateReset(zlib)
      withinMember = true
    }
    guard !inputRange.isEmpty else { throw damaged("the gzip data ends too early") }
    let given = inputRange
    var status = Z_OK
    input.withUnsafeMutableBufferPointer { source in
      zlib.pointee.next_in = source.baseAddress! + given.lowerBound
      zlib.pointee.avail_in = uInt(given.count)
      zlib.pointee.next_out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
      zlib.pointee.avail_out = uInt(clamping: buffer.count)
      status = CZlib.inflate(zlib, Z_NO_FLUSH)
    }
    inputRange = (given.upperBound - Int(zlib.pointee.avail_in))..<given.upperBound
    if status == Z_STREAM_END {
      withinMember = false
    } else if status != Z_OK, status != Z_BUF_ERROR {
      throw damaged("the gzip data is damaged")
    }
    return min(buffer.count, Int(uInt(clamping: buffer.count))) - Int(zlib.pointee.avail_out)
  }

  private func decode(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let given = inputRange
    var status = LZMA_OK
    input.withUnsafeBufferPointer { source in
      xz.pointee.next_in = source.baseAddress! + given.lowerBound
      xz.pointee.avail_in = given.count
      xz.pointee.next_out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
      xz.pointee.avail_out = buffer.count
      status = lzma_code(xz, atEnd ? LZMA_FINISH : LZMA_RUN)
    }
    inputRange = (given.upperBound - xz.pointee.avail_in)..<given.upperBound
    switch status {
    case LZMA_OK: break
    case LZMA_STREAM_END: withinMember = false
    case LZMA_MEMLIMIT_ERROR: throw damaged("the xz data need more than 160 MiB to unpack")
    case LZMA_BUF_ERROR where atEnd: throw damaged("the xz data end too early")
    case LZMA_BUF_ERROR: break
    default: throw damaged("the xz data are damaged")
    }
    return buffer.count - xz.pointee.avail_out
  }

  private func decompress(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let given = inputRange
    guard !given.isEmpty else { throw damaged("the zstd data ends too early") }
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    var position = 0
    let status = input.withUnsafeBytes { source in
      var chunk = ZSTD_inBuffer(src: source.baseAddress! + given.lowerBound, size: given.count, pos: 0)
      defer { position = chunk.pos }
      return ZSTD_decompressStream(zstd, &output, &chunk)
    }
    guard ZSTD_isError(status) == 0 else {
      throw damaged("the zstd data cannot be unpacked (\(String(cString: ZSTD_getErrorName(status))))")
    }
    inputRange = (given.lowerBound + position)..<given.upperBound
    withinMember = status != 0
    return output.pos
  }
}
