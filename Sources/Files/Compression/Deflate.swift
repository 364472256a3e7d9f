import CZlib

/// zlib's raw deflate, inverse, and CRC-32, for buffers below 4 GiB.
package enum Deflate {
  /// Exactly `size` bytes, or nil if the stream is damaged, longer or shorter.
  package static func inflate(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    let size32 = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size32) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var complete = false
    // One byte more than wanted, so that a longer stream shows.
    let output = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      input.withUnsafeBufferPointer { source in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = uInt(source.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(buffer.count)
        let status = CZlib.inflate(&stream, Z_FINISH)
        complete = status == Z_STREAM_END && stream.avail_in == 0 && Int(stream.total_out) == size
        count = min(Int(stream.total_out), size)
      }
    }
    return complete ? output : nil
  }

  /// The raw deflate stream of these bytes; nil if zlib lacks memory.
  package static func deflate(_ input: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var complete = false
    let output = [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, uLong(input.count)))) { buffer, count in
      input.withUnsafeBufferPointer { source in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = uInt(source.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(buffer.count)
        complete = CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = Int(stream.total_out)
      }
    }
    return complete ? output : nil
  }

  /// CRC-32 as ZIP and PNG use it.
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
  }
}
