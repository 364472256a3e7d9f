import Compute

extension SecondScoring {
  /// Rows with all four scores, as margins (first scoring, second scoring).
  static func margins(_ table: PreferenceTable, _ second: SecondScoring) -> [(row: Int, a: Double, b: Double)] {
    (0..<min(table.count, second.scoreChosen.count)).compactMap { row in
      let (a, b) = (table.margin(row), second.scoreChosen[row] - second.scoreRejected[row])
      return a.isFinite && b.isFinite ? (row, a, b) : nil
    }
  }
}
