import CZlib
import Compute

/// The entries of a ZIP archive, found through its central directory and checked against their own headers.
///
/// Only what `.npz` files and evaluation logs need: one disk, no encryption, below 4 GiB; stored, deflated, or packed with
/// zstd (method 93, of any number of frames). Against archives that unfold without end: entries must not overlap, none may
/// claim more than its method can hold (deflate: 1,032 times its size), and all together no more than the limit.
///
/// Format: PKWARE's APPNOTE 6.3.
package struct ZipReader: Sendable {
  /// One file of the archive.
  package struct Entry: Sendable {
    /// Its path in the archive.
    package var name: String
    var packing: Packing
    var checksum: UInt32
    /// Where its bytes lie in the archive.
    var range: Range<Int>
    /// How many bytes it unfolds to.
    package var unfoldedSize: Int
  }

  /// The compression methods that are read, by their numbers.
  enum Packing: UInt16, Sendable {
    case stored = 0
    case deflate = 8
    case zstd = 93

    /// The most bytes that `count` packed ones can hold. A block of zstd holds at most 128 KiB and takes at least four
    /// bytes (RFC 8878, 3.1.1.2).
    func most(_ count: Int) -> Int {
      switch self {
      case .stored: count
      case .deflate: count * 1032
      case .zstd: count * (1 << 15)
      }
    }
  }

  /// What every ZIP archive with an entry begins with.
  package static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  private let bytes: [UInt8]
  private let file: String
  /// In the order of the directory.
  package private(set) var entries: [Entry] = []

  private static let endRecord: UInt32 = 0x0605_4B50
  private static let directoryRecord: UInt32 = 0x0201_4B50
  private static let localRecord: UInt32 = 0x0403_4B50
  private static let endRecordSize = 22
  private static let damaged = "the archive is damaged; copy or export it again"

  /// Reads the directory of an archive.
  ///
  /// - Parameters:
  ///   - bytes: the archive.
  ///   - file: what errors call it.
  ///   - limit: the most bytes that all entries together may unfold to.
  package init(_ bytes: [UInt8], file: String, limit: Int) throws {
    self.bytes = bytes
    self.file = file
    var reader = ByteReader(bytes, file: file)
    reader.position = try Self.endRecordPosition(bytes, file: file)
    let end = reader.position
    _ = try reader.integer(UInt32.self, "the end record")
    let numbers = try (0..<4).map { _ in Int(try reader.integer(UInt16.self, "the end record")) }
    let size = Int(try reader.integer(UInt32.self, "the end record"))
    let start = Int(try reader.integer(UInt32.self, "the end record"))
    guard numbers[0] == 0, numbers[1] == 0, numbers[2] == numbers[3], start + size == end else {
      throw InputError(
        "the archive's directory is inconsistent", at: "\(file), byte \(end)",
        remedy: start == 0xFFFF_FFFF ? "archives above 4 GiB are not read; save the arrays as .npy" : Self.damaged)
    }
    reader = ByteReader(bytes, file: file, range: start..<end)
    for _ in 0..<numbers[2] { entries.append(try entry(&reader, directoryStart: start)) }
    guard reader.remaining == 0 else {
      throw InputError("the archive's directory is longer than its entries", at: reader.place, remedy: Self.damaged)
    }
    try checkEntries(limit: limit)
  }

  /// The end record is the last, before a comment of at most 65,535 bytes that reaches exactly to the end.
  private static func endRecordPosition(_ bytes: [UInt8], file: String) throws -> Int {
    let signature = withUnsafeBytes(of: endRecord.littleEndian) { Array($0) }
    let last = bytes.count - endRecordSize
    if last >= 0 {
      for position in stride(from: last, through: max(0, last - 65_535), by: -1)
      where bytes[position] == signature[0] && Array(bytes[position..<(position + 4)]) == signature {
        let comment = Int(bytes[position + 20]) | Int(bytes[position + 21]) << 8
        if position + endRecordSize + comment == bytes.count { return position }
      }
    }
    throw InputError("this is not a ZIP archive, or its end is missing", at: file, remedy: damaged)
  }

  private func entry(_ reader: inout ByteReader, directoryStart: Int) throws -> Entry {
    let place = reader.place
    guard try reader.integer(UInt32.self, "a directory entry") == Self.directoryRecord else {
      throw InputError("a directory entry lacks its signature", at: place, remedy: Self.damaged)
    }
    _ = try reader.take(4, "a directory entry")  // versions
    let flags = try reader.integer(UInt16.self, "a directory entry")
    let method = try reader.integer(UInt16.self, "a directory entry")
    _ = try reader.take(4, "a directory entry")  // time and date
    let checksum = try reader.integer(UInt32.self, "a directory entry")
    let size = Int(try reader.integer(UInt32.self, "a directory entry"))
    let unfoldedSize = Int(try reader.integer(UInt32.self, "a directory entry"))
    let nameSize = Int(try reader.integer(UInt16.self, "a directory entry"))
    let extraSize = Int(try reader.integer(UInt16.self, "a directory entry"))
    let commentSize = Int(try reader.integer(UInt16.self, "a directory entry"))
    _ = try reader.take(8, "a directory entry")  // disk and attributes
    let localStart = Int(try reader.integer(UInt32.self, "a directory entry"))
    let rawName = try reader.take(nameSize, "an entry's name")
    _ = try reader.take(extraSize + commentSize, "a directory entry")
    guard let name = String(validating: rawName, as: UTF8.self), !name.isEmpty else {
      throw InputError("an entry's name is not UTF-8 text", at: place, remedy: Self.damaged)
    }
    guard size != 0xFFFF_FFFF, unfoldedSize != 0xFFFF_FFFF, localStart != 0xFFFF_FFFF else {
      throw InputError("entry '\(name)' exceeds 4 GiB", at: place, remedy: "save the array as .npy")
    }
    guard flags & 1 == 0 else {
      throw InputError("entry '\(name)' is encrypted", at: place, remedy: "save the archive without a password")
    }
    guard let packing = Packing(rawValue: method) else {
      throw InputError(
        "entry '\(name)' uses compression method \(method)", at: place,
        remedy: "stored, deflate (8) and zstd (93) are read; numpy.savez and numpy.savez_compressed write the first two"
      )
    }
    let range = try content(localStart, size, name: name, rawName: rawName, directoryStart: directoryStart)
    return Entry(name: name, packing: packing, checksum: checksum, range: range, unfoldedSize: unfoldedSize)
  }

  /// Where an entry's bytes lie, behind its own header, which must have the same name.
  private func content(
    _ start: Int, _ size: Int, name: String, rawName: ArraySlice<UInt8>, directoryStart: Int
  ) throws -> Range<Int> {
    guard start < directoryStart else {
      throw InputError("entry '\(name)' lies outside the archive", at: "\(file), byte \(start)", remedy: Self.damaged)
    }
    var reader = ByteReader(bytes, file: file, range: start..<directoryStart)
    let signature = try reader.integer(UInt32.self, "an entry's header")
    _ = try reader.take(22, "an entry's header")
    let nameSize = Int(try reader.integer(UInt16.self, "an entry's header"))
    let extraSize = Int(try reader.integer(UInt16.self, "an entry's header"))
    guard signature == Self.localRecord, try reader.take(nameSize, "an entry's name") == rawName else {
      throw InputError(
        "entry '\(name)' disagrees with its own header", at: "\(file), byte \(start)", remedy: Self.damaged)
    }
    _ = try reader.take(extraSize, "an entry's header")
    let contentStart = reader.position
    _ = try reader.take(size, "entry '\(name)'")
    return contentStart..<(contentStart + size)
  }

  private func checkEntries(limit: Int) throws {
    var names: Set<String> = []
    for entry in entries where !names.insert(entry.name).inserted {
      throw InputError("two entries are called '\(entry.name)'", at: file, remedy: Self.damaged)
    }
    var end = 0
    for entry in entries.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard entry.range.lowerBound >= end else {
        throw InputError("entry '\(entry.name)' overlaps another", at: file, remedy: Self.damaged)
      }
      end = entry.range.upperBound
      let possible = entry.packing.most(entry.range.count)
      guard entry.unfoldedSize <= possible, entry.packing != .stored || entry.unfoldedSize == possible else {
        throw InputError(
          "entry '\(entry.name)' claims \(entry.unfoldedSize) bytes in \(entry.range.count)", at: file,
          remedy: Self.damaged)
      }
    }
    let total = entries.reduce(0) { $0 + $1.unfoldedSize }
    guard total <= limit else {
      throw InputError(
        "the archive unfolds to \(total) bytes; at most \(limit) are read", at: file,
        remedy: "split it into smaller files")
    }
  }

  /// An entry's content, checked against its size and checksum.
  package func unfold(_ entry: Entry) throws -> [UInt8] {
    let packed = bytes[entry.range]
    let unfolded: [UInt8]? =
      switch entry.packing {
      case .stored: Array(packed)
      case .deflate: Deflate.inflate(packed, size: entry.unfoldedSize)
      case .zstd: BlockCodec.zstd.unpack(packed, size: entry.unfoldedSize)
      }
    guard let content = unfolded else {
      throw InputError(
        "entry '\(entry.name)' does not unfold to its \(entry.unfoldedSize) bytes",
        at: "\(file), byte \(entry.range.lowerBound)", remedy: Self.damaged)
    }
    guard Deflate.checksum(content) == entry.checksum else {
      throw InputError(
        "entry '\(entry.name)' has a wrong checksum", at: "\(file), byte \(entry.range.lowerBound)",
        remedy: Self.damaged)
    }
    return content
  }
}
