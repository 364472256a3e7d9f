import Audits

extension RunCheck {
  /// Whether the agent does about as well as one on the true reward.
  static let score = RunCheck("agent/score") { [$0.outcomes.score()] }
}
