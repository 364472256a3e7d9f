/// Writes tables in FlatBuffers' wire format, front to back: a table's offsets are filled in when what they lead to has
/// been written behind it.
struct FlatbufferWriter {
  /// The value of a table's field.
  indirect enum Value {
    case int8(Int8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case bool(Bool)
    case text(String)
    case table([Value?])
    case tables([[Value?]])
    /// Structures of 64-bit numbers, `width` of them each.
    case structures([Int64], width: Int)

    var size: Int {
      switch self {
      case .int8, .bool: 1
      case .int16: 2
      case .int64: 8
      default: 4
      }
    }
  }

  private var bytes: [UInt8] = []

  /// A buffer whose root is this table; a nil field is absent. The size is a multiple of eight.
  static func buffer(_ root: [Value?]) -> [UInt8] {
    var writer = FlatbufferWriter()
    writer.append(UInt32(0))
    let table = writer.write(root)
    writer.patch(0, to: table)
    writer.pad(to: 8)
    return writer.bytes
  }

  private mutating func append<Word: FixedWidthInteger>(_ word: Word) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func pad(to multiple: Int) {
    while !bytes.count.isMultiple(of: multiple) { bytes.append(0) }
  }

  private mutating func patch(_ position: Int, to target: Int) {
    withUnsafeBytes(of: UInt32(target - position).littleEndian) { word in
      for index in 0..<4 { bytes[position + index] = word[index] }
    }
  }

  /// The position of the table.
  private mutating func write(_ fields: [Value?]) -> Int {
    // Larger fields first, so that all are aligned behind the four bytes that lead to the list of offsets.
    let order = fields.indices.filter { fields[$0] != nil }.sorted {
      (fields[$1]!.size, $0) < (fields[$0]!.size, $1)
    }
    let start = order.contains { fields[$0]!.size == 8 } ? 8 : 4
    var offsets = [Int](repeating: 0, count: fields.count)
    var size = start
    for field in order {
      offsets[field] = size
      size += fields[field]!.size
    }
    pad(to: 2)
    let list = bytes.count
    append(UInt16(4 + 2 * fields.count))
    append(UInt16(size))
    for offset in offsets { append(UInt16(offset)) }
    pad(to: 8)
    let table = bytes.count
    append(Int32(table - list))
    while bytes.count < table + start { bytes.append(0) }
    var later: [(position: Int, value: Value)] = []
    for field in order {
      switch fields[field]! {
      case .int8(let value): append(value)
      case .int16(let value): append(value)
      case .int32(let value): append(value)
      case .int64(let value): append(value)
      case .bool(let value): append(UInt8(value ? 1 : 0))
      case let value:
        later.append((bytes.count, value))
        append(UInt32(0))
      }
    }
    for (position, value) in later { patch(position, to: write(behind: value)) }
    return table
  }

  private mutating func write(behind value: Value) -> Int {
    switch value {
    case .table(let fields): return write(fields)
    case .text(let text):
      pad(to: 4)
      let position = bytes.count
      append(UInt32(text.utf8.count))
      bytes += Array(text.utf8) + [0]
      return position
    case .tables(let tables):
      pad(to: 4)
      let position = bytes.count
      append(UInt32(tables.count))
      for _ in tables { append(UInt32(0)) }
      for (index, table) in tables.enumerated() { patch(position + 4 + 4 * index, to: write(table)) }
      return position
    case .structures(let numbers, let width):
      // The elements, not their count, are aligned to eight bytes.
      while bytes.count % 8 != 4 { bytes.append(0) }
      let position = bytes.count
      append(UInt32(numbers.count / width))
      for number in numbers { append(number) }
      return position
    case .int8, .int16, .int32, .int64, .bool: preconditionFailure("numbers are in their table")
    }
  }
}
