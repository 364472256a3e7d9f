import Compute

extension JSONValue {
  /// Reads a document that holds one value, as strictly as ``JSONScanner``: no `NaN`, no key twice, nothing after it.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - place: What errors call it.
  /// - Throws: `InputError` "not valid JSON, line N, column N: …"; columns count characters (Unicode scalars), from 1.
  package init(parsing bytes: [UInt8], place: String) throws {
    var position = 0
    do throws(RowFault) {
      self = try bytes.withUnsafeBufferPointer { (buffer) throws(RowFault) in
        var scanner = JSONScanner(buffer)
        scanner.allowsNonFinite = false
        defer { position = scanner.position }
        return try Self.document(&scanner)
      }
    } catch {
      let before = bytes.prefix(position)
      let line = 1 + before.count { $0 == 0x0A }
      let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let column = 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 }
      let reason =
        error.reason.hasPrefix(Self.prefix) ? String(error.reason.dropFirst(Self.prefix.count)) : error.reason
      throw InputError("not valid JSON, line \(line), column \(column): \(reason)", at: place)
    }
  }

  private static let prefix = "not valid JSON: "

  /// Reads one value, such as a row of JSON lines; `NaN` and infinities, which Python writes, are numbers here.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) throws(RowFault) {
    var scanner = JSONScanner(bytes)
    self = try Self.document(&scanner)
  }

  private static func document(_ scanner: inout JSONScanner) throws(RowFault) -> JSONValue {
    if let place = JSONScanner.firstInvalidUTF8(in: scanner.bytes) {
      scanner.position = place
      throw RowFault("not valid UTF-8")
    }
    let value = try read(&scanner, depth: 0)
    try scanner.end()
    return value
  }

  private static func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) -> JSONValue {
    guard depth < JSONScanner.maximumDepth else {
      throw RowFault("nested deeper than \(JSONScanner.maximumDepth)")
    }
    var first = true
    switch try scanner.kind() {
    case .number: return .number(try scanner.number())
    case .literal: return try scanner.literal().map { .bool($0) } ?? .null
    case .string: return .string(try scanner.string())
    case .array:
      _ = scanner.consume(0x5B)
      var values: [JSONValue] = []
      while try scanner.more(&first, until: 0x5D) { values.append(try read(&scanner, depth: depth + 1)) }
      return .array(values)
    case .object:
      _ = scanner.consume(0x7B)
      var fields: [String: JSONValue] = [:]
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
