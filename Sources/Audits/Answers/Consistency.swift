import Compute
import Findings

/// Whether people give the same answer when the same question comes again, and how accurate a model of them can be at
/// best.
public struct Consistency: Codable, Sendable, Hashable {
  /// Repeated questions that got the same answer.
  public let same: Int
  /// Repeated questions with a winner named both times.
  public let count: Int
  /// Of their share; exact. Nil without repeated questions.
  public let interval: Interval?

  /// - `same`: how many of `count` repeated questions, with a winner named both times, got the same one.
  public init(same: Int, of count: Int, level: Double = 0.95) {
    precondition(same >= 0 && same <= count, "at most all answers are the same")
    self.same = same
    self.count = count
    interval = Statistics.proportionInterval(successes: same, of: count, level: level)
  }

  /// The accuracy that no model can exceed on average: if each answer is the considered one with probability q, two
  /// agree with probability q² + (1 − q)². One half if answers agree no more often than by chance.
  public static func ceiling(agreement: Double) -> Double { (1 + max(0, 2 * agreement - 1).squareRoot()) / 2 }

  /// The claim that at least `threshold` of repeated questions are answered alike. Nil without repeated questions.
  public func finding(threshold: Double = 0.75) -> Finding? {
    guard let interval else { return nil }
    let verdict = Finding.Verdict.isAbove(threshold, interval)
    let share = Double(same) / Double(count)
    let shown = "\(Numbers.percent(share, interval)) of \(count) repeated questions were answered alike"
    let best = Interval(
      lower: Self.ceiling(agreement: interval.lower), upper: Self.ceiling(agreement: interval.upper),
      level: interval.level)
    return Finding(
      id: "answers/consistency",
      claim: "Asked again, people answer alike at least \(Numbers.percent(threshold)) of the time", verdict: verdict,
      bearing: .advice,
      reason: verdict == .fails
        ? "Only \(shown); no model can be right more often than about "
          + "\(Numbers.percent(Self.ceiling(agreement: share)))."
        : shown + (verdict == .unknown ? ", which settles nothing." : "."),
      evidence: [
        Evidence("answered alike", share, interval: interval, count: count),
        Evidence("best possible accuracy", Self.ceiling(agreement: share), interval: best, count: count),
      ],
      assumptions: [
        "The second answer is given without remembering the first.", "All questions are about equally hard.",
      ],
      errorRate: "“Holds” and “fails” are each wrong in at most 2.5 % of runs.",
      source: "Clopper & Pearson 1934; Ibarz et al. 2018 report 5–10 % mislabelled answers")
  }
}
