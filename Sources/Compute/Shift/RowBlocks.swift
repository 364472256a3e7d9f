/// Rows of one block of a matrix product: small enough that a block and its images stay in the second-level cache.
enum RowBlocks {
  static let rows = 128

  /// Calls `body(rows of the block, how many, where their scores go)` block by block.
  static func each(
    _ rows: Span<Double>, columns: Int, into scores: inout MutableSpan<Double>,
    _ body: (UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    precondition(rows.count == scores.count * columns, "rows of \(columns) numbers, one score for each")
    let count = scores.count
    rows.withUnsafeBufferPointer { rows in
      scores.withUnsafeMutableBufferPointer { scores in
        guard let source = rows.baseAddress, let target = scores.baseAddress else { return }
        for first in stride(from: 0, to: count, by: Self.rows) {
          body(source + first * columns, min(Self.rows, count - first), target + first)
        }
      }
    }
  }
}
