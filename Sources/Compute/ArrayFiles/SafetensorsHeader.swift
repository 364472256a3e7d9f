/// The JSON header of a safetensors file: which tensor lies where.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var element: TypedArray.Element
    var shape: [Int]
    /// Its bytes' place in the whole file.
    var range: Range<Int>
  }

  static let maximumSize = 100_000_000
  static let metadataKey = "__metadata__"
  private static let damaged = "the file is damaged or not a safetensors file"

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  init(_ bytes: [UInt8], file: String) throws {
    var reader = ByteReader(bytes, file: file)
    let size = try reader.integer(UInt64.self, "the header's length")
    guard size <= UInt64(Self.maximumSize) else {
      throw InputError(
        "the header claims \(size) bytes; the format allows \(Self.maximumSize)", at: "\(file), byte 0",
        remedy: Self.damaged)
    }
    guard Int(size) <= reader.remaining else {
      throw InputError(
        "the header claims \(size) bytes, the file has \(reader.remaining) more", at: "\(file), byte 0",
        remedy: "the file is truncated or not a safetensors file")
    }
    let start = reader.position + Int(size)
    var json = JSONReader(ByteReader(bytes, file: file, range: reader.position..<start))
    try read(&json, dataStart: start)
    try json.end()
    try checkCoverage(dataStart: start, fileSize: bytes.count, file: file)
  }

  private mutating func read(_ json: inout JSONReader, dataStart: Int) throws {
    var seen: Set<String> = []
    try json.object { json, name in
      guard seen.insert(name).inserted else {
        throw InputError("the header names '\(name)' twice", at: json.place, remedy: Self.damaged)
      }
      if name == Self.metadataKey {
        try json.object { json, key in
          guard metadata[key] == nil else {
            throw InputError("the metadata names '\(key)' twice", at: json.place, remedy: Self.damaged)
          }
          metadata[key] = try json.string()
        }
      } else {
        entries.append(try Self.entry(&json, name: name, dataStart: dataStart))
      }
    }
  }

  private static func entry(_ json: inout JSONReader, name: String, dataStart: Int) throws -> Entry {
    var element: TypedArray.Element?
    var shape: [Int]?
    var offsets: [Int]?
    let place = json.place
    try json.object { json, key in
      switch key {
      case "dtype" where element == nil:
        let code = try json.string()
        element = TypedArray.Element.allCases.first { $0.safetensorsName == code }
        if element == nil {
          throw InputError(
            "tensor '\(name)' has dtype '\(code)'", at: json.place,
            remedy: "read here: " + TypedArray.Element.allCases.map(\.safetensorsName).joined(separator: ", "))
        }
      case "shape" where shape == nil: shape = try json.integers(atMost: 64)
      case "data_offsets" where offsets == nil: offsets = try json.integers(atMost: 2)
      default:
        throw InputError("tensor '\(name)' has an unknown or repeated field '\(key)'", at: json.place, remedy: damaged)
      }
    }
    guard let element, let shape, let offsets, offsets.count == 2 else {
      throw InputError("tensor '\(name)' lacks dtype, shape or two data_offsets", at: place, remedy: damaged)
    }
    let (lower, lowerOverflow) = offsets[0].addingReportingOverflow(dataStart)
    let (upper, upperOverflow) = offsets[1].addingReportingOverflow(dataStart)
    guard !lowerOverflow, !upperOverflow, lower <= upper,
      let count = TypedArray.byteCount(element, shape: shape), count == upper - lower
    else {
      throw InputError(
        "tensor '\(name)': shape \(shape) of \(element.safetensorsName) does not fit the bytes "
          + "\(offsets[0]) to \(offsets[1])", at: place, remedy: damaged)
    }
    return Entry(name: name, element: element, shape: shape, range: lower..<upper)
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
