import Compute
import Foundation

/// Named arrays and a few strings in Hugging Face's safetensors format: a JSON header, then the numbers.
///
/// ```swift
/// var file = SafetensorsFile(metadata: ["made-by": "pactolus"])
/// file.tensors.append(.init("policy/0/weight", TypedArray(weights, shape: [4, 64])))
/// try file.write(to: url)
/// let weights = try SafetensorsFile(contentsOf: url).floats("policy/0/weight", shape: [4, 64])
/// ```
///
/// Reading is strict, as the format's specification (github.com/huggingface/safetensors) asks and beyond: the header is
/// at most 100 MB of JSON without duplicate or unknown keys, tensors do not overlap, and together they cover the rest
/// of the file exactly. Nothing in a file is executed, and no damaged or hostile file traps.
///
/// Equal contents give equal bytes: tensors are written with larger elements first (so that all are aligned), then by
/// name; metadata by key. `F16`, `BF16` and `F8_*` are refused.
public struct SafetensorsFile: Sendable, Hashable {
  /// One array and its name.
  public struct Tensor: Sendable, Hashable {
    /// Unique within a file.
    public var name: String
    /// The numbers.
    public var array: TypedArray

    /// Takes the parts as they are.
    public init(_ name: String, _ array: TypedArray) {
      self.name = name
      self.array = array
    }
  }

  /// The arrays; as read, in the order of their bytes in the file.
  public var tensors: [Tensor]
  /// The file's metadata, as text.
  public var metadata: [String: String]
  /// What errors call this file.
  private var place: String

  /// Takes the parts as they are.
  public init(tensors: [Tensor] = [], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
    place = "safetensors"
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` for a file that cannot be read, is damaged, or holds a kind of number that is refused.
  public init(contentsOf url: URL) throws { try self.init(WholeFile.read(url), place: url.path) }

  /// Reads a file's bytes; `place` is what errors call it.
  public init(_ bytes: [UInt8], place: String = "safetensors") throws {
    let size = try SafetensorsHeader.size(bytes.prefix(8), fileSize: bytes.count, file: place)
    let header = try SafetensorsHeader(json: bytes[8..<8 + size], fileSize: bytes.count, file: place)
    tensors = try header.entries.map { entry in
      guard let element = TypedArray.Element.allCases.first(where: { $0.safetensorsName == entry.dtype }) else {
        throw InputError(
          "tensor '\(entry.name)' has dtype '\(entry.dtype)'", at: place,
          remedy: "read here: " + TypedArray.Element.allCases.map(\.safetensorsName).joined(separator: ", "))
      }
      return Tensor(entry.name, TypedArray(element, shape: entry.shape, bytes: Array(bytes[entry.range])))
    }
    metadata = header.metadata
    self.place = place
  }

  /// The tensor of this name; an error names those near it. With a shape, that must be its shape.
  public func array(_ name: String, shape: [Int]? = nil) throws -> TypedArray {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw InputError.unknown("tensor", name, among: tensors.map(\.name), at: place)
    }
    if let shape, tensor.array.shape != shape {
      throw InputError(
        "tensor '\(name)' has shape \(tensor.array.shape), wanted \(shape)", at: place,
        remedy: "the file was written with other settings")
    }
    return tensor.array
  }

  /// The numbers of the `F32` tensor of this name.
  public func floats(_ name: String, shape: [Int]? = nil) throws -> [Float] {
    try array(name, shape: shape, of: .float32).floats()
  }

  /// The numbers of the `F64` tensor of this name.
  public func doubles(_ name: String, shape: [Int]? = nil) throws -> [Double] {
    try array(name, shape: shape, of: .float64).doubles()
  }

  /// The numbers of the `I64` tensor of this name.
  public func integers(_ name: String, shape: [Int]? = nil) throws -> [Int] {
    try array(name, shape: shape, of: .int64).integers() ?? []
  }

  private func array(_ name: String, shape: [Int]?, of element: TypedArray.Element) throws -> TypedArray {
    let array = try array(name, shape: shape)
    guard array.element == element else {
      throw InputError(
        "tensor '\(name)' holds \(array.element.safetensorsName), wanted \(element.safetensorsName)", at: place)
    }
    return array
  }

  /// The file's bytes. Throws if two tensors share a name, or one is called `__metadata__`.
  public func data() throws -> Data {
    let ordered = tensors.sorted {
      ($1.array.element.byteCount, $0.name) < ($0.array.element.byteCount, $1.name)
    }
    var seen: Set<String> = [SafetensorsHeader.metadataKey]
    for tensor in ordered where !seen.insert(tensor.name).inserted {
      throw InputError("two tensors are called '\(tensor.name)'", at: place, remedy: "give each its own name")
    }
    let header = SafetensorsHeader.text(ordered, metadata: metadata)
    guard header.count <= SafetensorsHeader.maximumSize else {
      throw InputError("the header would take \(header.count) bytes; the format allows 100 MB", at: place)
    }
    var data = Data(capacity: 8 + header.count + tensors.reduce(0) { $0 + $1.array.bytes.count })
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: header)
    for tensor in ordered { data.append(contentsOf: tensor.array.bytes) }
    return data
  }

  /// Writes the file whole or not at all.
  public func write(to url: URL) throws { try WholeFile.write(data(), to: url) }

  public static func == (a: Self, b: Self) -> Bool { a.tensors == b.tensors && a.metadata == b.metadata }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(tensors)
    hasher.combine(metadata)
  }
}

extension TypedArray.Element {
  /// `F32`, `I64`, …
  package var safetensorsName: String {
    switch self {
    case .bool: "BOOL"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .float32: "F32"
    case .float64: "F64"
    }
  }
}
