/// Whose episodes the transitions of a ``SampledComparison`` come from; a distance speaks of these alone.
public enum CoverageSource: String, Sendable, Codable, Hashable, CaseIterable {
  /// Uniformly random actions.
  case random
  /// The agents of the runs, each with the same share.
  case agents
  /// Random play and each agent, each with the same share.
  case mixture
}
