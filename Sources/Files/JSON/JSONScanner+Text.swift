import Foundation

extension JSONScanner {
  /// The number that these characters spell, correctly rounded; nil if they spell none.
  package static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    guard text.count > 0, text.count < 512 else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
      for index in 0..<text.count { buffer[index] = CChar(bitPattern: text[index]) }
      buffer[text.count] = 0
      // strtod would take hexadecimal numbers and words as well.
      for byte in text {
        switch byte {
        case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: continue
        default: return nil
        }
      }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(buffer.baseAddress!, &end)
      return end == buffer.baseAddress! + text.count ? value : nil
    }
  }

  /// Whether bytes are well-formed UTF-8.
  package static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { firstInvalidUTF8(in: bytes) == nil }

  /// Where the first character that is not well-formed UTF-8 begins; nil if all are.
  package static func firstInvalidUTF8(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var position = 0
    while position < raw.count {
      while position + 8 <= raw.count,
        raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      { position += 8 }
      guard position < raw.count else { return nil }
      let lead = raw[position]
      func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        position + offset < raw.count && range.contains(raw[position + offset])
      }
      switch lead {
      case 0..<0x80: position += 1
      case 0xC2...0xDF where continues(1): position += 2
      case 0xE0 where continues(1, 0xA0...0xBF) && continues(2): position += 3
      case 0xED where continues(1, 0x80...0x9F) && continues(2): position += 3
      case 0xE1...0xEC where continues(1) && continues(2): position += 3
      case 0xEE...0xEF where continues(1) && continues(2): position += 3
      case 0xF0 where continues(1, 0x90...0xBF) && continues(2) && continues(3): position += 4
      case 0xF1...0xF3 where continues(1) && continues(2) && continues(3): position += 4
      case 0xF4 where continues(1, 0x80...0x8F) && continues(2) && continues(3): position += 4
      default: return position
      }
    }
    return nil
  }
}
