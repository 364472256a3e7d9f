/// How unlike a reference a row of features is: a number that is higher for what is less familiar.
///
/// ```swift
/// let score = try MahalanobisScore(reference)            // rows that were judged
/// score.score([0.1, -0.3, 2.0])                          // of one row
/// score.scores(visited)                                  // of many
/// let calibration = try ConformalCalibration(score.scores(keptApart))
/// calibration.pValue(score.score([0.1, -0.3, 2.0]))      // small for a row like no other
/// ```
///
/// Scores of different kinds share no unit; ``ConformalCalibration`` gives them one. A row with a number that is not
/// finite scores infinity.
public protocol UnfamiliarityScore: Sendable {
  /// Numbers in a row.
  var columns: Int { get }

  /// Writes one score for each row.
  ///
  /// - Parameters:
  ///   - rows: [scores.count × columns], row by row.
  ///   - scores: overwritten; higher is less familiar, infinity where a row cannot be compared at all.
  func score(_ rows: Span<Double>, into scores: inout MutableSpan<Double>)
}

extension UnfamiliarityScore {
  /// The score of one row.
  public func score(_ row: [Double]) -> Double {
    var result = [0.0]
    write(row, to: &result)
    return result[0]
  }

  /// The score of each row, in order.
  public func scores(_ rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "rows of \(columns) numbers")
    var result = [Double](repeating: 0, count: rows.rows)
    write(rows.elements, to: &result)
    return result
  }

  private func write(_ rows: [Double], to scores: inout [Double]) {
    var target = scores.mutableSpan
    score(rows.span, into: &target)
  }
}
