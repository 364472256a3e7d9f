import Compute

/// Bytes read from front to back, with a place for errors. Every read is bounds-checked.
struct ByteReader {
  let bytes: [UInt8]
  let file: String
  var position: Int
  let end: Int

  init(_ bytes: [UInt8], file: String, range: Range<Int>? = nil) {
    self.bytes = bytes
    self.file = file
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  var remaining: Int { end - position }
  /// "file, byte 17".
  var place: String { "\(file), byte \(position)" }
  /// The next byte, or nil at the end; not consumed.
  var next: UInt8? { position < end ? bytes[position] : nil }

  mutating func take(_ count: Int, _ what: String) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw InputError(
        "the file ends within \(what): \(count) bytes wanted, \(remaining) left", at: place,
        remedy: "the file is truncated or damaged; copy or export it again")
    }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func integer<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type, _ what: String) throws -> Word {
    try take(MemoryLayout<Word>.size, what).reversed().reduce(0) { $0 << 8 | Word($1) }
  }

  mutating func consume(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  mutating func skip(while condition: (UInt8) -> Bool) {
    while let byte = next, condition(byte) { position += 1 }
  }
}
