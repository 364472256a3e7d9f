import Foundation

/// What an `Encodable` value encodes to, before it is written. Numbers keep their type, so that each is written in
/// the fewest digits of its own.
enum EncodedJSON {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case float(Float)
  case double(Double)
  case string(String)
  case list(List)
  case fields(Fields)

  /// Containers are filled while their owners hold them.
  final class List { var items: [EncodedJSON] = [] }
  final class Fields { var items: [String: EncodedJSON] = [:] }

  /// - Throws: `EncodingError.invalidValue` for an infinite or undefined number without a word; what the value throws.
  init<Value: Encodable>(
    _ value: Value, nonFinite: JSON.NonFinite?, path: @autoclosure () -> [any CodingKey]
  ) throws {
    // Elements of arrays arrive as generic values: those that are common are told apart before an encoder is made.
    if Value.self == Double.self {
      self = try Self.number(value as! Double, nonFinite, path()) { .double($0) }
    } else if Value.self == Float.self {
      self = try Self.number(value as! Float, nonFinite, path()) { .float($0) }
    } else if Value.self == Int.self {
      self = .integer(Int64(value as! Int))
    } else if Value.self == String.self {
      self = .string(value as! String)
    } else if Value.self == Bool.self {
      self = .bool(value as! Bool)
    } else if Value.self == Data.self {
      self = .string((value as! Data).base64EncodedString())
    } else {
      let encoder = Encoding(path: path(), nonFinite: nonFinite)
      try value.encode(to: encoder)
      self = encoder.result ?? .fields(Fields())
    }
  }

  private static func number<Number: BinaryFloatingPoint>(
    _ value: Number, _ nonFinite: JSON.NonFinite?, _ path: @autoclosure () -> [any CodingKey],
    _ make: (Number) -> EncodedJSON
  ) throws -> EncodedJSON {
    if value.isFinite { return make(value) }
    if let nonFinite { return .string(nonFinite.word(for: value)) }
    throw EncodingError.invalidValue(
      value, .init(codingPath: path(), debugDescription: "JSON has neither infinities nor NaN"))
  }

  /// A key that is the number of an entry.
  struct Index: CodingKey {
    var stringValue: String { "Index \(number)" }
    var intValue: Int? { number }
    let number: Int

    init(_ number: Int) { self.number = number }
    init?(stringValue: String) { nil }
    init(intValue: Int) { number = intValue }
  }

  /// Takes one value's parts.
  final class Encoding: Encoder {
    let codingPath: [any CodingKey]
    let nonFinite: JSON.NonFinite?
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var result: EncodedJSON?

    init(path: [any CodingKey], nonFinite: JSON.NonFinite?) {
      codingPath = path
      self.nonFinite = nonFinite
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      let fields: Fields
      if case .fields(let begun)? = result { fields = begun } else { fields = Fields() }
      result = .fields(fields)
      return KeyedEncodingContainer(Keyed(fields: fields, codingPath: codingPath, nonFinite: nonFinite))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
      let list: List
      if case .list(let begun)? = result { list = begun } else { list = List() }
      result = .list(list)
      return Unkeyed(list: list, codingPath: codingPath, nonFinite: nonFinite)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }
  }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let fields: Fields
    let codingPath: [any CodingKey]
    let nonFinite: JSON.NonFinite?

    func encodeNil(forKey key: Key) { fields.items[key.stringValue] = .null }

    func encode(_ value: some Encodable, forKey key: Key) throws {
      fields.items[key.stringValue] = try EncodedJSON(value, nonFinite: nonFinite, path: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      let nested = Fields()
      fields.items[key.stringValue] = .fields(nested)
      return KeyedEncodingContainer(
        Keyed<Nested>(fields: nested, codingPath: codingPath + [key], nonFinite: nonFinite))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      let nested = List()
      fields.items[key.stringValue] = .list(nested)
      return Unkeyed(list: nested, codingPath: codingPath + [key], nonFinite: nonFinite)
    }

    func superEncoder() -> any Encoder { preconditionFailure("no class of the house encodes what it inherits") }
    func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let list: List
    let codingPath: [any CodingKey]
    let nonFinite: JSON.NonFinite?
    var count: Int { list.items.count }

    func encodeNil() { list.items.append(.null) }

    func encode(_ value: some Encodable) throws {
      list.items.append(try EncodedJSON(value, nonFinite: nonFinite, path: codingPath + [Index(count)]))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      let nested = Fields()
      list.items.append(.fields(nested))
      return KeyedEncodingContainer(
        Keyed<Nested>(fields: nested, codingPath: codingPath + [Index(count - 1)], nonFinite: nonFinite))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      let nested = List()
      list.items.append(.list(nested))
      return Unkeyed(list: nested, codingPath: codingPath + [Index(count - 1)], nonFinite: nonFinite)
    }

    func superEncoder() -> any Encoder { preconditionFailure("no class of the house encodes what it inherits") }
  }

  private struct Single: SingleValueEncodingContainer {
    let encoder: Encoding
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.result = .null }
    func encode(_ value: Bool) { encoder.result = .bool(value) }
    func encode(_ value: String) { encoder.result = .string(value) }
    func encode(_ value: Double) throws { try scalar(value) }
    func encode(_ value: Float) throws { try scalar(value) }
    func encode(_ value: Int) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int8) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int16) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int32) { encoder.result = .integer(Int64(value)) }
    func encode(_ value: Int64) { encoder.result = .integer(value) }
    func encode(_ value: UInt) { encoder.result = .unsigned(UInt64(value)) }
    func encode(_ value: UInt8) { encoder.result = .unsigned(UInt64(value)) }
    func encode(_ value: UInt16) { encoder.result = .unsigned(UInt64(value)) }
    func encode(_ value: UInt32) { encoder.result = .unsigned(UInt64(value)) }
    func encode(_ value: UInt64) { encoder.result = .unsigned(value) }
    func encode(_ value: some Encodable) throws { try scalar(value) }

    private func scalar(_ value: some Encodable) throws {
      encoder.result = try EncodedJSON(value, nonFinite: encoder.nonFinite, path: codingPath)
    }
  }
}
