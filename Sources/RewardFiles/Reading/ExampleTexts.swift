import Compute
import Files
import Foundation

/// The texts of a few rows, read again from their files for a report.
public struct ExampleTexts: Sendable, Hashable {
  /// All that the model saw before its reply. Empty if the row has no prompt of its own: then both replies begin with it.
  public var prompt: String
  /// The preferred reply.
  public var chosen: String
  /// The other reply.
  public var rejected: String

  /// Reads the rows again; those that are not where they were (a table made in memory, a file that has changed) are left
  /// out.
  ///
  /// Rows of plain JSON are read from where they stand; any other file is read from its beginning, so ask for all rows
  /// at once.
  ///
  /// - Throws: `InputError` if a file cannot be read any more.
  public static func read(
    _ rows: [Int], from table: PreferenceTable, options: ReadingOptions = .init()
  ) throws -> [Int: Self] {
    var found: [Int: Self] = [:]
    for (index, file) in table.places.files.enumerated() where index < table.mappings.count {
      let own = rows.filter { Int(table.places.file[$0]) == index && table.places.size[$0] > 0 }
      guard !own.isEmpty else { continue }
      // In the shape in which they were read first, whoever named it.
      var options = options
      options.format = try PairFormat.named(table.readings[index].format)
      if options.format?.rewrite == nil, let plain = try PlainRows(file) {
        for row in own {
          let bytes = try plain.row(table.places.start[row], Int(table.places.size[row]))
          found[row] = Self(bytes, in: 0..<bytes.count, nil, table.mappings[index])
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
          guard let row = wanted[Place(start: place.start, part: place.part)] else { continue }
          found[row] = Self(batch.bytes, in: place.range, stream.header, table.mappings[index])
        }
      }
    }
    return found
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
  private init?(
    _ bytes: [UInt8], in range: Range<Int>, _ header: TableHeader?, _ mapping: [ColumnRole: String]
  ) {
    var texts: [String: String] = [:]
    if let header {
      var cells = TableFields()
      guard (try? cells.read(bytes, in: range, separator: header.separator)) != nil,
        cells.fields.count == header.columns.count
      else { return nil }
      for (name, range) in zip(header.columns, cells.fields) {
        texts[name] = Self.text(cell: Array(cells.bytes[range]))
      }
    } else {
      guard case .object(let fields)? = try? JSONValue(row: bytes, in: range) else { return nil }
      for name in mapping.values { texts[name] = fields[name].flatMap(Self.text) }
    }
    func text(_ role: ColumnRole) -> String { mapping[role].flatMap { texts[$0] } ?? "" }
    prompt = [ColumnRole.system, .history, .prompt, .context].map(text).filter { !$0.isEmpty }.joined(separator: "\n\n")
    chosen = text(.chosen)
    rejected = text(.rejected)
  }

  private static func text(cell bytes: [UInt8]) -> String {
    // What looks like messages and is none was refused when the row was read first.
    if let spelled = try? SpelledMessages.json(bytes, name: ""), let value = try? JSONValue(row: spelled) {
      return text(value) ?? ""
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text, or a conversation as "role: content" paragraphs.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text):
      guard text.hasPrefix("[") || text.hasPrefix("{") else { return text }
      return Self.text(cell: Array(text.utf8))
    case .array(let messages): return messages.compactMap(text).joined(separator: "\n\n")
    case .object(let fields):
      let content = (fields["content"] ?? fields["value"] ?? fields["text"]).flatMap(text)
      let words = [content, calls(fields)].compactMap { $0 }.filter { !$0.isEmpty }
      guard content != nil || !words.isEmpty else { return fields["type"]?.cellText.map { "[\($0)]" } }
      return ((fields["role"] ?? fields["from"])?.cellText.map { "\($0): " } ?? "") + words.joined(separator: "\n")
    default: return nil
    }
  }

  /// Calls of tools as the audit reads them.
  private static func calls(_ message: [String: JSONValue]) -> String? {
    guard let value = message["tool_calls"] ?? message["function_call"], value != .null else { return nil }
    var bytes: [UInt8] = []
    value.appendRow(to: &bytes)
    var scanner = JSONScanner(bytes)
    var text: [UInt8] = []
    // It was read once already.
    guard (try? ToolCalls.append(&scanner, to: &text)) != nil else { return nil }
    return String(decoding: text, as: UTF8.self)
  }
}
