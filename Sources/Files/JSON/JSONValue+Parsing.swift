import Compute

extension JSONValue {
  /// Reads a document that holds one value, as strictly as ``JSONScanner``: no `NaN`, no key twice, nothing after it.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - place: What errors call it.
  /// - Throws: `InputError` "not valid JSON, line N, column N: …"; columns count characters (Unicode scalars), from 1.
  package init(parsing bytes: [UInt8], place: String) throws {
    do {
      self.init(try JSONTree(bytes).root)
    } catch {
      throw InputError(error.description, at: place)
    }
  }

  /// Reads one value, such as a row of JSON lines; `NaN` and infinities, which Python writes, are numbers here.
  package init(row bytes: [UInt8], in range: Range<Int>? = nil) throws(RowFault) {
    var scanner = JSONScanner(bytes, in: range)
    self.init(try JSONTree.document(&scanner))
  }

  /// As `init(from:)`, without asking a decoder for one type after another.
  init(_ node: JSONTree.Node, nonFinite: JSON.NonFinite? = nil) {
    self =
      switch node {
      case .null: .null
      case .bool(let value): .bool(value)
      case .number(let value, _): .number(value)
      case .string(let value): nonFinite?.number(for: value).map { .number($0) } ?? .string(value)
      case .array(let values): .array(values.map { JSONValue($0, nonFinite: nonFinite) })
      case .object(let fields): .object(fields.mapValues { JSONValue($0, nonFinite: nonFinite) })
      }
  }
}
