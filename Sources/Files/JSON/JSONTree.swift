/// A JSON text taken apart: what a decoder reads from. Numbers keep the place where they stand, so that each can be read
/// as the type that is wanted, whole numbers of 64 bits and numbers of single precision among them.
struct JSONTree {
  indirect enum Node {
    case null
    case bool(Bool)
    /// As a double, and where it is written.
    case number(Double, Range<Int>)
    case string(String)
    case array([Node])
    case object([String: Node])
  }

  /// Why a text is not JSON, and where; columns count characters (Unicode scalars), from 1.
  struct Fault: Error {
    var line: Int
    var column: Int
    var reason: String

    var description: String { "not valid JSON, line \(line), column \(column): \(reason)" }
  }

  let bytes: [UInt8]
  let root: Node

  /// Takes the part of a text apart that holds one value: no `NaN`, no key twice, nothing after it.
  init(_ bytes: [UInt8], in range: Range<Int>? = nil) throws(Fault) {
    self.bytes = bytes
    let range = range ?? 0..<bytes.count
    var scanner = JSONScanner(bytes, in: range)
    scanner.allowsNonFinite = false
    if bytes[range].starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position += 3 }
    do throws(RowFault) {
      root = try Self.document(&scanner)
    } catch {
      let before = bytes[range.lowerBound..<scanner.position]
      let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? range.lowerBound
      let prefix = "not valid JSON: "
      throw Fault(
        line: 1 + before.count { $0 == 0x0A }, column: 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 },
        reason: error.reason.hasPrefix(prefix) ? String(error.reason.dropFirst(prefix.count)) : error.reason)
    }
  }

  /// The value that begins at the scanner's place and ends with its text.
  static func document(_ scanner: inout JSONScanner) throws(RowFault) -> Node {
    try scanner.checkUTF8()
    let value = try read(&scanner, depth: 0)
    try scanner.end()
    return value
  }

  /// The value that begins at the scanner's place.
  static func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) -> Node {
    guard depth < JSONScanner.maximumDepth else {
      throw RowFault("nested deeper than \(JSONScanner.maximumDepth)")
    }
    var first = true
    switch try scanner.kind() {
    case .number:
      let start = scanner.position
      let value = try scanner.number()
      return .number(value, start..<scanner.position)
    case .literal: return try scanner.literal().map { .bool($0) } ?? .null
    case .string: return .string(try scanner.string())
    case .array:
      _ = scanner.consume(0x5B)
      var values: [Node] = []
      while try scanner.more(&first, until: 0x5D) { values.append(try read(&scanner, depth: depth + 1)) }
      return .array(values)
    case .object:
      _ = scanner.consume(0x7B)
      var fields: [String: Node] = [:]
      while try scanner.more(&first, until: 0x7D) {
        scanner.skipSpace()
        let start = scanner.position
        let key = try scanner.string()
        guard fields[key] == nil else {
          scanner.position = start
          throw RowFault("'\(key.prefix(40))' is given twice")
        }
        try scanner.expect(0x3A)
        fields[key] = try read(&scanner, depth: depth + 1)
      }
      return .object(fields)
    }
  }
}
