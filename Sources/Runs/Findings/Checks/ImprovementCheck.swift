import Audits

extension RunCheck {
  /// Whether training made the agent better.
  static let improvement = RunCheck("agent/improved") { [$0.outcomes.improved()] }
}
