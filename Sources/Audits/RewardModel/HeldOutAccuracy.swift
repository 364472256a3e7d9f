import Compute
import Findings

/// How often the reward model names the winner of comparisons that it was not trained on.
///
/// ```swift
/// let accuracy = HeldOutAccuracy(judged)
/// accuracy.finding().verdict   // .holds if better than chance, beyond doubt
/// ```
///
/// Interval: Clopper–Pearson (exact). Ties have no winner; they are counted and left out.
public struct HeldOutAccuracy: Codable, Sendable, Hashable {
  /// Decisive answers whose winner was named.
  public let correct: Int
  /// Decisive answers.
  public let count: Int
  /// Answers without a winner; they are left out.
  public let ties: Int
  /// Of the share; exact. Nil without decisive answers.
  public let interval: Interval?

  /// NaN without decisive answers.
  public var value: Double { Double(correct) / Double(count) }

  /// Of these answers; ties are set apart.
  public init(_ judged: [JudgedComparison], level: Double = 0.95) {
    let decisive = judged.filter(\.isDecisive)
    correct = decisive.count { $0.isRight }
    count = decisive.count
    ties = judged.count - decisive.count
    interval = Statistics.proportionInterval(successes: correct, of: count, level: level)
  }

  /// The claim that the model beats a coin; it fails if it cannot be better than `useful`.
  public func finding(useful: Double = 0.55) -> Finding {
    let verdict: Finding.Verdict
    let reason: String
    let shown = Numbers.percent(value, interval) + " of \(count)"
    switch interval {
    case nil:
      verdict = ties > 0 ? .notMeasurable : .unknown
      reason =
        ties > 0
        ? "All \(Numbers.count(ties, "held-out answer")) are ties: there is no winner to predict."
        : "No answer was held out, so nothing can be said."
    case let interval? where interval.lower > 0.5:
      verdict = .holds
      reason = "It named the winner in \(shown) comparisons that it had not seen; a coin would in 50 %."
    case let interval? where interval.upper < useful:
      verdict = .fails
      reason = "It named the winner in only \(shown) unseen comparisons: at best hardly better than a coin."
    default:
      verdict = .unknown
      reason = "It named the winner in \(shown) unseen comparisons, which cannot be told from a coin."
    }
    return Finding(
      id: "reward-model/accuracy", claim: "The reward model predicts people's answers better than chance",
      verdict: verdict, reason: reason,
      evidence: count == 0
        ? []
        : [
          Evidence("held-out accuracy", value, interval: interval, count: count),
          Evidence("ties left out", Double(ties), count: count + ties),
        ],
      assumptions: [
        "The model was not trained on these answers.",
        "The answers are independent given the clips; clips that share an episode make the interval too narrow.",
      ],
      errorRate: "“Holds” is wrong in at most 2.5 % of runs in which the model only guesses; "
        + "“fails” in at most 2.5 % of runs in which its accuracy is \(Numbers.percent(useful)) or more.",
      source: "Clopper & Pearson 1934, exact binomial interval")
  }
}
