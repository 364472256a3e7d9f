import Compute
import Foundation

/// JSON as a tree, read strictly, with words for what was expected where. Numbers keep every bit; a key given twice is
/// an error, as are NaN and anything after the end.
indirect enum JSONTree {
  case number(Double)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])
  case other(String)

  init(_ data: Data, place: String) throws {
    var parser = JSONTreeParser(bytes: Array(data), place: place)
    self = try parser.document()
  }

  /// What it is, for errors.
  var kind: String {
    switch self {
    case .number(let value): "\(value)"
    case .string(let text): "'\(text)'"
    case .array(let items): "a list of \(items.count)"
    case .object: "an object"
    case .other(let text): text
    }
  }

  func wrong(_ name: String, _ place: String, wants remedy: String) -> InputError {
    InputError("\(name) is \(kind)", at: place, remedy: remedy)
  }

  func number(_ name: String, _ place: String) throws -> Double {
    guard case .number(let value) = self else { throw wrong(name, place, wants: "give a number") }
    return value
  }

  func integer(_ name: String, _ place: String) throws -> Int {
    guard case .number(let value) = self, let whole = Int(exactly: value) else {
      throw wrong(name, place, wants: "give a whole number")
    }
    return whole
  }

  func list(_ name: String, _ place: String, count: Int? = nil) throws -> [JSONTree] {
    guard case .array(let items) = self else {
      throw wrong(name, place, wants: "give a list" + (count.map { " of \($0)" } ?? ""))
    }
    if let count, items.count != count {
      throw InputError("\(name) has \(items.count) entries", at: place, remedy: "give \(count)")
    }
    return items
  }

  func numbers(_ name: String, _ place: String, count: Int) throws -> [Double] {
    try list(name, place, count: count).enumerated().map { try $1.number("\(name)[\($0)]", place) }
  }

  /// A state or an action: by its number or its name.
  func index(_ names: [String], _ kind: String, _ name: String, _ place: String) throws -> Int {
    switch self {
    case .string(let text): return try FiniteWorld.index(of: text, in: names, kind, "\(place), \(name)")
    case .number:
      let index = try integer(name, place)
      guard names.indices.contains(index) else {
        throw InputError("\(name) is \(index)", at: place, remedy: "\(kind)s are 0 to \(names.count - 1)")
      }
      return index
    default: throw wrong(name, place, wants: "give a \(kind)'s name or number")
    }
  }
}

/// Reads JSON's grammar (RFC 8259); errors tell the line.
private struct JSONTreeParser {
  let bytes: [UInt8]
  let place: String
  var position = 0

  private static let deepest = 64

  mutating func document() throws -> JSONTree {
    let tree = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw wrong("something follows the end") }
    return tree
  }

  private func wrong(_ what: String) -> InputError {
    let line = 1 + bytes.prefix(position).count { $0 == UInt8(ascii: "\n") }
    return InputError("not valid JSON, line \(line): \(what)", at: place)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func found(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws -> JSONTree {
    guard depth < Self.deepest else { throw wrong("it is nested too deep") }
    if found("[") { return try array(depth: depth) }
    if found("{") { return try object(depth: depth) }
    skipSpace()
    guard position < bytes.count else { throw wrong("it ends too early") }
    if bytes[position] == UInt8(ascii: "\"") { return .string(try string()) }
    let start = position
    while position < bytes.count, isWord(bytes[position]) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if ["true", "false", "null"].contains(word) { return .other(word) }
    // Double reads more than JSON allows: hexadecimal, infinities, NaN, a leading plus.
    guard let first = word.utf8.first, first == UInt8(ascii: "-") || isDigit(first),
      word.utf8.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) }), let number = Double(word), number.isFinite
    else {
      position = start
      throw wrong(word.isEmpty ? "an unexpected character" : "'\(word)' is no number")
    }
    return .number(number)
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "+-.".utf8.contains(byte)
  }

  private mutating func array(depth: Int) throws -> JSONTree {
    var items: [JSONTree] = []
    if found("]") { return .array(items) }
    repeat { items.append(try value(depth: depth + 1)) } while found(",")
    guard found("]") else { throw wrong("expected , or ]") }
    return .array(items)
  }

  private mutating func object(depth: Int) throws -> JSONTree {
    var fields: [String: JSONTree] = [:]
    if found("}") { return .object(fields) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw wrong("expected a name in quotes")
      }
      let name = try string()
      guard found(":") else { throw wrong("expected : after '\(name)'") }
      guard fields.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
        throw wrong("'\(name)' is given twice")
      }
    } while found(",")
    guard found("}") else { throw wrong("expected , or }") }
    return .object(fields)
  }

  /// Escapes are left to Foundation; this finds where the string ends.
  private mutating func string() throws -> String {
    let start = position
    position += 1
    var isPlain = true
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] < 0x20 { throw wrong("a control character in a string") }
      if bytes[position] == UInt8(ascii: "\\") {
        isPlain = false
        position += 1
      }
      position += 1
    }
    guard position < bytes.count else { throw wrong("a string without its end") }
    position += 1
    if isPlain, let text = String(validating: bytes[start + 1..<position - 1], as: UTF8.self) { return text }
    guard let text = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<position])) else {
      throw wrong("a string with a bad escape or bad UTF-8")
    }
    return text
  }
}
