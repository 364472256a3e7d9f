import Foundation

/// Reading and writing files as a whole, with errors that a user can act on.
package enum WholeFile {
  package static func read(_ url: URL) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: url))
    } catch {
      throw InputError("cannot read the file: \(reason(error))", at: url.path, remedy: remedy(error))
    }
  }

  /// Writes to a file beside it first, then renames: the old file or the new one stands there, never half of one.
  package static func write(_ data: Data, to url: URL) throws {
    do {
      try data.write(to: url, options: .atomic)
    } catch {
      throw InputError("cannot write the file: \(reason(error))", at: url.path, remedy: remedy(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
    case .fileReadNoPermission, .fileWriteNoPermission: "permission denied"
    case .fileWriteOutOfSpace: "the disk is full"
    default: error.localizedDescription
    }
  }

  private static func remedy(_ error: any Error) -> String? {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "check the path"
    case .fileReadNoPermission, .fileWriteNoPermission: "check who may use the file"
    case .fileWriteOutOfSpace: "free some space and try again"
    default: nil
    }
  }
}

/// Bytes read from front to back, with a place for errors. Every read is bounds-checked.
struct ByteReader {
  let bytes: [UInt8]
  let file: String
  var position: Int
  let end: Int

  init(_ bytes: [UInt8], file: String, range: Range<Int>? = nil) {
    self.bytes = bytes
    self.file = file
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  var remaining: Int { end - position }
  /// "file, byte 17".
  var place: String { "\(file), byte \(position)" }
  /// The next byte, or nil at the end; not consumed.
  var next: UInt8? { position < end ? bytes[position] : nil }

  mutating func take(_ count: Int, _ what: String) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw InputError(
        "the file ends within \(what): \(count) bytes wanted, \(remaining) left", at: place,
        remedy: "the file is truncated or damaged; copy or export it again")
    }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func integer<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type, _ what: String) throws -> Word {
    try take(MemoryLayout<Word>.size, what).reversed().reduce(0) { $0 << 8 | Word($1) }
  }

  mutating func consume(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  mutating func skip(while condition: (UInt8) -> Bool) {
    while let byte = next, condition(byte) { position += 1 }
  }
}
