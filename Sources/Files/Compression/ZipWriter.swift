import Compute

/// Writes a ZIP archive: local headers with content, the central directory, the end record. No dates, no extras.
enum ZipWriter {
  static func archive(
    _ entries: [(name: String, bytes: [UInt8])], deflate: Bool, place: String
  ) throws -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      // A name may use any character of Unicode: flag bit 11 means that it is UTF-8.
      let flags: UInt16 = entry.name.utf8.allSatisfy { $0 < 0x80 } ? 0 : 1 << 11
      var content = entry.bytes
      var method: UInt16 = 0
      if deflate, entry.bytes.count < 0xFFFF_FFFF, let smaller = Deflate.deflate(entry.bytes) {
        content = smaller
        method = 8
      }
      let start = archive.count
      guard entry.bytes.count < 0xFFFF_FFFF, content.count < 0xFFFF_FFFF, start < 0xFFFF_FFFF,
        entry.name.utf8.count < 0xFFFF, entries.count < 0xFFFF
      else {
        throw InputError("archives above 4 GiB are not written", at: place, remedy: "write each array as .npy")
      }
      var common: [UInt8] = []
      append(&common, [20, flags, method, 0, 0x21])  // version 2.0; midnight, 1 January 1980
      append(&common, [Deflate.checksum(entry.bytes), UInt32(content.count), UInt32(entry.bytes.count)])
      append(&common, [UInt16(entry.name.utf8.count), 0])

      append(&archive, [0x0403_4B50 as UInt32])
      archive += common + Array(entry.name.utf8) + content

      append(&directory, [0x0201_4B50 as UInt32])
      append(&directory, [20 as UInt16])
      directory += common
      append(&directory, [0, 0, 0] as [UInt16])
      append(&directory, [0, UInt32(start)] as [UInt32])
      directory += Array(entry.name.utf8)
    }
    let start = archive.count
    archive += directory
    append(&archive, [0x0605_4B50 as UInt32])
    append(&archive, [0, 0, UInt16(entries.count), UInt16(entries.count)])
    append(&archive, [UInt32(directory.count), UInt32(start)])
    append(&archive, [0 as UInt16])
    return archive
  }

  private static func append<Word: FixedWidthInteger>(_ bytes: inout [UInt8], _ words: [Word]) {
    for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
  }
}
