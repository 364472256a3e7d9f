/// The rows of a Parquet or Arrow file as lines of JSON, a few thousand at a time: so that readers of rows of JSON
/// lines reads these files as well.
struct ColumnRows {
  private enum Source {
    case parquet(ParquetFile, nextGroup: Int)
    case arrow(ArrowFile)
  }

  private var source: Source
  private var table = ColumnTable([])
  private var nextRow = 0
  private static let rowsPerCall = 1024

  /// nil if the file is of neither kind.
  init?(_ file: RandomAccessFile, limit: Int) throws {
    let first = try file.read(0, min(8, file.size))
    if first.starts(with: ParquetFile.magic) {
      source = .parquet(try ParquetFile(file, limit: limit), nextGroup: 0)
    } else if first.starts(with: ArrowFile.magic) || first.starts(with: [255, 255, 255, 255]) {
      // A file of Arrow's, or a stream of it, as Hugging Face's datasets saves them; no text begins like that.
      source = .arrow(try ArrowFile(file, limit: limit))
    } else {
      return nil
    }
  }

  /// Appends some rows; false at the end.
  mutating func appendRows(to output: inout [UInt8]) throws -> Bool {
    while nextRow == table.rowCount {
      guard let next = try nextTable() else { return false }
      table = next
      nextRow = 0
    }
    let end = min(table.rowCount, nextRow + Self.rowsPerCall)
    for row in nextRow..<end {
      table.appendJSON(row: row, to: &output)
      output.append(0x0A)
    }
    nextRow = end
    return true
  }

  private mutating func nextTable() throws -> ColumnTable? {
    switch source {
    case .parquet(let file, let group):
      guard group < file.rowCounts.count else { return nil }
      source = .parquet(file, nextGroup: group + 1)
      return try file.read(rowGroup: group)
    case .arrow(var file):
      let batch = try file.next()
      source = .arrow(file)
      return batch
    }
  }
}
