import Compute
import Environments

/// The question "which of these two was better?".
public struct Comparison: Codable, Sendable, Hashable {
  public var first: Trajectory
  public var second: Trajectory

  public init(first: Trajectory, second: Trajectory) {
    self.first = first
    self.second = second
  }
}

/// What a person said to a ``Comparison``.
public enum ComparisonAnswer: String, Codable, Sendable, Hashable, CaseIterable {
  case first
  case second
  /// Both are equally good: evidence, with the target ½, ½.
  case tie
  /// The person looked and could not judge: no evidence.
  case cannotTell = "cant-tell"
  /// The person did not want to judge: no evidence, though the question is spent.
  case skipped

  /// The probability of each option that the reward model is to predict; nil if the answer is no evidence.
  public var target: [Float]? {
    switch self {
    case .first: [1, 0]
    case .second: [0, 1]
    case .tie: [0.5, 0.5]
    case .cannotTell, .skipped: nil
    }
  }
}

extension Choice {
  /// What a comparison and its answer mean; nil if the answer is no evidence.
  public init?(_ comparison: Comparison, _ answer: ComparisonAnswer, rationality: Double = 1, lapse: Double = 0) {
    guard let target = answer.target else { return nil }
    self.init(
      options: [Option(comparison.first), Option(comparison.second)], target: target, rationality: rationality,
      lapse: lapse)
  }
}
