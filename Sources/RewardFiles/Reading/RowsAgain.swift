import Compute
import Files
import Foundation

/// Reads rows of a table again from where they stand.
///
/// Rows of plain JSON are read one by one; any other file is read from its beginning up to the last row asked for, so
/// ask for all rows at once.
enum RowsAgain {
  /// - Parameter visit: gets the row's number in the table, its fields, and which of them is what. Rows that are not where
  ///   they were (a table made in memory, a file that has changed) are left out.
  /// - Throws: `InputError` if a file cannot be read any more.
  static func read(
    _ rows: [Int], from table: PreferenceTable, options: ReadingOptions,
    _ visit: (_ row: Int, _ fields: [String: JSONValue], _ mapping: [ColumnRole: String]) -> Void
  ) throws {
    for (index, file) in table.places.files.enumerated() where index < table.mappings.count {
      let own = rows.filter { Int(table.places.file[$0]) == index && table.places.size[$0] > 0 }
      guard !own.isEmpty else { continue }
      let mapping = table.mappings[index]
      // In the shape in which they were read first, whoever named it.
      var options = options
      options.format = try PairFormat.named(table.readings[index].format)
      if options.format?.rewrite == nil, let plain = try PlainRows(file) {
        for row in own {
          let bytes = try plain.row(table.places.start[row], Int(table.places.size[row]))
          if let fields = fields(bytes, in: 0..<bytes.count, nil) { visit(row, fields, mapping) }
        }
        continue
      }
      let wanted = Dictionary(
        own.map { (Place(start: table.places.start[$0], part: table.places.part[$0]), $0) },
        uniquingKeysWith: { first, _ in first })
      guard let last = wanted.keys.map(\.start).max() else { continue }
      var stream = try RowStream(file, options: options, recognises: true)
      while let batch = try stream.next(), let first = batch.rows.first, first.start <= last {
        for place in batch.rows where place.fault == nil {
          guard let row = wanted[Place(start: place.start, part: place.part)],
            let fields = fields(batch.bytes, in: place.range, stream.header)
          else { continue }
          visit(row, fields, mapping)
        }
      }
    }
  }

  /// A file of JSON that is not packed: its rows can be read one by one.
  private struct PlainRows {
    let file: RandomAccessFile

    /// Nil for a file of any other kind.
    init?(_ url: URL) throws {
      file = try RandomAccessFile(url)
      let head = try file.read(0, min(64, file.size))
      let text = head.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
      guard text.first == UInt8(ascii: "{") || text.first == UInt8(ascii: "[") else { return nil }
    }

    /// The bytes of a row; none if the file has become too short.
    func row(_ start: Int, _ size: Int) throws -> [UInt8] {
      start + size <= file.size ? try file.read(start, size) : []
    }
  }

  private struct Place: Hashable {
    var start: Int
    var part: UInt16
  }

  /// Nil if these bytes are no row: the file was changed since it was read first.
  private static func fields(_ bytes: [UInt8], in range: Range<Int>, _ header: TableHeader?) -> [String: JSONValue]? {
    guard let header else {
      guard case .object(let fields)? = try? JSONValue(row: bytes, in: range) else { return nil }
      return fields
    }
    var cells = TableFields()
    guard (try? cells.read(bytes, in: range, separator: header.separator)) != nil,
      cells.fields.count == header.columns.count
    else { return nil }
    return Dictionary(
      zip(header.columns, cells.fields.map { messages(Array(cells.bytes[$0])) }),
      uniquingKeysWith: { first, _ in first })
  }

  /// The messages that a text spells out, or the text.
  static func messages(_ bytes: [UInt8]) -> JSONValue {
    // What looks like messages and is none was refused when the row was read first.
    if let spelled = try? SpelledMessages.json(bytes, name: ""), let value = try? JSONValue(row: spelled) {
      return value
    }
    return .string(String(decoding: bytes, as: UTF8.self))
  }
}
