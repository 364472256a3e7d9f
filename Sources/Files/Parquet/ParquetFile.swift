import Compute
import Foundation

/// A Parquet file, read row group by row group.
///
/// ```swift
/// let file = try ParquetFile(url)
/// file.columnNames                                  // ["prompt", "chosen", "rejected"]
/// let table = try file.read(columns: ["chosen"])
/// ```
///
/// Read are flat columns, structures, and one level of lists anywhere; Booleans, whole numbers, floats and texts; pages
/// of versions 1 and 2, plain, with dictionaries, run lengths and packed deltas; uncompressed or packed with Snappy,
/// gzip, zstd or LZ4. Dates and times are their numbers. Refused by name, and only if their column is asked for, are
/// lists in lists, decimals, binary data that is no text, encryption, Brotli, and the other encodings of deltas.
///
/// No size that the file claims is believed before the bytes are there, and what all pages unfold to is bounded by a
/// limit. Format: github.com/apache/parquet-format at version 2.11.
package struct ParquetFile: Sendable {
  /// The first and last four bytes of a file.
  package static let magic = Array("PAR1".utf8)
  /// What to do about a file that is not read.
  static let convert =
    "convert it: python3 -c \"import pandas; pandas.read_parquet('in.parquet')"
    + ".to_json('out.jsonl', orient='records', lines=True)\""
  /// The most bytes of a footer: it describes columns and row groups, not rows.
  private static let longestFooter = 64 << 20

  let file: RandomAccessFile
  private let limit: Int
  let schema: ParquetSchema
  private let groups: [RowGroup]

  /// Where a row group's chunks are.
  struct RowGroup: Sendable {
    var rowCount: Int
    var chunks: [ParquetChunk]
  }

  /// The columns' names, in the file's order.
  package var columnNames: [String] { schema.fields.map(\.name) }
  /// How many rows each row group has.
  package var rowCounts: [Int] { groups.map(\.rowCount) }
  /// How many rows the file has.
  package var rowCount: Int { groups.reduce(0) { $0 + $1.rowCount } }

  /// Opens a file and reads its footer.
  ///
  /// - Parameter limit: The most bytes that one row group's columns may unfold to.
  package init(_ url: URL, limit: Int = 4 << 30) throws {
    try self.init(RandomAccessFile(url), limit: limit)
  }

  /// The same for a file that is open, or for bytes in memory.
  package init(_ file: RandomAccessFile, limit: Int = 4 << 30) throws {
    self.file = file
    self.limit = limit
    let place = file.path
    guard file.size >= 12, try file.read(0, 4) == Self.magic else {
      throw InputError("this is not a Parquet file", at: place)
    }
    let tail = try file.read(file.size - 8, 8)
    guard Array(tail[4...]) == Self.magic else {
      throw InputError(
        "the end of the Parquet file is missing, or its footer is encrypted", at: place,
        remedy: "copy or export it again")
    }
    let size = (0..<4).reduce(0) { $0 | Int(tail[$1]) << (8 * $1) }
    guard size <= Self.longestFooter, size <= file.size - 12 else {
      throw InputError("the footer claims \(size) bytes", at: place, remedy: "the file is damaged; copy it again")
    }
    let bytes = try file.read(file.size - 8 - size, size)
    var position = 0
    let footer = try ThriftValue.structure(bytes[...], &position, place: "\(place), footer")
    guard let elements = footer[2]?.list else {
      throw InputError("the footer has no schema", at: place, remedy: "the file is damaged; copy it again")
    }
    let schema = try ParquetSchema(elements, place: place)
    self.schema = schema
    groups = try (footer[4]?.list ?? []).map { try Self.group($0, columnCount: schema.columns.count, place: place) }
  }

  private static func group(_ value: ThriftValue, columnCount: Int, place: String) throws -> RowGroup {
    guard let rows = value[3]?.integer, rows >= 0, let columns = value[1]?.list, columns.count == columnCount else {
      throw InputError("a row group does not fit the schema", at: place, remedy: "the file is damaged; copy it again")
    }
    return RowGroup(rowCount: rows, chunks: try columns.map { try ParquetChunk($0, place: place) })
  }

  /// All rows of some columns (nil: of all), in the order asked for.
  ///
  /// - Throws: `InputError` for columns that are not there or not read, and for damaged files.
  package func read(columns names: [String]? = nil) throws -> ColumnTable {
    var table = ColumnTable(try fields(names).map { .init($0.name, assembly().empty($0)) }, rowCount: 0)
    for index in groups.indices {
      let part = try read(rowGroup: index, columns: names)
      if index == 0 { table = part } else { try table.append(contentsOf: part, place: file.path) }
    }
    return table
  }

  /// The rows of one row group.
  package func read(rowGroup index: Int, columns names: [String]? = nil) throws -> ColumnTable {
    let group = groups[index]
    let wanted = try fields(names)
    var assembly = assembly()
    var allowance = limit
    for column in Set(wanted.flatMap(\.columns)).sorted() {
      let levels = schema.columns[column]
      guard levels.repeats <= 1 else { continue }  // refused by its name below
      assembly.leaves[column] = try group.chunks[column].read(
        file, leaf: assembly.leaf(column), levels: levels, allowance: &allowance)
    }
    return ColumnTable(
      try wanted.map { .init($0.name, try assembly.column($0, rowCount: group.rowCount)) }, rowCount: group.rowCount)
  }

  private func assembly() -> ParquetAssembly { ParquetAssembly(schema: schema, place: file.path) }

  private func fields(_ names: [String]?) throws -> [ParquetNode] {
    guard let names else { return schema.fields }
    return try names.map { name in
      guard let field = schema.fields.first(where: { $0.name == name }) else {
        throw InputError.unknown("column", name, among: columnNames, at: file.path)
      }
      return field
    }
  }
}
