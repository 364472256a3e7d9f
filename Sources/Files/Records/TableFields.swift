/// Cuts one record of a comma-separated table (RFC 4180) into fields.
package struct TableFields {
  /// The fields' bytes, unquoted, one after another.
  package private(set) var bytes: [UInt8] = []
  /// Where in `bytes` each field lies.
  package private(set) var fields: [Range<Int>] = []

  package init() {}

  /// Cuts the record that is this part of `text`; the last one's fields are forgotten.
  ///
  /// - Throws: ``RowFault`` for a quote that is not closed, or that stands anywhere but around a whole field.
  package mutating func read(_ text: [UInt8], in record: Range<Int>, separator: UInt8) throws(RowFault) {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    var position = record.lowerBound
    while true {
      let start = bytes.count
      if position < record.upperBound, text[position] == 0x22 {
        position += 1
        while true {
          guard position < record.upperBound else { throw RowFault("a quoted field is not closed") }
          let byte = text[position]
          position += 1
          if byte == 0x22 {
            guard position < record.upperBound, text[position] == 0x22 else { break }
            position += 1
          }
          bytes.append(byte)
        }
        guard position == record.upperBound || text[position] == separator else {
          throw RowFault("a quoted field goes on after its closing quote")
        }
      } else {
        while position < record.upperBound, text[position] != separator {
          guard text[position] != 0x22 else { throw RowFault("a quote within a field that is not quoted") }
          bytes.append(text[position])
          position += 1
        }
      }
      fields.append(start..<bytes.count)
      guard position < record.upperBound else { return }
      position += 1
    }
  }
}
