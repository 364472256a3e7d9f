import Compute
import Files
import Foundation

/// The texts of a few rows, read again from their files for a report.
public struct ExampleTexts: Sendable, Hashable {
  /// Empty if the row has no prompt of its own: then both replies begin with it.
  public var prompt: String
  /// The preferred reply.
  public var chosen: String
  /// The other reply.
  public var rejected: String

  /// Reads the rows again; those that are not where they were (a table made in memory, a file that has changed) are left
  /// out.
  ///
  /// A packed file is unpacked from its beginning, so ask for all rows at once.
  ///
  /// - Throws: `InputError` if a file cannot be read any more.
  public static func read(
    _ rows: [Int], from table: PreferenceTable, options: ReadingOptions = .init()
  ) throws -> [Int: Self] {
    var found: [Int: Self] = [:]
    for (index, file) in table.places.files.enumerated() {
      let wanted = Dictionary(
        rows.filter { Int(table.places.file[$0]) == index && table.places.size[$0] > 0 }.map {
          (table.places.start[$0], $0)
        }, uniquingKeysWith: { first, _ in first })
      guard let last = wanted.keys.max() else { continue }
      var reader = try RecordReader(file, options: options)
      var header: TableHeader?
      while let batch = try reader.next(), batch.start <= last {
        if reader.format == .csv, header == nil { header = try TableHeader(batch, file: file.path) }
        for record in batch.records {
          guard let row = wanted[batch.start + record.range.lowerBound] else { continue }
          found[row] = Self(batch.bytes, in: record.range, header, table.mapping)
        }
      }
    }
    return found
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
        texts[name] = String(decoding: cells.bytes[range], as: UTF8.self)
      }
    } else {
      guard case .object(let fields)? = try? JSONValue(row: bytes, in: range) else { return nil }
      for (name, value) in fields { texts[name] = Self.text(value) }
    }
    func text(_ role: ColumnRole) -> String { mapping[role].flatMap { texts[$0] } ?? "" }
    prompt = text(.prompt)
    chosen = text(.chosen)
    rejected = text(.rejected)
  }

  /// A text, or a conversation as "role: content" paragraphs.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .array(let messages): messages.compactMap(text).joined(separator: "\n\n")
    case .object(let fields):
      fields["content"].flatMap(text).map { (fields["role"]?.cellText.map { "\($0): " } ?? "") + $0 }
        ?? fields["text"].flatMap(text)
    default: nil
    }
  }
}
