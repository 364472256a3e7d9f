/// Cuts one record of a comma-separated table (RFC 4180) into fields.
package struct TableFields {
  /// The fields' bytes, unquoted, one after another.
  package private(set) var bytes: [UInt8] = []
  /// Where in `bytes` each field lies.
  package private(set) var fields: [Range<Int>] = []

  package init() {}

  /// Cuts a record; the last one's fields are forgotten.
  ///
  /// - Throws: ``RowFault`` for a quote that is not closed, or that stands anywhere but around a whole field.
  package mutating func read(_ record: UnsafeBufferPointer<UInt8>, separator: UInt8) throws(RowFault) {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    var position = 0
    while true {
      let start = bytes.count
      if position < record.count, record[position] == 0x22 {
        position += 1
        while true {
          guard position < record.count else { throw RowFault("a quoted field is not closed") }
          let byte = record[position]
          position += 1
          if byte == 0x22 {
            guard position < record.count, record[position] == 0x22 else { break }
            position += 1
          }
          bytes.append(byte)
        }
        guard position == record.count || record[position] == separator else {
          throw RowFault("a quoted field goes on after its closing quote")
        }
      } else {
        while position < record.count, record[position] != separator {
          guard record[position] != 0x22 else { throw RowFault("a quote within a field that is not quoted") }
          bytes.append(record[position])
          position += 1
        }
      }
      fields.append(start..<bytes.count)
      guard position < record.count else { return }
      position += 1
    }
  }
}
