import Audits

extension RunCheck {
  /// How many comparisons people could not decide.
  static let undecided = RunCheck("answers/undecided") { runs in
    let comparisons = runs.answeredComparisons
    guard !comparisons.isEmpty else { return [] }
    let undecided = Undecided(
      ties: comparisons.count { $0.answer == "tie" }, cannotTell: comparisons.count { $0.answer == "cant-tell" },
      skipped: comparisons.count { $0.answer == "skipped" }, of: comparisons.count)
    return [undecided.finding()]
  }
}
