import Compute

/// A value in Thrift's compact protocol, read into a tree: how Parquet writes its footer and its pages' headers.
///
/// Format: github.com/apache/thrift, doc/specs/thrift-compact-protocol.md.
enum ThriftValue: Sendable {
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  case bytes([UInt8])
  case list([ThriftValue])
  case structure([Int: ThriftValue])

  /// A field of a structure; nil if there is none.
  subscript(_ field: Int) -> ThriftValue? {
    if case .structure(let fields) = self { fields[field] } else { nil }
  }

  var integer: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var list: [ThriftValue]? { if case .list(let values) = self { values } else { nil } }
  var text: String? {
    if case .bytes(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil }
  }

  /// Reads the structure that begins at `position` of the bytes and steps behind it.
  ///
  /// Memory is a small multiple of the bytes read: every value takes at least one.
  static func structure(_ bytes: ArraySlice<UInt8>, _ position: inout Int, place: String) throws -> ThriftValue {
    var reader = ThriftReader(bytes: bytes, position: position, place: place)
    let value = try reader.structure(depth: 0)
    position = reader.position
    return value
  }
}

private struct ThriftReader {
  let bytes: ArraySlice<UInt8>
  var position: Int
  let place: String

  private func damaged(_ what: String) -> InputError {
    InputError(
      "the Parquet header is damaged: \(what)", at: "\(place), byte \(position) of it",
      remedy: "the file is truncated or damaged; copy or export it again")
  }

  private mutating func byte() throws -> UInt8 {
    guard position < bytes.endIndex else { throw damaged("it ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      guard shift < 64 else { throw damaged("a number of more than 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  private mutating func zigzag() throws -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func structure(depth: Int) throws -> ThriftValue {
    guard depth < 32 else { throw damaged("nested deeper than 32") }
    var fields: [Int: ThriftValue] = [:]
    var id = 0
    while true {
      let head = try byte()
      if head == 0 { return .structure(fields) }
      if head >> 4 == 0 {
        guard let given = Int16(exactly: try zigzag()) else { throw damaged("a field's number") }
        id = Int(given)
      } else {
        id += Int(head >> 4)
      }
      fields[id] = try value(head & 15, inList: false, depth: depth)
    }
  }

  private mutating func value(_ type: UInt8, inList: Bool, depth: Int) throws -> ThriftValue {
    switch type {
    case 1, 2: return .bool(inList ? try byte() == 1 : type == 1)
    case 3: return .integer(Int64(Int8(bitPattern: try byte())))
    case 4, 5, 6: return .integer(try zigzag())
    case 7:
      guard bytes.endIndex - position >= 8 else { throw damaged("it ends too early") }
      defer { position += 8 }
      return .double(
        Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }))
    case 8:
      guard let count = Int(exactly: try varint()), count <= bytes.endIndex - position else {
        throw damaged("a text beyond the end")
      }
      defer { position += count }
      return .bytes(Array(bytes[position..<position + count]))
    case 9, 10:
      let head = try byte()
      guard let count = head >> 4 == 15 ? Int(exactly: try varint()) : Int(head >> 4),
        count <= bytes.endIndex - position
      else { throw damaged("a list beyond the end") }
      guard depth < 32 else { throw damaged("nested deeper than 32") }
      var values: [ThriftValue] = []
      for _ in 0..<count { values.append(try value(head & 15, inList: true, depth: depth + 1)) }
      return .list(values)
    case 12: return try structure(depth: depth + 1)
    default: throw damaged("a value of type \(type)")
    }
  }
}
