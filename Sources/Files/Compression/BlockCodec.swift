import CZlib
import CZstd
import Compute

/// How one block of bytes, whose unpacked size is known, was packed: pages of Parquet and buffers of Arrow.
enum BlockCodec {
  case none, snappy, gzip, zstd
  /// LZ4 without a frame.
  case lz4Block
  /// LZ4 frames (the command `lz4`).
  case lz4Frame

  /// Exactly `size` bytes, which the caller has found acceptable; nil if the block is damaged, longer or shorter.
  func unpack(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    switch self {
    case .none: input.count == size ? Array(input) : nil
    case .snappy: Snappy.unpack(input, size: size)
    case .gzip: Self.gunzip(input, size: size)
    case .zstd: Self.unzstd(input, size: size)
    case .lz4Block: LZ4.unpackBlock(input, size: size)
    case .lz4Frame: LZ4.unpackFrame(input, size: size)
    }
  }

  private static func gunzip(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    // 32 more than the window: gzip and zlib headers are both recognised.
    let streamSize = Int32(MemoryLayout<z_stream>.size)
    guard input.count <= Int(UInt32.max), size < Int(UInt32.max),
      inflateInit2_(&stream, 32 + MAX_WBITS, ZLIB_VERSION, streamSize) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var complete = false
    // One byte more than wanted, so that a longer stream shows.
    let output = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      input.withUnsafeBufferPointer { source in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = uInt(source.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(buffer.count)
        var status = inflate(&stream, Z_FINISH)
        // Several members one after another are one stream.
        while status == Z_STREAM_END, stream.avail_in > 0, inflateReset(&stream) == Z_OK {
          status = inflate(&stream, Z_FINISH)
        }
        count = buffer.count - Int(stream.avail_out)
        complete = status == Z_STREAM_END && stream.avail_in == 0 && count == size
      }
    }
    return complete ? output : nil
  }

  private static func unzstd(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var complete = false
    let output = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
      let written = input.withUnsafeBytes { ZSTD_decompress(buffer.baseAddress, size, $0.baseAddress, $0.count) }
      complete = ZSTD_isError(written) == 0 && written == size
      count = complete ? size : 0
    }
    return complete ? output : nil
  }
}
