/// Parquet's encodings of numbers (github.com/apache/parquet-format, Encodings.md). Every function checks its bounds
/// and returns nil for bytes that are no such encoding.
enum ParquetEncoding {
  /// `count` numbers of `width` bits in the hybrid of runs and bit-packed groups, from the bytes' beginning.
  static func hybrid(_ bytes: ArraySlice<UInt8>, width: Int, count: Int) -> [Int32]? {
    guard (0...32).contains(width) else { return nil }
    var values: [Int32] = []
    values.reserveCapacity(count)
    var position = bytes.startIndex
    while values.count < count {
      guard let header = varint(bytes, &position) else { return nil }
      if header & 1 == 1 {
        // Groups of eight; the last may be padded, or cut short where nothing more is needed.
        let groups = header >> 1
        guard groups > 0, groups <= UInt64(bytes.count) * 8 + 8 else { return nil }
        let wanted = min(count - values.count, Int(groups) * 8)
        guard (wanted * width + 7) / 8 <= bytes.endIndex - position else { return nil }
        unpack(bytes, at: position, width: width, count: wanted, into: &values)
        position = min(bytes.endIndex, position + Int(groups) * width)
      } else {
        let size = (width + 7) / 8
        guard header >> 1 > 0, bytes.endIndex - position >= size else { return nil }
        var value: UInt32 = 0
        for index in 0..<size { value |= UInt32(bytes[position + index]) << (8 * UInt32(index)) }
        position += size
        let run = min(UInt64(count - values.count), header >> 1)
        values.append(contentsOf: repeatElement(Int32(bitPattern: value), count: Int(run)))
      }
    }
    return values
  }

  private static func unpack(
    _ bytes: ArraySlice<UInt8>, at start: Int, width: Int, count: Int, into values: inout [Int32]
  ) {
    var position = start
    var buffer: UInt64 = 0
    var filled = 0
    let mask: UInt64 = (1 << UInt64(width)) - 1
    for _ in 0..<count {
      while filled < width {
        buffer |= UInt64(bytes[position]) << UInt64(filled)
        position += 1
        filled += 8
      }
      values.append(Int32(truncatingIfNeeded: buffer & mask))
      buffer >>= UInt64(width)
      filled -= width
    }
  }

  static func varint(_ bytes: ArraySlice<UInt8>, _ position: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.endIndex, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  /// Little-endian words one after another, from the bytes' beginning.
  static func plain<Word: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _: Word.Type, count: Int) -> [Word]? {
    let size = MemoryLayout<Word>.size
    guard count <= bytes.count / size else { return nil }
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Word.self)) }
    }
  }

  /// `DELTA_BINARY_PACKED`; steps behind it.
  static func delta(_ bytes: ArraySlice<UInt8>, _ position: inout Int, count: Int) -> [Int64]? {
    func zigzag() -> Int64? {
      varint(bytes, &position).map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }
    guard let blockSize = varint(bytes, &position), let miniCount = varint(bytes, &position),
      let total = varint(bytes, &position), var value = zigzag(), (1...65_536).contains(blockSize),
      (1...512).contains(miniCount), blockSize.isMultiple(of: miniCount * 8), total == UInt64(count)
    else { return nil }
    let perMini = Int(blockSize / miniCount)
    var values: [Int64] = []
    values.reserveCapacity(count)
    if count > 0 { values.append(value) }
    while values.count < count {
      guard let least = zigzag(), bytes.endIndex - position >= Int(miniCount) else { return nil }
      let widths = bytes[position..<position + Int(miniCount)].map { Int($0) }
      position += Int(miniCount)
      for width in widths where values.count < count {
        guard width <= 64, bytes.endIndex - position >= perMini * width / 8 else { return nil }
        var bit = 0
        for _ in 0..<min(perMini, count - values.count) {
          var packed: UInt64 = 0
          var have = 0
          while have < width {
            let byte = UInt64(bytes[position + bit >> 3]) >> UInt64(bit & 7)
            let take = min(8 - bit & 7, width - have)
            packed |= (byte & ((1 << UInt64(take)) - 1)) << UInt64(have)
            have += take
            bit += take
          }
          value = value &+ least &+ Int64(bitPattern: packed)
          values.append(value)
        }
        position += perMini * width / 8
      }
    }
    return values
  }
}
