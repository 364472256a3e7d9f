/// Ways of learning from demonstrations.
public enum ImitationMethod: String, Codable, Sendable, Hashable, CaseIterable {
  /// Behavioural cloning.
  case bc
  /// Cloning that asks the expert where the learner gets to.
  case dagger
  /// Adversarial imitation, for a policy.
  case gail
  /// Adversarial imitation, for a reward as well.
  case airl
  /// A reward from ranked demonstrations, and an agent trained on it.
  case trex
  /// The same from demonstrations without ranks: a clone with more and more noise ranks itself.
  case drex

  /// Whether it acts in the environment on a learned reward, for a number of steps.
  public var trainsAgent: Bool { [.gail, .airl, .trex, .drex].contains(self) }
}
