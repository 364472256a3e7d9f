/// All that an audit of a reward model's files may look at. Whatever was not given is nil or empty, and the checks that
/// need it say so.
public struct AuditInput: Sendable {
  public var preferences: PreferenceTable?
  public var samples: SampleTable?
  public var rewardBench: RewardBenchTable?
  /// The same pairs scored again, in the order given.
  public var secondScorings: [SecondScoring] = []
  /// One row for each row of the preference files, usable or not.
  public var embeddings: EmbeddingSource?

  public init() {}
}
