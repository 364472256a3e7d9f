import Compute

/// The header of a `.npy` file: magic string, version, and a Python dictionary of exactly three entries.
package struct NumPyHeader {
  /// The kind of number without its byte order, as the file spells it: `f4`, `i8`, …
  package var code: String
  /// The same with its byte order.
  private let spelling: String
  package var bigEndian: Bool
  package var fortranOrder: Bool
  package var shape: [Int]
  /// Where the numbers begin in the file.
  package private(set) var size = 0

  package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  static let maximumSize = 65_536
  /// No header, magic string and version included, is longer.
  package static let maximumWholeSize = maximumSize + 12
  /// NumPy 2's own limit on dimensions.
  private static let maximumRank = 64

  /// Reads the header from a file's first bytes; the numbers need not be among them.
  package init(_ first: [UInt8], file: String) throws {
    var reader = ByteReader(first, file: file)
    try self.init(&reader)
  }

  init(_ reader: inout ByteReader) throws {
    guard reader.remaining >= 10, Array(try reader.take(6, "the magic string")) == Self.magic else {
      throw InputError(
        "this is not a NumPy array", at: reader.file,
        remedy: "give a .npy file as numpy.save writes it")
    }
    let major = try reader.integer(UInt8.self, "the version")
    let minor = try reader.integer(UInt8.self, "the version")
    guard (1...3).contains(major), minor == 0 else {
      throw InputError(
        "format version \(major).\(minor) is unknown", at: "\(reader.file), byte 6",
        remedy: "versions 1.0 to 3.0 are read; save the array again with numpy.save")
    }
    let size =
      major == 1
      ? Int(try reader.integer(UInt16.self, "the header's length"))
      : Int(try reader.integer(UInt32.self, "the header's length"))
    guard size <= Self.maximumSize else {
      throw InputError(
        "the header claims \(size) bytes; at most \(Self.maximumSize) are read", at: "\(reader.file), byte 8",
        remedy: "the file is damaged or hostile")
    }
    let start = reader.position
    _ = try reader.take(size, "the header")
    var dictionary = PythonLiteralReader(ByteReader(reader.bytes, file: reader.file, range: start..<(start + size)))
    (spelling, fortranOrder, shape) = try Self.fields(&dictionary)
    code = String(spelling.dropFirst())
    bigEndian = spelling.hasPrefix(">")
    self.size = reader.position
  }

  private static func fields(
    _ reader: inout PythonLiteralReader
  ) throws -> (String, Bool, [Int]) {
    var type: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    try reader.dictionary { reader, key in
      switch key {
      case "descr" where type == nil:
        guard reader.nextIsString else {
          throw InputError(
            "a structured array", at: reader.place, remedy: "save each field as an array of its own")
        }
        let place = reader.place
        type = try Self.type(try reader.string(), place: place)
      case "fortran_order" where fortranOrder == nil: fortranOrder = try reader.boolean()
      case "shape" where shape == nil: shape = try reader.tuple(atMost: Self.maximumRank)
      default:
        throw InputError(
          "an unknown or repeated header field '\(key)'", at: reader.place, remedy: "the file is damaged")
      }
    }
    guard let type, let fortranOrder, let shape else {
      throw InputError(
        "the header lacks one of descr, fortran_order and shape", at: reader.place, remedy: "the file is damaged")
    }
    return (type, fortranOrder, shape)
  }

  private static let codes: [(code: String, element: TypedArray.Element)] = [
    ("b1", .bool), ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8), ("u2", .uint16),
    ("u4", .uint32), ("u8", .uint64), ("f4", .float32), ("f8", .float64),
  ]

  /// Half precision, which is read as single.
  var isHalf: Bool { code == "f2" }

  /// The kind of number, if a ``TypedArray`` can hold it.
  func element(place: String) throws -> TypedArray.Element {
    if isHalf { return .float32 }
    guard let element = Self.codes.first(where: { $0.code == code })?.element else {
      throw Self.unread(spelling, place: place)
    }
    return element
  }

  private static func unread(_ code: String, place: String) -> InputError {
    InputError(
      "element type '\(code)' is not read", at: place,
      remedy: "convert with array.astype: " + codes.map(\.code).joined(separator: ", "))
  }

  private static func type(_ code: String, place: String) throws -> String {
    if code.hasSuffix("O") {
      throw InputError(
        "an array of Python objects is a pickle, which is never read: it can run code", at: place,
        remedy: "save it with numpy.save(…, allow_pickle=False) as an array of numbers")
    }
    // "|" means that byte order does not matter, which holds for single bytes alone.
    guard let order = code.first, "<>|=".contains(order), order != "|" || code.hasSuffix("1") else {
      throw unread(code, place: place)
    }
    return code
  }

  /// The header that `numpy.save` would write: version 1, padded so that the numbers begin at a multiple of 64.
  static func bytes(for array: TypedArray) -> [UInt8] {
    let code = codes.first { $0.element == array.element }!.code
    let order = array.element.byteCount == 1 ? "|" : "<"
    let shape = array.shape.map(String.init).joined(separator: ", ") + (array.shape.count == 1 ? "," : "")
    var text = "{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': (\(shape)), }"
    text += String(repeating: " ", count: 63 - (text.utf8.count + 10) % 64) + "\n"
    return magic + [1, 0, UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)] + Array(text.utf8)
  }
}

/// The Python literals that a `.npy` header may hold: a dictionary of strings, Booleans and tuples of natural numbers.
struct PythonLiteralReader {
  private var reader: ByteReader

  init(_ reader: ByteReader) { self.reader = reader }

  var place: String { reader.place }

  @Sendable private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }

  private func expected(_ what: String) -> InputError {
    InputError("expected \(what) in the header", at: place, remedy: "the file is damaged or not a NumPy array")
  }

  private mutating func found(_ byte: Unicode.Scalar) -> Bool {
    reader.skip(while: Self.isSpace)
    return reader.consume(UInt8(ascii: byte))
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws {
    guard found(byte) else { throw expected("'\(byte)'") }
  }

  var nextIsString: Bool { reader.next == UInt8(ascii: "'") || reader.next == UInt8(ascii: "\"") }

  /// Calls `field` after each key, to read its value; nothing but space may follow the dictionary.
  mutating func dictionary(_ field: (inout PythonLiteralReader, String) throws -> Void) throws {
    try expect("{")
    while !found("}") {
      let key = try string()
      try expect(":")
      reader.skip(while: Self.isSpace)
      try field(&self, key)
      if !found(",") {
        try expect("}")
        break
      }
    }
    reader.skip(while: Self.isSpace)
    guard reader.remaining == 0 else { throw expected("nothing more") }
  }

  mutating func string() throws -> String {
    reader.skip(while: Self.isSpace)
    guard nextIsString, let quote = reader.next else { throw expected("a string") }
    reader.position += 1
    var text = ""
    while let byte = reader.next, byte != quote {
      guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") else { throw expected("plain ASCII text") }
      text.unicodeScalars.append(Unicode.Scalar(byte))
      reader.position += 1
    }
    guard reader.consume(quote) else { throw expected("the end of a string") }
    return text
  }

  mutating func boolean() throws -> Bool {
    for (word, value) in [("True", true), ("False", false)]
    where reader.bytes[reader.position..<reader.end].starts(with: word.utf8) {
      reader.position += word.utf8.count
      return value
    }
    throw expected("True or False")
  }

  mutating func tuple(atMost limit: Int) throws -> [Int] {
    try expect("(")
    var values: [Int] = []
    var separated = true
    while !found(")") {
      guard separated, values.count < limit else { throw expected("at most \(limit) numbers with commas between") }
      values.append(try natural())
      separated = found(",")
    }
    guard values.count != 1 || separated else { throw expected("a tuple") }
    return values
  }

  private mutating func natural() throws -> Int {
    reader.skip(while: Self.isSpace)
    let start = reader.position
    while let byte = reader.next, (0x30...0x39).contains(byte), reader.position - start < 20 { reader.position += 1 }
    guard let value = Int(String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)) else {
      throw expected("a whole number")
    }
    return value
  }
}
