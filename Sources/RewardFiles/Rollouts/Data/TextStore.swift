/// Texts of rows, one after another in one buffer.
public struct TextStore: Sendable {
  /// All texts, as UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// Where each ends.
  public private(set) var ends: [Int] = []

  /// No texts.
  public init() {}

  /// How many there are.
  public var count: Int { ends.count }

  /// Adds a text.
  public mutating func append(_ text: some Sequence<UInt8>) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  /// Makes room, so that a large file is not copied as the buffer grows. Memory that is not used is not taken.
  package mutating func reserve(bytes count: Int, texts: Int) {
    bytes.reserveCapacity(count)
    ends.reserveCapacity(texts)
  }

  /// Where the text of a row stands in ``bytes``.
  public func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

  /// The text of a row.
  public subscript(row: Int) -> String { String(decoding: bytes[range(row)], as: UTF8.self) }
}
