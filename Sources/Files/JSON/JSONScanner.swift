import Foundation

/// Reads one JSON value (RFC 8259) from front to back, strictly and without building a tree: the caller asks for what
/// it needs of each value, and everything else is checked and skipped.
///
/// Refused are: invalid UTF-8, control characters in strings, lone surrogates, numbers JSON does not allow, nesting
/// deeper than 64, anything after the value. `NaN`, `Infinity` and `-Infinity`, which Python's writer puts into files,
/// are read as numbers unless `allowsNonFinite` is false, so that the caller can name the field that is not finite.
///
/// The bytes must be UTF-8 already: check them once with ``checkUTF8()``. Every call is linear in the bytes it passes.
package struct JSONScanner {
  /// What holds the text.
  package let bytes: [UInt8]
  /// Where the text ends in `bytes`.
  package let limit: Int
  /// Where the next value is looked for; after an error, where the fault is.
  package var position: Int
  /// Whether `NaN`, `Infinity` and `-Infinity` are numbers.
  package var allowsNonFinite = true
  /// Values nested deeper are refused, so that no file exhausts the stack.
  package static let maximumDepth = 64

  /// What a value is by its first byte.
  package enum Kind { case object, array, string, number, literal }

  /// Begins at the front of the part of `bytes` that is the text; all of them unless said otherwise.
  package init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    let range = range ?? 0..<bytes.count
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    limit = range.upperBound
    position = range.lowerBound
  }

  /// Checks that the rest of the text is UTF-8.
  package mutating func checkUTF8() throws(RowFault) {
    guard let place = Self.firstInvalidUTF8(in: bytes[position..<limit].span) else { return }
    position += place
    throw RowFault("not valid UTF-8")
  }

  @inline(__always)
  private var next: UInt8? { position < limit ? bytes[position] : nil }

  /// Steps over white space.
  @inline(__always)
  package mutating func skipSpace() {
    while position < limit {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// What the next value is; it is not consumed.
  package mutating func kind() throws(RowFault) -> Kind {
    skipSpace()
    switch next {
    case 0x7B: return .object
    case 0x5B: return .array
    case 0x22: return .string
    case 0x2D, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x4E, 0x49: return .number
    case 0x74, 0x66, 0x6E: return .literal
    default: throw RowFault(next == nil ? "not valid JSON: it ends too early" : "not valid JSON: expected a value")
    }
  }

  /// Steps over this byte if it comes next.
  package mutating func consume(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Steps over this byte, which must come next.
  package mutating func expect(_ byte: UInt8) throws(RowFault) {
    guard consume(byte) else { throw RowFault("not valid JSON: expected '\(Character(Unicode.Scalar(byte)))'") }
  }

  /// Steps into an object or array and over its commas: call before each entry; false when it is over.
  package mutating func more(_ first: inout Bool, until end: UInt8) throws(RowFault) -> Bool {
    if first {
      first = false
      return !consume(end)
    }
    if consume(end) { return false }
    guard consume(0x2C) else {
      throw RowFault("not valid JSON: expected ',' or '\(Character(Unicode.Scalar(end)))'")
    }
    return true
  }

  /// Checks that nothing but white space follows.
  package mutating func end() throws(RowFault) {
    skipSpace()
    guard position == limit else { throw RowFault("not valid JSON: more after the end of the value") }
  }

  /// Decodes a string onto the end of `output`.
  package mutating func string(into output: inout [UInt8]) throws(RowFault) {
    try expect(0x22)
    while true {
      let start = position
      position = endOfPlain()
      output.append(contentsOf: bytes[start..<position])
      guard let byte = next else { throw RowFault("not valid JSON: a string does not end") }
      position += 1
      if byte == 0x22 { return }
      guard byte == 0x5C else {
        position -= 1
        throw RowFault("not valid JSON: a control character in a string")
      }
      try escape(into: &output)
    }
  }

  /// Where the next quote, backslash or control character stands, found eight bytes at a time.
  @inline(__always)
  private func endOfPlain() -> Int {
    let raw = bytes.span.bytes
    let (ones, high): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    var place = position
    while place + 8 <= limit {
      let word = raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
      // A byte's high bit is set if it is below 0x20, or zero after the exclusive or; the lowest one set is exact.
      let (quote, slash) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5C))
      let low = (word &- ones &* 0x20) & ~word
      let found = (low | (quote &- ones) & ~quote | (slash &- ones) & ~slash) & high
      if found != 0 { return place + found.trailingZeroBitCount / 8 }
      place += 8
    }
    while place < limit, bytes[place] != 0x22, bytes[place] != 0x5C, bytes[place] >= 0x20 { place += 1 }
    return place
  }

  /// The next string.
  package mutating func string() throws(RowFault) -> String {
    var text: [UInt8] = []
    skipSpace()
    try string(into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape(into output: inout [UInt8]) throws(RowFault) {
    guard let byte = next else { throw RowFault("not valid JSON: a string does not end") }
    position += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: output.append(byte)
    case 0x62: output.append(0x08)
    case 0x66: output.append(0x0C)
    case 0x6E: output.append(0x0A)
    case 0x72: output.append(0x0D)
    case 0x74: output.append(0x09)
    case 0x75:
      var value = UInt32(try unit())
      if (0xD800..<0xDC00).contains(value), position + 1 < limit, bytes[position] == 0x5C,
        bytes[position + 1] == 0x75
      {
        position += 2
        let low = UInt32(try unit())
        guard (0xDC00..<0xE000).contains(low) else { throw halfPair() }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw halfPair() }
      output.append(contentsOf: UTF8.encode(scalar)!)
    default:
      position -= 2
      throw RowFault("not valid JSON: an unknown escape")
    }
  }

  /// The fault of the escape of six characters before `position`.
  private mutating func halfPair() -> RowFault {
    position -= 6
    return RowFault("not valid JSON: half a surrogate pair")
  }

  private mutating func unit() throws(RowFault) -> UInt16 {
    guard position + 4 <= limit else { throw RowFault("not valid JSON: a string does not end") }
    var value: UInt16 = 0
    for _ in 0..<4 {
      let digit: UInt16
      switch bytes[position] {
      case 0x30...0x39: digit = UInt16(bytes[position]) - 0x30
      case 0x41...0x46: digit = UInt16(bytes[position]) - 0x37
      case 0x61...0x66: digit = UInt16(bytes[position]) - 0x57
      default: throw RowFault("not valid JSON: an unknown escape")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  /// The next number, correctly rounded. One beyond the range of `Double` reads as infinity, which only callers that
  /// allow such numbers get.
  package mutating func number() throws(RowFault) -> Double {
    skipSpace()
    let start = position
    if has("NaN") || has("Infinity") || has("-Infinity") {
      guard allowsNonFinite else {
        position = start
        throw RowFault("not valid JSON: NaN and Infinity are not numbers in JSON")
      }
      switch bytes[start] {
      case 0x4E: return .nan
      case 0x2D: return -.infinity
      default: return .infinity
      }
    }
    _ = take(0x2D)
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[position - whole] != 0x30 else {
      throw RowFault("not valid JSON: a malformed number")
    }
    if take(0x2E) { guard digits() > 0 else { throw RowFault("not valid JSON: a malformed number") } }
    if take(0x65) || take(0x45) {
      if !take(0x2B) { _ = take(0x2D) }
      guard digits() > 0 else { throw RowFault("not valid JSON: a malformed number") }
    }
    let value = Self.parse(bytes[start..<position].span) ?? .nan
    guard allowsNonFinite || value.isFinite else {
      position = start
      throw RowFault("not valid JSON: a number that no Double holds")
    }
    return value
  }

  /// The next number, which must be whole, not negative and written with digits alone.
  package mutating func natural() throws(RowFault) -> Int {
    skipSpace()
    let start = position
    let count = digits()
    guard count > 0, count == 1 || bytes[start] != 0x30,
      let value = Int(String(decoding: bytes[start..<position], as: UTF8.self))
    else {
      position = start
      throw RowFault("not valid JSON: expected a whole number")
    }
    return value
  }

  /// Steps over a word of ASCII if it comes next.
  @inline(__always)
  private mutating func has(_ word: StaticString) -> Bool {
    let size = word.utf8CodeUnitCount
    guard position + size <= limit else { return false }
    for offset in 0..<size where bytes[position + offset] != word.utf8Start[offset] { return false }
    position += size
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
    return position - start
  }

  /// true, false or null (nil).
  package mutating func literal() throws(RowFault) -> Bool? {
    skipSpace()
    if has("null") { return nil }
    if has("true") { return true }
    if has("false") { return false }
    throw RowFault("not valid JSON: expected a value")
  }

  /// Checks a value and goes on after it.
  package mutating func skip(depth: Int = 0) throws(RowFault) {
    guard depth < Self.maximumDepth else { throw RowFault("nested deeper than \(Self.maximumDepth)") }
    switch try kind() {
    case .string: try skipString()
    case .number: _ = try number()
    case .literal: _ = try literal()
    case .object:
      position += 1
      var first = true
      while try more(&first, until: 0x7D) {
        skipSpace()
        try skipString()
        try expect(0x3A)
        try skip(depth: depth + 1)
      }
    case .array:
      position += 1
      var first = true
      while try more(&first, until: 0x5D) { try skip(depth: depth + 1) }
    }
  }

  private mutating func skipString() throws(RowFault) {
    var ignored: [UInt8] = []
    try string(into: &ignored)
  }
}
