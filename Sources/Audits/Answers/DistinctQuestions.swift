import Compute
import Findings

/// Whether the two clips of a question differ at all in what the person judges by.
///
/// If they do not, the answer is a coin's, and a reward model can learn nothing from it, however many there are. Only
/// where the true return is known (simulated people) can this be checked.
public struct DistinctQuestions: Codable, Sendable, Hashable {
  /// Questions whose clips have exactly the same true return.
  public let equal: Int
  /// How many questions there are.
  public let count: Int
  /// Of the share about equally good segments; exact. Nil without questions.
  public let interval: Interval?

  /// True returns of the first and second clips, index for index.
  public init(first: [Double], second: [Double], level: Double = 0.95) {
    precondition(first.count == second.count, "two clips in each question")
    equal = zip(first, second).count { $0 == $1 }
    count = first.count
    interval = Statistics.proportionInterval(successes: equal, of: count, level: level)
  }

  /// The claim that fewer than `threshold` of the questions were about clips that are equally good.
  public func finding(threshold: Double = 0.5) -> Finding {
    let verdict = Finding.Verdict.isBelow(threshold, interval)
    let share = Double(equal) / Double(max(1, count))
    let shown = "\(Numbers.percent(share, interval)) of \(count) questions were about two clips of the same true return"
    return Finding(
      id: "answers/distinct", claim: "Most questions were about clips that differ in true return", verdict: verdict,
      reason: count == 0
        ? "No question was put."
        : verdict == .fails
          ? "\(shown): such answers say nothing. Ask about longer clips, or use a reward that varies within them."
          : verdict == .holds ? "Only \(shown)." : "\(shown), which settles nothing.",
      evidence: count == 0
        ? [] : [Evidence("questions about equally good clips", share, interval: interval, count: count)],
      assumptions: ["People judge by the true return of what they see.", "Questions are independent of each other."],
      errorRate: "“Holds” and “fails” are each wrong in at most 2.5 % of runs.",
      source: "Clopper & Pearson 1934, exact binomial interval")
  }
}
