/// Any JSON value: what the readers of small documents and of rows give, and how parts of a question that only its
/// kind understands are stored.
///
/// ```swift
/// let world = try JSONValue(parsing: bytes, place: "world.json")   // strict, errors tell line and column
/// let row: JSONValue = .object(["chosen": .string("yes"), "rejected": .string("no")])
/// ```
///
/// Equal values encode to equal bytes under sorted keys. Whole numbers up to 2⁵³ keep their spelling.
public enum JSONValue: Codable, Hashable, Sendable {
  /// `null`
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// Any number, as a double.
  case number(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by key; the order of keys is not kept.
  case object([String: JSONValue])

  /// Reads the value from any decoder.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the value with any encoder.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value):
      if let whole = Int(exactly: value), abs(value) <= 0x1p53 {
        try container.encode(whole)
      } else {
        try container.encode(value)
      }
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// The JSON of a value.
  public init(encoding value: some Encodable) throws {
    self = try JSON.decode(JSONValue.self, from: JSON.encode(value))
  }

  /// The value that this JSON describes.
  public func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSON.decode(type, from: JSON.encode(self))
  }
}
