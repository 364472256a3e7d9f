import Compute

/// The JSON header of a safetensors file: which tensor lies where. Only the header is read; the numbers stay where
/// they are.
package struct SafetensorsHeader {
  /// One tensor's place.
  package struct Entry {
    package var name: String
    /// The kind of number as the file spells it: `F32`, `BF16`, …
    package var dtype: String
    package var shape: [Int]
    /// Its bytes' place in the whole file.
    package var range: Range<Int>
  }

  static let maximumSize = 100_000_000
  static let metadataKey = "__metadata__"
  private static let damaged = "the file is damaged or not a safetensors file"

  /// In the order of their bytes, which tile the file.
  package private(set) var entries: [Entry] = []
  package private(set) var metadata: [String: String] = [:]

  /// How many bytes of header a file's first eight announce.
  ///
  /// - Throws: `InputError` if the format or the file does not hold as many.
  package static func size(_ first: some Sequence<UInt8>, fileSize: Int, file: String) throws -> Int {
    let bytes = Array(first.prefix(8))
    guard bytes.count == 8 else {
      throw InputError(
        "the file ends within the header's length: 8 bytes wanted, \(bytes.count) left", at: "\(file), byte 0",
        remedy: damaged)
    }
    let size = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard size <= UInt64(maximumSize) else {
      throw InputError(
        "the header claims \(size) bytes; the format allows \(maximumSize)", at: "\(file), byte 0", remedy: damaged)
    }
    guard Int(size) <= fileSize - 8 else {
      throw InputError(
        "the header claims \(size) bytes, the file has \(fileSize - 8) more", at: "\(file), byte 0",
        remedy: "the file is truncated or not a safetensors file")
    }
    return Int(size)
  }

  /// Reads the header's JSON, which begins at byte 8 of a file of `fileSize` bytes.
  package init(json: some Sequence<UInt8>, fileSize: Int, file: String) throws {
    let text = Array(json)
    let dataStart = 8 + text.count
    var scanner = JSONScanner(text)
    do throws(RowFault) {
      try scanner.checkUTF8()
      try read(&scanner, dataStart: dataStart)
      try scanner.end()
    } catch {
      throw InputError(
        "the header is damaged: \(error.reason)", at: "\(file), byte \(8 + scanner.position)", remedy: Self.damaged)
    }
    try checkCoverage(dataStart: dataStart, fileSize: fileSize, file: file)
  }

  private mutating func read(_ scanner: inout JSONScanner, dataStart: Int) throws(RowFault) {
    var seen: Set<String> = []
    var first = true
    try scanner.expect(0x7B)
    while try scanner.more(&first, until: 0x7D) {
      let name = try scanner.string()
      try scanner.expect(0x3A)
      guard seen.insert(name).inserted else { throw RowFault("it names '\(name)' twice") }
      if name == Self.metadataKey {
        try readMetadata(&scanner)
      } else {
        entries.append(try Self.entry(&scanner, name: name, dataStart: dataStart))
      }
    }
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws(RowFault) {
    var first = true
    try scanner.expect(0x7B)
    while try scanner.more(&first, until: 0x7D) {
      let key = try scanner.string()
      try scanner.expect(0x3A)
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw RowFault("the metadata names '\(key)' twice")
      }
    }
  }

  private static func entry(_ scanner: inout JSONScanner, name: String, dataStart: Int) throws(RowFault) -> Entry {
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    var first = true
    try scanner.expect(0x7B)
    while try scanner.more(&first, until: 0x7D) {
      let key = try scanner.string()
      try scanner.expect(0x3A)
      switch key {
      case "dtype" where dtype == nil: dtype = try scanner.string()
      case "shape" where shape == nil: shape = try naturals(&scanner, atMost: 64)
      case "data_offsets" where offsets == nil: offsets = try naturals(&scanner, atMost: 2)
      default: throw RowFault("tensor '\(name)' has an unknown or repeated field '\(key)'")
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw RowFault("tensor '\(name)' lacks dtype, shape or two data_offsets")
    }
    let (lower, lowerOverflow) = offsets[0].addingReportingOverflow(dataStart)
    let (upper, upperOverflow) = offsets[1].addingReportingOverflow(dataStart)
    guard !lowerOverflow, !upperOverflow, lower <= upper else {
      throw RowFault("tensor '\(name)' does not fit the bytes \(offsets[0]) to \(offsets[1])")
    }
    if let width = widths[dtype] {
      guard let count = TypedArray.byteCount(width: width, shape: shape), count == upper - lower else {
        throw RowFault(
          "tensor '\(name)': shape \(shape) of \(dtype) does not fit the bytes \(offsets[0]) to \(offsets[1])")
      }
    }
    return Entry(name: name, dtype: dtype, shape: shape, range: lower..<upper)
  }

  /// Bytes per number of the kinds that fill whole bytes; others are passed over by their offsets.
  private static let widths = [
    "BOOL": 1, "I8": 1, "U8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4,
    "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
  ]

  private static func naturals(_ scanner: inout JSONScanner, atMost limit: Int) throws(RowFault) -> [Int] {
    var values: [Int] = []
    var first = true
    try scanner.expect(0x5B)
    while try scanner.more(&first, until: 0x5D) {
      guard values.count < limit else { throw RowFault("expected at most \(limit) numbers") }
      values.append(try scanner.natural())
    }
    return values
  }

  /// Puts the entries in the order of their bytes; they must tile the rest of the file.
  private mutating func checkCoverage(dataStart: Int, fileSize: Int, file: String) throws {
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var covered = dataStart
    for entry in entries {
      guard entry.range.lowerBound == covered else {
        throw InputError(
          "tensor '\(entry.name)' \(entry.range.lowerBound < covered ? "overlaps another" : "leaves a gap before it")",
          at: "\(file), byte \(entry.range.lowerBound)", remedy: Self.damaged)
      }
      guard entry.range.upperBound <= fileSize else {
        throw InputError(
          "tensor '\(entry.name)' ends at byte \(entry.range.upperBound), the file at byte \(fileSize)", at: file,
          remedy: "the file is truncated; copy or export it again")
      }
      covered = entry.range.upperBound
    }
    guard covered == fileSize else {
      throw InputError(
        "\(fileSize - covered) bytes belong to no tensor", at: "\(file), byte \(covered)", remedy: Self.damaged)
    }
  }

  /// The header as text, padded with spaces so that the numbers begin at a multiple of eight bytes.
  static func text(_ tensors: [SafetensorsFile.Tensor], metadata: [String: String]) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
      fields.append(quoted(metadataKey) + ":{" + pairs.joined(separator: ",") + "}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.array.bytes.count
      let shape = tensor.array.shape.map(String.init).joined(separator: ",")
      fields.append(
        quoted(tensor.name) + ":{\"dtype\":\"\(tensor.array.element.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array(("{" + fields.joined(separator: ",") + "}").utf8)
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
