import Compute

/// A table in FlatBuffers' wire format, every access bounds-checked (flatbuffers.dev, "FlatBuffer internals").
///
/// A field is absent where the table's list of offsets has zero or is too short; readers then take the default.
struct Flatbuffer {
  private let bytes: [UInt8]
  private let table: Int
  private let place: String

  /// The root table.
  init(_ bytes: [UInt8], place: String) throws {
    self = try Flatbuffer(bytes, table: 0, place: place).at(0)
  }

  private init(_ bytes: [UInt8], table: Int, place: String) {
    (self.bytes, self.table, self.place) = (bytes, table, place)
  }

  private func damaged() -> InputError {
    InputError("the Arrow metadata are damaged", at: place, remedy: "copy or export the file again")
  }

  private func word<Word: FixedWidthInteger>(_ position: Int, _: Word.Type) throws -> Word {
    let size = MemoryLayout<Word>.size
    guard position >= 0, position <= bytes.count - size else { throw damaged() }
    return bytes.withUnsafeBytes { Word(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Word.self)) }
  }

  /// The table that the offset at `position` leads to.
  private func at(_ position: Int) throws -> Flatbuffer {
    let target = position + Int(try word(position, UInt32.self))
    guard target <= bytes.count - 4 else { throw damaged() }
    return Flatbuffer(bytes, table: target, place: place)
  }

  /// Where a field's value stands; nil if it is absent.
  private func position(_ field: Int) throws -> Int? {
    let list = table - Int(try word(table, Int32.self))
    let size = Int(try word(list, UInt16.self))
    guard 4 + 2 * field + 2 <= size else { return nil }
    let offset = Int(try word(list + 4 + 2 * field, UInt16.self))
    return offset == 0 ? nil : table + offset
  }

  /// A number; `otherwise` if it is absent.
  func integer<Word: FixedWidthInteger>(_ field: Int, _: Word.Type, default otherwise: Int = 0) throws -> Int {
    guard let position = try position(field) else { return otherwise }
    guard let value = Int(exactly: try word(position, Word.self)) else { throw damaged() }
    return value
  }

  /// A table within this one.
  func table(_ field: Int) throws -> Flatbuffer? { try position(field).map(at) }

  /// A text.
  func text(_ field: Int) throws -> String? {
    guard let (start, count) = try vector(field, stride: 1) else { return nil }
    guard let text = String(validating: bytes[start..<start + count], as: UTF8.self) else { throw damaged() }
    return text
  }

  /// A list of tables.
  func tables(_ field: Int) throws -> [Flatbuffer] {
    guard let (start, count) = try vector(field, stride: 4) else { return [] }
    return try (0..<count).map { try at(start + 4 * $0) }
  }

  /// A list of numbers, or of structures made of `width` numbers, flattened.
  func integers(_ field: Int, width: Int = 1) throws -> [Int] {
    guard let (start, count) = try vector(field, stride: 8 * width) else { return [] }
    return try (0..<count * width).map { Int(try word(start + 8 * $0, Int64.self)) }
  }

  private func vector(_ field: Int, stride: Int) throws -> (start: Int, count: Int)? {
    guard let position = try position(field) else { return nil }
    let start = position + Int(try word(position, UInt32.self))
    let count = Int(try word(start, UInt32.self))
    guard count <= (bytes.count - start - 4) / stride else { throw damaged() }
    return (start + 4, count)
  }
}
