/// The little JSON that a safetensors header may hold, read strictly: objects, strings, lists of natural numbers.
///
/// Foundation's reader forgives what a format with offsets must not: a key given twice, or a number with a fraction.
struct JSONReader {
  private var reader: ByteReader

  init(_ reader: ByteReader) { self.reader = reader }

  var place: String { reader.place }

  @Sendable private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private func expected(_ what: String) -> InputError {
    InputError(
      "expected \(what) in the header's JSON", at: place, remedy: "the file is damaged or not a safetensors file")
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws {
    reader.skip(while: Self.isSpace)
    guard reader.consume(UInt8(ascii: byte)) else { throw expected("'\(byte)'") }
  }

  private mutating func found(_ byte: Unicode.Scalar) -> Bool {
    reader.skip(while: Self.isSpace)
    return reader.consume(UInt8(ascii: byte))
  }

  /// Calls `field` after each key, to read its value.
  mutating func object(_ field: (inout JSONReader, String) throws -> Void) throws {
    try expect("{")
    if found("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try field(&self, key)
    } while found(",")
    try expect("}")
  }

  mutating func integers(atMost limit: Int) throws -> [Int] {
    try expect("[")
    if found("]") { return [] }
    var values: [Int] = []
    repeat {
      guard values.count < limit else { throw expected("at most \(limit) numbers") }
      values.append(try natural())
    } while found(",")
    try expect("]")
    return values
  }

  private mutating func natural() throws -> Int {
    reader.skip(while: Self.isSpace)
    var digits: [UInt8] = []
    while let byte = reader.next, (0x30...0x39).contains(byte), digits.count < 20 {
      digits.append(byte)
      reader.position += 1
    }
    guard let value = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits[0] != 0x30 else {
      throw expected("a whole number")
    }
    return value
  }

  mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = reader.next {
      reader.position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw expected("UTF-8 text") }
        return string
      case UInt8(ascii: "\\"): text += try escaped()
      case 0..<0x20: throw expected("no control character")
      default: text.append(byte)
      }
    }
    throw expected("the end of a string")
  }

  /// What follows a backslash, as UTF-8.
  private mutating func escaped() throws -> [UInt8] {
    guard let byte = reader.next else { throw expected("the end of a string") }
    reader.position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard reader.consume(UInt8(ascii: "\\")), reader.consume(UInt8(ascii: "u")) else {
          throw expected("the second half of a surrogate pair")
        }
        units.append(try codeUnit())
      }
      guard let string = String(validating: units, as: UTF16.self) else { throw expected("a valid character") }
      return Array(string.utf8)
    default: throw expected("a known escape")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    let digits = try reader.take(4, "an escape")
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw expected("four hexadecimal digits") }
    return value
  }

  /// Only space may follow (the format pads with it).
  mutating func end() throws {
    reader.skip(while: Self.isSpace)
    guard reader.remaining == 0 else { throw expected("nothing more") }
  }
}
