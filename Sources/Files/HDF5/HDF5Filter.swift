import Compute

/// What was done to a chunk's bytes before they were stored: deflate and shuffle; others are refused.
enum HDF5Filter: Hashable {
  case deflate
  case shuffle(width: Int)

  /// A chunk's bytes before the filters, last first; those in `mask` were left out.
  static func undo(
    _ filters: [HDF5Filter], mask: Int, _ stored: HDF5Cursor, size: Int, place: String
  ) throws -> [UInt8] {
    var cursor = stored
    var data = try cursor.take(cursor.remaining)
    for (index, filter) in filters.enumerated().reversed() where mask >> index & 1 == 0 {
      switch filter {
      case .deflate: data = try inflate(data, size: size, place: place)[...]
      case .shuffle(let width): data = unshuffle(Array(data), width: width)[...]
      }
    }
    guard data.count == size else {
      throw InputError(
        "a chunk has \(data.count) bytes, wanted \(size)", at: place, remedy: "the file is damaged; copy it again")
    }
    return Array(data)
  }

  /// A zlib stream: two bytes, raw deflate, Adler's checksum.
  private static func inflate(_ data: ArraySlice<UInt8>, size: Int, place: String) throws -> [UInt8] {
    let damaged = InputError("a deflated chunk is damaged", at: place, remedy: "copy the file again")
    guard data.count > 6, size <= data.count * 1032, let first = data.first,
      first & 0x0F == 8, (Int(first) << 8 | Int(data[data.startIndex + 1])) % 31 == 0,
      data[data.startIndex + 1] & 0x20 == 0,
      let result = Deflate.inflate(data.dropFirst(2).dropLast(4), size: size)
    else { throw damaged }
    var (a, b) = (1, 0)
    for byte in result {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    guard data.suffix(4).reduce(0, { $0 << 8 | Int($1) }) == b << 16 | a else { throw damaged }
    return result
  }

  /// Bytes that stand by significance (all first bytes, all second …) back into numbers.
  private static func unshuffle(_ data: [UInt8], width: Int) -> [UInt8] {
    let count = data.count / max(1, width)
    guard width > 1, count > 1 else { return data }
    var result = data
    for byte in 0..<width {
      for index in 0..<count { result[index * width + byte] = data[byte * count + index] }
    }
    return result
  }
}
