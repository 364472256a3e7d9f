/// An array as a file holds it: one kind of number, a shape, and the numbers in row-major order.
///
/// ```swift
/// let array = TypedArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
/// array.shape      // [2, 3]
/// array.doubles()  // [1, 2, 3, 4, 5, 6]
/// ```
///
/// It is what ``NumPyFile``, ``NumPyArchive`` and ``SafetensorsFile`` read and write, not something to compute with.
public struct TypedArray: Sendable, Hashable {
  /// The kinds of numbers that files may hold.
  public enum Element: String, Codable, Sendable, CaseIterable {
    /// A byte: 0 for false.
    case bool
    /// 8 bits, signed.
    case int8
    /// 16 bits, signed.
    case int16
    /// 32 bits, signed.
    case int32
    /// 64 bits, signed.
    case int64
    /// 8 bits, unsigned.
    case uint8
    /// 16 bits, unsigned.
    case uint16
    /// 32 bits, unsigned.
    case uint32
    /// 64 bits, unsigned.
    case uint64
    /// IEEE 754 single precision.
    case float32
    /// IEEE 754 double precision.
    case float64

    /// Bytes per number.
    public var byteCount: Int {
      switch self {
      case .bool, .int8, .uint8: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .float32: 4
      case .int64, .uint64, .float64: 8
      }
    }
  }

  /// The kind of the numbers.
  public let element: Element
  /// Rows first; empty for a single number.
  public let shape: [Int]
  /// The numbers, row-major, little-endian.
  public let bytes: [UInt8]

  /// The number of numbers.
  public var count: Int { bytes.count / element.byteCount }

  /// Wraps bytes that are row-major and little-endian already.
  public init(_ element: Element, shape: [Int], bytes: [UInt8]) {
    precondition(Self.byteCount(element, shape: shape) == bytes.count, "as many bytes as the shape has")
    self.element = element
    self.shape = shape
    self.bytes = bytes
  }

  /// An array of `float32`: as many values as the shape has, row-major.
  public init(_ values: [Float], shape: [Int]) {
    self.init(.float32, shape: shape, bytes: Self.bytes(values.map(\.bitPattern)))
  }

  /// An array of `float64`: as many values as the shape has, row-major.
  public init(_ values: [Double], shape: [Int]) {
    self.init(.float64, shape: shape, bytes: Self.bytes(values.map(\.bitPattern)))
  }

  /// An array of `int64`: as many values as the shape has, row-major.
  public init(_ values: [Int], shape: [Int]) {
    self.init(.int64, shape: shape, bytes: Self.bytes(values.map { Int64($0) }))
  }

  /// The numbers as `Float`, rounded where 24 bits do not hold them; true is 1.
  public func floats() -> [Float] {
    element == .float32 ? read(UInt32.self, Float.init(bitPattern:)) : doubles().map { Float($0) }
  }

  /// The numbers as `Double`, rounded where 53 bits do not hold them; true is 1.
  public func doubles() -> [Double] {
    switch element {
    case .bool, .uint8: read(UInt8.self) { Double($0) }
    case .int8: read(Int8.self) { Double($0) }
    case .int16: read(Int16.self) { Double($0) }
    case .int32: read(Int32.self) { Double($0) }
    case .int64: read(Int64.self) { Double($0) }
    case .uint16: read(UInt16.self) { Double($0) }
    case .uint32: read(UInt32.self) { Double($0) }
    case .uint64: read(UInt64.self) { Double($0) }
    case .float32: read(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: read(UInt64.self, Double.init(bitPattern:))
    }
  }

  /// The numbers as `Int`; nil if one of them is not a whole number that fits.
  public func integers() -> [Int]? {
    switch element {
    case .float32, .float64, .uint64:
      if element == .uint64 {
        let values = read(UInt64.self) { Int(exactly: $0) }
        return values.contains(nil) ? nil : values.compactMap(\.self)
      }
      let values = doubles().map { Int(exactly: $0) }
      return values.contains(nil) ? nil : values.compactMap(\.self)
    case .bool, .uint8: return read(UInt8.self) { Int($0) }
    case .int8: return read(Int8.self) { Int($0) }
    case .int16: return read(Int16.self) { Int($0) }
    case .int32: return read(Int32.self) { Int($0) }
    case .int64: return read(Int64.self) { Int($0) }
    case .uint16: return read(UInt16.self) { Int($0) }
    case .uint32: return read(UInt32.self) { Int($0) }
    }
  }

  /// The bytes that an array of this shape takes; nil if a dimension is negative or the product overflows.
  package static func byteCount(_ element: Element, shape: [Int]) -> Int? {
    byteCount(width: element.byteCount, shape: shape)
  }

  /// The same for numbers of `width` bytes.
  package static func byteCount(width: Int, shape: [Int]) -> Int? {
    var total = width
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      // A zero elsewhere must not hide an overflow, so dimensions of zero are multiplied last.
      guard dimension > 0 else { continue }
      let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      total = product
    }
    return shape.contains(0) ? 0 : total
  }

  private func read<Word: FixedWidthInteger, Value>(_: Word.Type, _ value: (Word) -> Value) -> [Value] {
    let size = MemoryLayout<Word>.size
    return bytes.withUnsafeBytes { raw in
      (0..<(raw.count / size)).map { index in
        value(Word(littleEndian: raw.loadUnaligned(fromByteOffset: index * size, as: Word.self)))
      }
    }
  }

  private static func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }
}
