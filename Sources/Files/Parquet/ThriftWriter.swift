/// Writes Thrift's compact protocol: what a Parquet footer and page headers need.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField = [0]

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func zigzag(_ value: Int) {
    varint(UInt64(bitPattern: Int64(value) << 1 ^ Int64(value) >> 63))
  }

  /// Fields of one structure must come in rising order.
  private mutating func field(_ id: Int, _ type: UInt8) {
    bytes.append(UInt8(id - lastField.last!) << 4 | type)
    lastField[lastField.count - 1] = id
  }

  private mutating func listHead(_ count: Int, _ type: UInt8) {
    if count < 15 {
      bytes.append(UInt8(count) << 4 | type)
    } else {
      bytes.append(0xF0 | type)
      varint(UInt64(count))
    }
  }

  mutating func i32(_ id: Int, _ value: Int) {
    field(id, 5)
    zigzag(value)
  }

  mutating func i64(_ id: Int, _ value: Int) {
    field(id, 6)
    zigzag(value)
  }

  mutating func text(_ id: Int, _ value: String) {
    field(id, 8)
    string(value)
  }

  private mutating func string(_ value: String) {
    varint(UInt64(value.utf8.count))
    bytes += Array(value.utf8)
  }

  mutating func texts(_ id: Int, _ values: [String]) {
    field(id, 9)
    listHead(values.count, 8)
    for value in values { string(value) }
  }

  mutating func integers(_ id: Int, _ values: [Int]) {
    field(id, 9)
    listHead(values.count, 5)
    for value in values { zigzag(value) }
  }

  mutating func structure(_ id: Int, _ body: (inout ThriftWriter) -> Void) {
    field(id, 12)
    element(body)
  }

  mutating func structures<Element>(
    _ id: Int, _ elements: [Element], _ body: (inout ThriftWriter, Element) -> Void
  ) {
    field(id, 9)
    listHead(elements.count, 12)
    for value in elements { element { body(&$0, value) } }
  }

  /// A structure on its own.
  mutating func element(_ body: (inout ThriftWriter) -> Void) {
    lastField.append(0)
    body(&self)
    lastField.removeLast()
    bytes.append(0)
  }
}
