import Foundation

extension JSONTree {
  /// The value that the tree describes.
  ///
  /// - Throws: `DecodingError`, and what the value's own `init(from:)` throws.
  func decode<Value: Decodable>(_ type: Value.Type, nonFinite: JSON.NonFinite? = nil) throws -> Value {
    try Source(bytes: bytes, nonFinite: nonFinite).value(type, root, [])
  }

  /// What all decoders of a text share.
  final class Source {
    let bytes: [UInt8]
    let nonFinite: JSON.NonFinite?

    init(bytes: [UInt8], nonFinite: JSON.NonFinite?) {
      self.bytes = bytes
      self.nonFinite = nonFinite
    }

    /// Elements of arrays are asked for as generic values: those that are common need no decoder.
    func value<Value: Decodable>(
      _ type: Value.Type, _ node: Node, _ path: @autoclosure () -> [any CodingKey]
    ) throws -> Value {
      if type == Double.self { return try number(Double.self, node, path()) as! Value }
      if type == Float.self { return try number(Float.self, node, path()) as! Value }
      if type == Int.self { return try whole(Int.self, node, path()) as! Value }
      if type == String.self { return try string(node, path()) as! Value }
      if type == Bool.self { return try bool(node, path()) as! Value }
      if type == JSONValue.self { return JSONValue(node, nonFinite: nonFinite) as! Value }
      if type == Data.self {
        guard let data = Data(base64Encoded: try string(node, path())) else {
          throw DecodingError.dataCorrupted(.init(codingPath: path(), debugDescription: "the text is not Base64"))
        }
        return data as! Value
      }
      return try Value(from: Decoding(source: self, node: node, codingPath: path()))
    }

    func bool(_ node: Node, _ path: @autoclosure () -> [any CodingKey]) throws -> Bool {
      guard case .bool(let value) = node else { throw mismatch(Bool.self, node, path()) }
      return value
    }

    func string(_ node: Node, _ path: @autoclosure () -> [any CodingKey]) throws -> String {
      guard case .string(let value) = node else { throw mismatch(String.self, node, path()) }
      return value
    }

    func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
      _ type: Number.Type, _ node: Node, _ path: @autoclosure () -> [any CodingKey]
    ) throws -> Number {
      switch node {
      case .number(let value, let range):
        if type == Double.self { return value as! Number }
        // Rounded once, from the digits.
        guard let value = Number(text(range)), value.isFinite else { throw unfit(type, range, path()) }
        return value
      case .string(let word):
        guard let value: Number = nonFinite?.number(for: word) else { fallthrough }
        return value
      default: throw mismatch(type, node, path())
      }
    }

    func whole<Number: FixedWidthInteger>(
      _ type: Number.Type, _ node: Node, _ path: @autoclosure () -> [any CodingKey]
    ) throws -> Number {
      guard case .number(let value, let range) = node else { throw mismatch(type, node, path()) }
      // 1.0 and 1e2 are whole as well.
      guard let number = Number(text(range)) ?? Number(exactly: value) else { throw unfit(type, range, path()) }
      return number
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func unfit(_ type: any Any.Type, _ range: Range<Int>, _ path: [any CodingKey]) -> DecodingError {
      .dataCorrupted(.init(codingPath: path, debugDescription: "\(type) cannot hold the number \(text(range))"))
    }

    func mismatch(_ type: any Any.Type, _ node: Node, _ path: [any CodingKey]) -> DecodingError {
      let found =
        switch node {
        case .null: "null"
        case .bool: "a bool"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
      let context = DecodingError.Context(
        codingPath: path, debugDescription: "Expected to decode \(type) but found \(found) instead.")
      if case .null = node { return .valueNotFound(type, context) }
      return .typeMismatch(type, context)
    }
  }

  /// One value's decoder.
  struct Decoding: Decoder, SingleValueDecodingContainer {
    let source: Source
    let node: Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      guard case .object(let fields) = node else { throw source.mismatch([String: Any].self, node, codingPath) }
      return KeyedDecodingContainer(Keyed(source: source, fields: fields, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
      guard case .array(let items) = node else { throw source.mismatch([Any].self, node, codingPath) }
      return Unkeyed(source: source, items: items, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { if case .null = node { true } else { false } }
    func decode(_ type: Bool.Type) throws -> Bool { try source.bool(node, codingPath) }
    func decode(_ type: String.Type) throws -> String { try source.string(node, codingPath) }
    func decode(_ type: Double.Type) throws -> Double { try source.number(type, node, codingPath) }
    func decode(_ type: Float.Type) throws -> Float { try source.number(type, node, codingPath) }
    func decode(_ type: Int.Type) throws -> Int { try source.whole(type, node, codingPath) }
    func decode(_ type: Int8.Type) throws -> Int8 { try source.whole(type, node, codingPath) }
    func decode(_ type: Int16.Type) throws -> Int16 { try source.whole(type, node, codingPath) }
    func decode(_ type: Int32.Type) throws -> Int32 { try source.whole(type, node, codingPath) }
    func decode(_ type: Int64.Type) throws -> Int64 { try source.whole(type, node, codingPath) }
    func decode(_ type: UInt.Type) throws -> UInt { try source.whole(type, node, codingPath) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try source.whole(type, node, codingPath) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try source.whole(type, node, codingPath) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try source.whole(type, node, codingPath) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try source.whole(type, node, codingPath) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try source.value(type, node, codingPath) }
  }

  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let source: Source
    let fields: [String: Node]
    let codingPath: [any CodingKey]

    /// In the order of their UTF-8.
    var allKeys: [Key] {
      fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool { fields[key.stringValue] != nil }

    private func node(_ key: Key) throws -> Node {
      guard let node = fields[key.stringValue] else {
        throw DecodingError.keyNotFound(
          key, .init(codingPath: codingPath, debugDescription: "there is no '\(key.stringValue)'"))
      }
      return node
    }

    private func decoder(_ key: Key) throws -> Decoding {
      Decoding(source: source, node: try node(key), codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { if case .null = try node(key) { true } else { false } }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try source.value(type, node(key), codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
      try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
      Decoding(source: source, node: fields["super"] ?? .null, codingPath: codingPath)
    }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
  }

  private struct Unkeyed: UnkeyedDecodingContainer {
    let source: Source
    let items: [Node]
    let codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex == items.count }

    private var path: [any CodingKey] { codingPath + [EncodedJSON.Index(currentIndex)] }

    private func node(_ type: any Any.Type) throws -> Node {
      guard !isAtEnd else {
        throw DecodingError.valueNotFound(
          type, .init(codingPath: path, debugDescription: "the list has \(items.count) entries only"))
      }
      return items[currentIndex]
    }

    private mutating func decoder() throws -> Decoding {
      let decoder = Decoding(source: source, node: try node(Any.self), codingPath: path)
      currentIndex += 1
      return decoder
    }

    mutating func decodeNil() throws -> Bool {
      guard case .null = try node(Any.self) else { return false }
      currentIndex += 1
      return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let value = try source.value(type, node(type), path)
      currentIndex += 1
      return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
      try decoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try decoder().unkeyedContainer() }

    mutating func superDecoder() throws -> any Decoder { try decoder() }
  }
}
