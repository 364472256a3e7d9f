/// A JSON value as a tree, for the small files and rows that are not worth a scanner of their own.
enum JSONValue {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// Reads one value, as strictly as ``JSONScanner``; a key given twice is refused.
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(RowFault) {
    guard JSONScanner.isUTF8(bytes) else { throw RowFault("not valid UTF-8") }
    var scanner = JSONScanner(bytes)
    self = try Self.read(&scanner, depth: 0)
    try scanner.end()
  }

  private static func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) -> JSONValue {
    guard depth < JSONScanner.maximumDepth else {
      throw RowFault("nested deeper than \(JSONScanner.maximumDepth)")
    }
    var first = true
    switch try scanner.kind() {
    case .number: return .number(try scanner.number())
    case .literal: return try scanner.literal().map { .flag($0) } ?? .null
    case .string: return .text(try text(&scanner))
    case .array:
      _ = scanner.consume(0x5B)
      var values: [JSONValue] = []
      while try scanner.more(&first, until: 0x5D) { values.append(try read(&scanner, depth: depth + 1)) }
      return .list(values)
    case .object:
      _ = scanner.consume(0x7B)
      var fields: [String: JSONValue] = [:]
      while try scanner.more(&first, until: 0x7D) {
        scanner.skipSpace()
        let key = try text(&scanner)
        try scanner.expect(0x3A)
        guard fields.updateValue(try read(&scanner, depth: depth + 1), forKey: key) == nil else {
          throw RowFault("'\(key.prefix(24))' stands twice")
        }
      }
      return .object(fields)
    }
  }

  private static func text(_ scanner: inout JSONScanner) throws(RowFault) -> String {
    var bytes: [UInt8] = []
    try scanner.string(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  var number: Double? {
    switch self {
    case .number(let value): value
    case .flag(let flag): flag ? 1 : 0
    case .list(let values): values.count == 1 ? values[0].number : nil
    default: nil
    }
  }
  var text: String? {
    switch self {
    case .text(let text): text
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    default: nil
    }
  }
  var list: [JSONValue]? { if case .list(let values) = self { values } else { nil } }
  var isNull: Bool { if case .null = self { true } else { false } }
}
