import Audits

extension RunCheck {
  /// Whether people answer alike when the same person is shown the same two clips again.
  static let consistency = RunCheck("answers/consistency") { runs in
    guard !runs.answeredComparisons.isEmpty else { return [] }
    var (same, repeated) = (0, 0)
    for record in runs.records {
      // Which segment won when the same person was shown the same two before.
      var winners: [String: [[Int]: Int]] = [:]
      for comparison in record.comparisons {
        guard let label = comparison.label, label != 0.5 else { continue }
        let winner = label == 1 ? comparison.first : comparison.second
        let pair = [min(comparison.first, comparison.second), max(comparison.first, comparison.second)]
        let person = comparison.person ?? ""
        if let before = winners[person]?[pair] {
          repeated += 1
          if before == winner { same += 1 }
        }
        winners[person, default: [:]][pair] = winner
      }
    }
    return Consistency(same: same, of: repeated).finding().map { [$0] } ?? []
  }
}
