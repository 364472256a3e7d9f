import Compute
import Files

/// The first record of a table: what its columns are called.
struct TableHeader: Sendable {
  let columns: [String]
  let separator: UInt8

  init(_ batch: RecordBatch, file: String) throws {
    let record = batch.records[0]
    let bytes = batch.bytes[record.range]
    // A comma, a tab, or a semicolon. Decimals have a point in all three.
    let marks: [UInt8] = [0x2C, 0x09, 0x3B]
    let counts = marks.map { mark in bytes.count { $0 == mark } }
    separator = marks[counts.firstIndex(of: counts.max() ?? 0) ?? 0]
    var fields = TableFields()
    do throws(RowFault) {
      guard JSONScanner.isUTF8(bytes.span) else { throw RowFault("not valid UTF-8") }
      try fields.read(batch.bytes, in: record.range, separator: separator)
    } catch {
      throw InputError(error.reason, at: "\(file):\(record.line)", remedy: "the first line names the columns")
    }
    columns = fields.fields.map { String(decoding: fields.bytes[$0], as: UTF8.self) }
    guard Set(columns).count == columns.count, columns.count <= 1000 else {
      throw InputError(
        "two columns share a name, or there are more than 1,000", at: "\(file):\(record.line)",
        remedy: "give each column a name of its own")
    }
  }
}
