import Compute
import Foundation

/// A table of texts as comma-separated values (RFC 4180), read strictly: a header of distinct names, every row as long
/// as it, quotes only around whole fields.
package struct CSVTable {
  /// The columns' names.
  package var header: [String]
  /// The rows' texts, each as many as there are columns.
  package var rows: [[String]] = []
  /// The line of the file on which each row begins, counted from 1; empty if the table was not read.
  package private(set) var lines: [Int] = []
  /// What errors call the file.
  package private(set) var place = "csv"

  /// A table to write.
  package init(header: [String]) { self.header = header }

  /// Reads a file's bytes; `place` is what errors call it.
  ///
  /// - Throws: `InputError` at "file:line", the line being the one on which the row begins.
  package init(_ bytes: [UInt8], place: String) throws {
    self.place = place
    header = []
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw InputError("the file is not UTF-8 text", at: place, remedy: "save it as UTF-8")
    }
    var records: [(range: Range<Int>, line: UInt32)] = []
    var line: UInt32 = 1
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
    do throws(CSVRecords.Unclosed) {
      _ = try text.withUnsafeBufferPointer { (text) throws(CSVRecords.Unclosed) in
        try CSVRecords.cut(text, line: &line, isWhole: true) { records.append(($0, $1)) }
      }
    } catch {
      throw InputError("a quote is not closed", at: "\(place):\(error.line)")
    }
    var fields = TableFields()
    for record in records {
      do throws(RowFault) {
        try fields.read(text, in: record.range, separator: UInt8(ascii: ","))
      } catch {
        throw InputError(error.reason, at: "\(place):\(record.line)", remedy: "quote the whole field")
      }
      try finish(fields.fields.map { String(decoding: fields.bytes[$0], as: UTF8.self) }, line: Int(record.line))
    }
    guard !header.isEmpty else { throw InputError("there is no header", at: place) }
  }

  private mutating func finish(_ row: [String], line: Int) throws {
    if header.isEmpty {
      guard Set(row).count == row.count else {
        throw InputError("two columns have the same name", at: "\(place):\(line)")
      }
      header = row
      return
    }
    if row == [""], header.count > 1 { return }  // a blank line
    guard row.count == header.count else {
      throw InputError("\(row.count) fields in a table of \(header.count) columns", at: "\(place):\(line)")
    }
    rows.append(row)
    lines.append(line)
  }

  /// The file's bytes; lines end in a line feed.
  package var data: Data {
    var text = ""
    for row in [header] + rows {
      text += row.map(Self.quoted).joined(separator: ",") + "\n"
    }
    return Data(text.utf8)
  }

  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  /// "file:line" of a row.
  package func place(of row: Int) -> String { "\(place):\(lines.indices.contains(row) ? lines[row] : row + 2)" }

  /// The index of a column; an error names those near it.
  package func column(_ name: String) throws -> Int {
    guard let index = header.firstIndex(of: name) else {
      throw InputError.unknown("column", name, among: header, at: "\(place):1")
    }
    return index
  }

  /// How many columns are called `prefix` with 0, 1, 2 … after it.
  package func width(_ prefix: String) -> Int {
    let names = Set(header)
    return (0..<header.count).first { !names.contains(prefix + String($0)) } ?? header.count
  }
}
