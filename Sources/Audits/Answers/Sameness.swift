import Compute
import Findings

/// Whether the answers to a kind of question are nearly all the same, and then say next to nothing.
///
/// A scale whose marks are far from what can happen gives it away: every rating is "very bad", every off-switch is
/// pressed at once.
public struct Sameness: Sendable, Hashable {
  /// The kind of feedback, with the seed where there are several.
  public let kind: String
  /// The commonest answer.
  public let answer: String
  /// How often it was given.
  public let same: Int
  /// All answers.
  public let count: Int
  /// Of the share of the commonest answer; exact.
  public let interval: Interval

  /// Fewer answers show nothing.
  public static let fewestAnswers = 10

  /// - Parameters:
  ///   - kind: the kind of feedback.
  ///   - answers: what was said, one text for each answer.
  ///   - level: of the interval.
  /// - Returns: nil with fewer than ``fewestAnswers``.
  public init?(kind: String, answers: [String], level: Double = 0.95) {
    guard answers.count >= Self.fewestAnswers else { return nil }
    var counts: [String: Int] = [:]
    for answer in answers { counts[answer, default: 0] += 1 }
    guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      let interval = Statistics.proportionInterval(successes: most.value, of: answers.count, level: level)
    else { return nil }
    self.kind = kind
    (answer, same) = (most.key, most.value)
    count = answers.count
    self.interval = interval
  }

  /// The claim that of no kind more than `threshold` of the answers are one and the same; nil without kinds.
  public static func finding(_ kinds: [Sameness], threshold: Double = 0.9) -> Finding? {
    guard !kinds.isEmpty else { return nil }
    let verdicts = kinds.map { Finding.Verdict.isBelow(threshold, $0.interval) }
    let verdict = TaskOutcomes.joint(verdicts)
    let named = zip(kinds, verdicts).filter { $0.1 == verdict }.map(\.0)
    let shown = named.map { "\($0.same) of \($0.count) answers of the kind \($0.kind) are “\($0.answer)”" }
      .joined(separator: "; ")
    let reason =
      switch verdict {
      case .fails:
        "\(shown): such answers say next to nothing. Ask about clips that differ more, or another kind of question."
      case .holds: "Answers differ: \(shown)."
      case .unknown, .notMeasurable: "\(shown), which settles nothing."
      }
    return Finding(
      id: "answers/alike", claim: "Of no kind are more than \(Numbers.percent(threshold)) of the answers the same",
      verdict: verdict, reason: reason,
      evidence: kinds.map {
        Evidence(
          "share of the commonest answer, \($0.kind)", Double($0.same) / Double($0.count), interval: $0.interval,
          count: $0.count)
      },
      assumptions: ["Questions are independent of each other."],
      errorRate: "“Holds” and “fails” are each wrong in about 2.5 % of runs for each kind.",
      source: "Clopper & Pearson 1934, exact binomial interval")
  }
}
