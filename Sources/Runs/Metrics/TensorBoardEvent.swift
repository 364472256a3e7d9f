/// The bytes of TensorBoard's events: the few protocol-buffer fields that scalars need, and their framing.
enum TensorBoardEvent {
  /// The first event of a file: `Event { wall_time = 1, file_version = 3 }`.
  static func version(wallTime: Double) -> [UInt8] {
    var event: [UInt8] = []
    appendFixed(&event, field: 1, wallTime.bitPattern)
    appendBytes(&event, field: 3, Array("brain.Event:2".utf8))
    return event
  }

  /// `Event { wall_time = 1, step = 2, summary = 5 { value = 1 { tag = 1, simple_value = 2 } … } }`.
  static func scalars(_ scalars: [(key: String, value: Double)], step: Int, wallTime: Double) -> [UInt8] {
    var summary: [UInt8] = []
    for (tag, number) in scalars {
      var value: [UInt8] = []
      appendBytes(&value, field: 1, Array(tag.utf8))
      appendFixed(&value, field: 2, Float(number).bitPattern)
      appendBytes(&summary, field: 1, value)
    }
    var event: [UInt8] = []
    appendFixed(&event, field: 1, wallTime.bitPattern)
    event.append(2 << 3)
    appendVarint(&event, UInt64(bitPattern: Int64(step)))
    appendBytes(&event, field: 5, summary)
    return event
  }

  /// A TFRecord: length, masked checksum of the length, content, masked checksum of the content.
  static func framed(_ content: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(content.count))
    return length + littleEndian(maskedChecksum(length)) + content + littleEndian(maskedChecksum(content))
  }

  /// TFRecord's disguise of a CRC-32C: rotated right by 15 bits, plus a constant.
  static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let checksum = CRC32C.checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  private static func appendFixed<Word: FixedWidthInteger>(_ bytes: inout [UInt8], field: UInt8, _ word: Word) {
    bytes.append(field << 3 | (word.bitWidth == 64 ? 1 : 5))
    bytes += littleEndian(word)
  }

  private static func appendBytes(_ bytes: inout [UInt8], field: UInt8, _ content: [UInt8]) {
    bytes.append(field << 3 | 2)
    appendVarint(&bytes, UInt64(content.count))
    bytes += content
  }

  private static func appendVarint(_ bytes: inout [UInt8], _ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func littleEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }
}
