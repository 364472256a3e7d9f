import Compute
import Environments

/// The question "which of these two was better?".
public struct Comparison: Codable, Sendable, Hashable {
  /// The segment shown first.
  public var first: Trajectory
  /// The segment shown second.
  public var second: Trajectory

  /// Takes the parts as they are.
  public init(first: Trajectory, second: Trajectory) {
    self.first = first
    self.second = second
  }
}

/// What a person said to a ``Comparison``.
public enum ComparisonAnswer: String, Codable, Sendable, Hashable, CaseIterable {
  /// The first is better.
  case first
  /// The second is better.
  case second
  /// Both are about equally good: evidence too.
  case tie
  /// The person looked and could not judge: no evidence.
  case cannotTell = "cant-tell"
  /// The person did not want to judge: no evidence, though the question is spent.
  case skipped

  /// Whether the answer is evidence about the clips.
  public var isEvidence: Bool {
    switch self {
    case .first, .second, .tie: true
    case .cannotTell, .skipped: false
    }
  }
}
