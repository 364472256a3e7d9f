/// What an agent maximises, as a value: one number for each transition.
public protocol RewardFunction: Sendable {
  /// Writes one reward per transition; `rewards.count` is `transitions.count`.
  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>)
}

/// What an agent asks for its rewards while it learns: owns its scratch, so that a call allocates nothing.
///
/// One per thread. ``RewardEvaluator`` asks a ``RewardModel``; ``RewardFunctionEvaluator`` any ``RewardFunction``;
/// ``NormalizedReward`` wraps another.
public protocol TransitionReward: AnyObject {
  /// Writes one reward per transition; `rewards.count` is `transitions.count`.
  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>)

  /// The same, and how far apart those are whose mean a reward is: the standard deviation of an ensemble's members. The
  /// default, 0, is for rewards that are one.
  func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>)

  /// Another number whenever the reward has become another: who keeps rewards of the past asks for them again when it
  /// changes. It must follow from what the reward is, not from how often it was changed, so that a run which is
  /// resumed finds the number that it left. The default, 0, is for rewards that stay as they were made.
  var version: UInt64 { get }
}

extension TransitionReward {
  public var version: UInt64 { 0 }

  public func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>
  ) {
    evaluate(transitions, into: &rewards)
    for row in 0..<transitions.count { disagreement[row] = 0 }
  }
}

extension RewardFunction {
  /// The same, into memory that has room for `transitions.count` rewards.
  package func rewards(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    var span = UnsafeMutableBufferPointer(start: rewards, count: transitions.count).mutableSpan
    self.rewards(transitions, into: &span)
  }
}

extension TransitionReward {
  /// The same, into memory that has room for `transitions.count` rewards.
  package func evaluate(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    var span = UnsafeMutableBufferPointer(start: rewards, count: transitions.count).mutableSpan
    evaluate(transitions, into: &span)
  }

  /// The same, into memory that has room for `transitions.count` numbers each.
  package func evaluate(
    _ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>,
    disagreement: UnsafeMutablePointer<Float>
  ) {
    var span = UnsafeMutableBufferPointer(start: rewards, count: transitions.count).mutableSpan
    var deviations = UnsafeMutableBufferPointer(start: disagreement, count: transitions.count).mutableSpan
    evaluate(transitions, into: &span, disagreement: &deviations)
  }
}

/// Any reward function, asked by an agent.
public final class RewardFunctionEvaluator: TransitionReward {
  /// The reward that is asked.
  public let function: any RewardFunction

  /// Asks this reward.
  public init(_ function: any RewardFunction) { self.function = function }

  public func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    function.rewards(transitions, into: &rewards)
  }
}
