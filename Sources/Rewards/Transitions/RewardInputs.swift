import Environments

/// Which parts of a transition a reward may depend on.
///
/// `(observation, action)` is the usual choice: `imitation`'s `BasicRewardNet` has it, and so has Christiano et al.
public struct RewardInputs: Codable, Sendable, Hashable {
  /// Whether the reward sees the observation that the transition starts from.
  public var observation: Bool
  /// Whether it sees the action.
  public var action: Bool
  /// Whether it sees the observation that the transition leads to.
  public var nextObservation: Bool
  /// Whether the transition ended the episode for good, as 0 or 1.
  public var termination: Bool

  /// The usual choice is observation and action.
  public init(
    observation: Bool = true, action: Bool = true, nextObservation: Bool = false, termination: Bool = false
  ) {
    self.observation = observation
    self.action = action
    self.nextObservation = nextObservation
    self.termination = termination
  }
}
