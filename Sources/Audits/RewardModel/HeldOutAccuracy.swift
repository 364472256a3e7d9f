import Compute
import Findings

/// How often the reward model names the winner of comparisons that it was not trained on.
///
/// ```swift
/// let accuracy = HeldOutAccuracy(judged)
/// accuracy.finding().verdict   // .holds if better than chance, beyond doubt
/// ```
///
/// Interval: Clopper–Pearson (exact). Ties have no winner, and a model that gives both sides exactly one half names
/// none: either is counted and left out.
public struct HeldOutAccuracy: Codable, Sendable, Hashable {
  /// Decisive answers whose winner was named.
  public let correct: Int
  /// Decisive answers to which the model gave anything but one half.
  public let count: Int
  /// Answers without a winner; they are left out.
  public let ties: Int
  /// Decisive answers of which the model named no winner; they are left out.
  public let undecided: Int
  /// Of the share; exact. Nil where ``count`` is 0.
  public let interval: Interval?

  /// NaN where ``count`` is 0.
  public var value: Double { Double(correct) / Double(count) }

  /// Of these answers; ties are set apart.
  public init(_ judged: [JudgedComparison], level: Double = 0.95) {
    let decisive = judged.filter(\.isDecisive)
    let decided = decisive.filter { !$0.isUndecided }
    correct = decided.count { $0.isRight }
    count = decided.count
    undecided = decisive.count - decided.count
    ties = judged.count - decisive.count
    interval = Statistics.proportionInterval(successes: correct, of: count, level: level)
  }

  /// The claim that the model beats a coin; it fails if it cannot be better than `useful`.
  public func finding(useful: Double = 0.55) -> Finding {
    let verdict: Finding.Verdict
    let reason: String
    let shown = Numbers.percent(value, interval) + " of \(count)"
    let left =
      undecided == 0 ? "" : " It left \(undecided) of \(undecided + count) undecided; they count neither way."
    switch interval {
    case nil where undecided > 0:
      verdict = .notMeasurable
      reason = "It gave both sides exactly one half in all of \(undecided) unseen comparisons: it names no winner."
    case nil:
      verdict = ties > 0 ? .notMeasurable : .unknown
      reason =
        ties > 0
        ? "All \(Numbers.count(ties, "held-out answer")) are ties: there is no winner to predict."
        : "No answer was predicted before the model learned from it, so nothing can be said."
    case let interval? where interval.lower > 0.5:
      verdict = .holds
      reason = "It named the winner in \(shown) comparisons that it had not seen; a coin would in 50 %." + left
    case let interval? where interval.upper < useful:
      verdict = .fails
      reason = "It named the winner in only \(shown) unseen comparisons: at best hardly better than a coin." + left
    default:
      verdict = .unknown
      reason = "It named the winner in \(shown) unseen comparisons, which cannot be told from a coin." + left
    }
    return Finding(
      id: "reward-model/accuracy", claim: "The reward model predicts people's answers better than chance",
      verdict: verdict, reason: reason,
      evidence: count + undecided == 0
        ? []
        : (count == 0 ? [] : [Evidence("held-out accuracy", value, interval: interval, count: count)]) + [
          Evidence("ties left out", Double(ties), count: count + undecided + ties),
          Evidence("left undecided by the model", Double(undecided), count: count + undecided),
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
