import Foundation

extension JSONScanner {
  /// The number that these characters spell, correctly rounded; nil if they spell none.
  package static func parse(_ text: Span<UInt8>) -> Double? {
    guard text.count > 0, text.count < 512 else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
      for index in text.indices {
        // strtod would take hexadecimal numbers and words as well.
        switch text[index] {
        case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: buffer[index] = CChar(bitPattern: text[index])
        default: return nil
        }
      }
      buffer[text.count] = 0
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(buffer.baseAddress!, &end)
      return end == buffer.baseAddress! + text.count ? value : nil
    }
  }

  /// Whether bytes are well-formed UTF-8.
  package static func isUTF8(_ bytes: Span<UInt8>) -> Bool { firstInvalidUTF8(in: bytes) == nil }

  /// Where the first character that is not well-formed UTF-8 begins; nil if all are.
  package static func firstInvalidUTF8(in bytes: Span<UInt8>) -> Int? {
    let raw = bytes.bytes
    var position = 0
    while position < bytes.count {
      while position + 8 <= bytes.count,
        raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      { position += 8 }
      guard position < bytes.count else { return nil }
      // The bytes that must follow this one: how many, and what the first of them may be; the others are 0x80 ... 0xBF.
      let (following, second): (Int, ClosedRange<UInt8>)
      switch bytes[position] {
      case 0..<0x80: (following, second) = (0, 0x80...0xBF)
      case 0xC2...0xDF: (following, second) = (1, 0x80...0xBF)
      case 0xE0: (following, second) = (2, 0xA0...0xBF)
      case 0xED: (following, second) = (2, 0x80...0x9F)
      case 0xE1...0xEF: (following, second) = (2, 0x80...0xBF)
      case 0xF0: (following, second) = (3, 0x90...0xBF)
      case 0xF1...0xF3: (following, second) = (3, 0x80...0xBF)
      case 0xF4: (following, second) = (3, 0x80...0x8F)
      default: return position
      }
      guard position + following < bytes.count else { return position }
      if following > 0 {
        guard second.contains(bytes[position + 1]) else { return position }
        for offset in 1..<following where bytes[position + 1 + offset] & 0xC0 != 0x80 { return position }
      }
      position += following + 1
    }
    return nil
  }
}
