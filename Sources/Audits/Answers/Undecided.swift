import Compute
import Findings

/// How often people could not prefer one clip: ties, "can't tell" and skipped questions.
public struct Undecided: Codable, Sendable, Hashable {
  /// Answers "equal".
  public let ties: Int
  /// Answers "can't tell".
  public let cannotTell: Int
  /// Questions that were skipped.
  public let skipped: Int
  /// All questions that were put.
  public let count: Int
  /// Of the share left undecided; exact. Nil without questions.
  public let interval: Interval?

  /// - `count`: all questions that were put.
  public init(ties: Int, cannotTell: Int, skipped: Int, of count: Int, level: Double = 0.95) {
    precondition(ties + cannotTell + skipped <= count, "no more than there were")
    self.ties = ties
    self.cannotTell = cannotTell
    self.skipped = skipped
    self.count = count
    interval = Statistics.proportionInterval(successes: ties + cannotTell + skipped, of: count, level: level)
  }

  /// The claim that most questions could be decided: fewer than `threshold` could not.
  public func finding(threshold: Double = 0.3) -> Finding {
    let verdict = Finding.Verdict.isBelow(threshold, interval)
    let share = Double(ties + cannotTell + skipped) / Double(max(1, count))
    let shown = "\(Numbers.percent(share, interval)) of \(count) questions were left undecided"
    return Finding(
      id: "answers/undecided", claim: "At most \(Numbers.percent(threshold)) of the questions could not be decided",
      verdict: verdict, bearing: .advice,
      reason: count == 0
        ? "No question was put."
        : verdict == .fails
          ? "\(shown): clips may be too short, too alike, or hide what matters."
          : shown + (verdict == .unknown ? ", which settles nothing." : "."),
      evidence: count == 0
        ? []
        : [
          Evidence("undecided", share, interval: interval, count: count),
          Evidence("ties", Double(ties), count: count), Evidence("can't tell", Double(cannotTell), count: count),
          Evidence("skipped", Double(skipped), count: count),
        ],
      assumptions: ["Questions are independent of each other."],
      errorRate: "“Holds” and “fails” are each wrong in at most 2.5 % of runs.",
      source: "Clopper & Pearson 1934, exact binomial interval")
  }
}
