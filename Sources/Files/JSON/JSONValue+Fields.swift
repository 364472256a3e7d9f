import Compute

/// Taking a document apart, with errors that name the place and what was expected.
extension JSONValue {
  /// What it is, for errors.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): "'\(text)'"
    case .array(let items): "a list of \(items.count)"
    case .object: "an object"
    }
  }

  /// The error for a field of the wrong kind.
  package func wrong(_ name: String, _ place: String, wants remedy: String) -> InputError {
    InputError("\(name) is \(kind)", at: place, remedy: remedy)
  }

  /// The number that the field `name` of `place` must be.
  package func number(_ name: String, _ place: String) throws -> Double {
    guard case .number(let value) = self else { throw wrong(name, place, wants: "give a number") }
    return value
  }

  /// The whole number that the field must be.
  package func integer(_ name: String, _ place: String) throws -> Int {
    guard case .number(let value) = self, let whole = Int(exactly: value) else {
      throw wrong(name, place, wants: "give a whole number")
    }
    return whole
  }

  /// The list that the field must be, of `count` entries if that is given.
  package func list(_ name: String, _ place: String, count: Int? = nil) throws -> [JSONValue] {
    guard case .array(let items) = self else {
      throw wrong(name, place, wants: "give a list" + (count.map { " of \($0)" } ?? ""))
    }
    if let count, items.count != count {
      throw InputError("\(name) has \(items.count) entries", at: place, remedy: "give \(count)")
    }
    return items
  }

  /// The `count` numbers that the field must be.
  package func numbers(_ name: String, _ place: String, count: Int) throws -> [Double] {
    try list(name, place, count: count).enumerated().map { try $1.number("\(name)[\($0)]", place) }
  }
}
