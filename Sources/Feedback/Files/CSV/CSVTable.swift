import Compute
import Foundation

/// A table of texts as comma-separated values (RFC 4180), read strictly: a header of distinct names, every row as long
/// as it, quotes only around whole fields.
struct CSVTable {
  var header: [String]
  var rows: [[String]] = []
  /// The line of the file on which each row begins, counted from 1; empty if the table was not read.
  private(set) var lines: [Int] = []
  private(set) var place = "csv"

  init(header: [String]) { self.header = header }

  init(_ bytes: [UInt8], place: String) throws {
    self.place = place
    header = []
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw InputError("the file is not UTF-8 text", at: place, remedy: "save it as UTF-8")
    }
    var (position, line) = (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, 1)
    var row: [String] = []
    var rowLine = 1
    while position < bytes.count {
      let fieldLine = line
      row.append(try Self.field(bytes, &position, &line, place: place))
      let end = position == bytes.count
      if !end, bytes[position] == UInt8(ascii: ",") {
        position += 1
        // A comma that ends the file begins an empty field.
        if position == bytes.count { row.append("") } else { continue }
      } else if !end {
        if bytes[position] == 0x0D { position += 1 }
        guard position < bytes.count, bytes[position] == 0x0A else {
          throw InputError("a quoted field goes on after its quote", at: "\(place):\(fieldLine)")
        }
        position += 1
        line += 1
      }
      try finish(&row, line: rowLine)
      rowLine = line
    }
    guard !header.isEmpty else { throw InputError("there is no header", at: place) }
  }

  private mutating func finish(_ row: inout [String], line: Int) throws {
    defer { row = [] }
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

  /// One field; `position` ends on the comma or the line's end after it.
  private static func field(
    _ bytes: [UInt8], _ position: inout Int, _ line: inout Int, place: String
  ) throws -> String {
    var text: [UInt8] = []
    if bytes[position] == UInt8(ascii: "\"") {
      let first = line
      position += 1
      while true {
        guard position < bytes.count else {
          throw InputError("a quote is not closed", at: "\(place):\(first)")
        }
        let byte = bytes[position]
        position += 1
        if byte == 0x0A { line += 1 }
        if byte != UInt8(ascii: "\"") {
          text.append(byte)
        } else if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
          text.append(byte)
          position += 1
        } else {
          break
        }
      }
    } else {
      while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != 0x0A,
        !(bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A)
      {
        guard bytes[position] != UInt8(ascii: "\"") else {
          throw InputError("a quote within a field", at: "\(place):\(line)", remedy: "quote the whole field")
        }
        text.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The file's bytes; lines end in a line feed.
  var data: Data {
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
  func place(of row: Int) -> String { "\(place):\(lines.indices.contains(row) ? lines[row] : row + 2)" }

  /// The index of a column; an error names those near it.
  func column(_ name: String) throws -> Int {
    guard let index = header.firstIndex(of: name) else {
      throw InputError.unknown("column", name, among: header, at: "\(place):1")
    }
    return index
  }

  /// How many columns are called `prefix` with 0, 1, 2 … after it.
  func width(_ prefix: String) -> Int {
    let names = Set(header)
    return (0..<header.count).first { !names.contains(prefix + String($0)) } ?? header.count
  }
}
