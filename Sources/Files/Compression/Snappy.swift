/// Snappy's raw format (github.com/google/snappy, format_description.txt): the unpacked size as a varint, then
/// literals and copies of what was unpacked before.
enum Snappy {
  /// Exactly `size` bytes; nil if the block is damaged, longer or shorter.
  static func unpack(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var position = input.startIndex
    var announced = 0
    var shift = 0
    while true {
      guard position < input.endIndex, shift <= 28 else { return nil }
      let byte = input[position]
      position += 1
      announced |= Int(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    guard announced == size else { return nil }
    var output = UnpackedBlock(size: size)
    func word(_ count: Int) -> Int? {
      guard input.endIndex - position >= count else { return nil }
      defer { position += count }
      return (0..<count).reduce(0) { $0 | Int(input[position + $1]) << (8 * $1) }
    }
    while position < input.endIndex {
      let tag = Int(input[position])
      position += 1
      if tag & 3 == 0 {
        var length = tag >> 2
        if length >= 60 {
          guard let more = word(length - 59) else { return nil }
          length = more
        }
        length += 1
        guard length <= input.endIndex - position, output.append(input[position..<position + length]) else {
          return nil
        }
        position += length
        continue
      }
      let length = tag & 3 == 1 ? 4 + (tag >> 2 & 7) : 1 + tag >> 2
      let size = [1, 2, 4][(tag & 3) - 1]
      guard let low = word(size), output.copy(offset: tag & 3 == 1 ? (tag >> 5) << 8 | low : low, length: length) else {
        return nil
      }
    }
    return output.whole
  }
}

/// Bytes under construction whose final size is known, and copies within them.
struct UnpackedBlock {
  private var bytes: [UInt8]
  private var count = 0

  init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

  /// The bytes, if all are there.
  var whole: [UInt8]? { count == bytes.count ? bytes : nil }

  /// False if there is no room.
  mutating func append(_ more: ArraySlice<UInt8>) -> Bool {
    guard more.count <= bytes.count - count else { return false }
    for (index, byte) in more.enumerated() { bytes[count + index] = byte }
    count += more.count
    return true
  }

  /// Appends `length` bytes that stand `offset` before the end, themselves included where the two overlap; false if
  /// they are not there or there is no room.
  mutating func copy(offset: Int, length: Int) -> Bool {
    guard offset > 0, offset <= count, length <= bytes.count - count else { return false }
    for index in count..<count + length { bytes[index] = bytes[index - offset] }
    count += length
    return true
  }
}
