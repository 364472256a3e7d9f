/// Cuts comma-separated text (RFC 4180) into records: a line break inside double quotes belongs to its field.
enum CSVRecords {
  /// A quote that was opened in the record that begins on `line` and never closed.
  struct Unclosed: Error {
    var line: UInt32
  }

  /// Visits the records that are complete, empty lines included, without their line ends (LF or CR LF).
  ///
  /// - Parameters:
  ///   - line: The line on which the text begins; afterwards the one on which the rest begins.
  ///   - isWhole: Whether nothing follows the text, so that its last record needs no line end.
  /// - Returns: How many bytes the visited records took.
  /// - Throws: ``Unclosed`` if the text is whole and ends within quotes.
  static func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, line: inout UInt32, isWhole: Bool, _ visit: (Range<Int>, UInt32) -> Void
  ) throws(Unclosed) -> Int {
    var start = 0
    var quoted = false
    var current = line
    for position in bytes.indices {
      let byte = bytes[position]
      if byte == 0x22 {
        quoted.toggle()
      } else if byte == 0x0A {
        current += 1
        guard !quoted else { continue }
        visit(start..<(position > start && bytes[position - 1] == 0x0D ? position - 1 : position), line)
        start = position + 1
        line = current
      }
    }
    guard isWhole, start < bytes.count else { return start }
    guard !quoted else { throw Unclosed(line: line) }
    visit(start..<bytes.count, line)
    return bytes.count
  }
}
