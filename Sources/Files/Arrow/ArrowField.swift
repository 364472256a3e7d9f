import Compute

/// One column of an Arrow schema.
///
/// Format: github.com/apache/arrow, format/Schema.fbs.
struct ArrowField: Sendable {
  /// How the values lie in buffers. What is not read, but can be passed over, is `unread`.
  indirect enum Kind: Sendable {
    case null
    case bool
    case integer(bits: Int, isSigned: Bool)
    case float(bits: Int)
    /// Texts with offsets of 32 or 64 bits.
    case text(offsetBits: Int)
    /// Texts of which the short ones stand within their 16-byte views.
    case textView
    case list(offsetBits: Int, element: ArrowField)
    case fixedList(size: Int, element: ArrowField)
    case structure([ArrowField])
    /// Validity and one buffer of values.
    case unread(String)
  }

  var name: String
  var kind: Kind
  /// The number of the dictionary that the values are indices into.
  var dictionary: Int?
  /// What the dictionary's entries are.
  var dictionaryKind: Kind?

  init(_ table: Flatbuffer, place: String, depth: Int = 0) throws {
    name = try table.text(0) ?? ""
    let here = "\(place), column '\(name)'"
    guard depth < 16 else { throw InputError("nested deeper than 16", at: here, remedy: ArrowFile.convert) }
    let children = try table.tables(5).map { try ArrowField($0, place: place, depth: depth + 1) }
    let type = try table.table(3)
    kind = try Self.kind(try table.integer(2, UInt8.self), type, children, here)
    if let encoding = try table.table(4) {
      dictionary = try encoding.integer(0, Int64.self)
      dictionaryKind = kind
      let index = try encoding.table(1)
      kind = .integer(
        bits: try index?.integer(0, Int32.self) ?? 32,
        isSigned: try index?.integer(1, UInt8.self) ?? 1 == 1)
    }
    if case .integer(let bits, _) = kind, ![8, 16, 32, 64].contains(bits) {
      throw InputError("whole numbers of \(bits) bits", at: here, remedy: "the file is damaged")
    }
  }

  private static func kind(
    _ code: Int, _ type: Flatbuffer?, _ children: [ArrowField], _ place: String
  ) throws -> Kind {
    func refused(_ what: String) -> InputError {
      InputError("\(what) are not read", at: place, remedy: ArrowFile.convert)
    }
    func element() throws -> ArrowField {
      guard children.count == 1 else { throw InputError("a list of \(children.count) columns", at: place) }
      return children[0]
    }
    switch code {
    case 1: return .null
    case 2:
      return .integer(
        bits: try type?.integer(0, Int32.self) ?? 0, isSigned: try type?.integer(1, UInt8.self) == 1)
    case 3:
      guard let bits = [0: 16, 1: 32, 2: 64][try type?.integer(0, Int16.self) ?? 0] else {
        throw refused("such floats")
      }
      return .float(bits: bits)
    case 4, 5: return .text(offsetBits: 32)
    case 19, 20: return .text(offsetBits: 64)
    case 23, 24: return .textView
    case 6: return .bool
    case 7: return .unread("decimals")
    case 8: return .integer(bits: try type?.integer(0, Int16.self, default: 1) == 0 ? 32 : 64, isSigned: true)
    case 9: return .integer(bits: try type?.integer(1, Int32.self, default: 32) ?? 32, isSigned: true)
    case 10, 18: return .integer(bits: 64, isSigned: true)
    case 11: return .unread("intervals")
    case 12, 17: return .list(offsetBits: 32, element: try element())
    case 21: return .list(offsetBits: 64, element: try element())
    case 13: return .structure(children)
    case 15: return .unread("values of a fixed number of bytes")
    case 16: return .fixedList(size: try type?.integer(0, Int32.self) ?? 0, element: try element())
    case 14: throw refused("unions")
    case 22: throw refused("run-end encoded columns")
    case 25, 26: throw refused("list views")
    default: throw refused("columns of type number \(code)")
    }
  }
}
