import Files

/// Rows of comma-separated tables as fields.
enum RolloutCells {
  /// Numbers and texts by the names of the columns; empty cells are none.
  static func fields(
    _ bytes: [UInt8], in range: Range<Int>, header: TableHeader
  ) throws(RowFault) -> [String: JSONValue] {
    guard JSONScanner.isUTF8(bytes[range].span) else { throw RowFault("not valid UTF-8") }
    var cells = TableFields()
    try cells.read(bytes, in: range, separator: header.separator)
    guard cells.fields.count == header.columns.count else {
      throw RowFault("\(cells.fields.count) fields, the header has \(header.columns.count)")
    }
    var fields: [String: JSONValue] = [:]
    for (name, range) in zip(header.columns, cells.fields) where !range.isEmpty {
      fields[name] =
        number(cells.bytes[range]).map { .number($0) } ?? .string(String(decoding: cells.bytes[range], as: UTF8.self))
    }
    return fields
  }

  /// The number that a cell spells. Long runs of digits and those with zeros in front are names, and stay texts.
  private static func number(_ cell: ArraySlice<UInt8>) -> Double? {
    let hasPoint = cell.contains(0x2E)
    guard hasPoint || cell.count <= 15 else { return nil }
    if !hasPoint, cell.count > 1, cell.first == 0x30 { return nil }
    return JSONScanner.parse(cell.span)
  }
}
