/// All that an audit of a reward model's files may look at. Whatever was not given is nil or empty, and the checks that
/// need it are unknown.
public struct AuditInput: Sendable {
  /// Preference rows.
  public var preferences: PreferenceTable?
  /// Best-of-n samples.
  public var samples: SampleTable?
  /// A RewardBench result file.
  public var rewardBench: RewardBenchTable?
  /// The same pairs scored again, in the order given.
  public var secondScorings: [SecondScoring] = []
  /// The same pairs scored after a change of the text that should not matter.
  public var perturbedScorings: [SecondScoring] = []
  /// One row for each row of the preference files, usable or not.
  public var embeddings: EmbeddingSource?

  /// What was read of each file, in the order in which they are looked at.
  public var readings: [FileReading] {
    (preferences?.readings ?? []) + (secondScorings + perturbedScorings).compactMap(\.reading)
      + [samples?.reading, rewardBench?.reading].compactMap { $0 }
  }
  /// Reads the texts of some rows again; nil: from the files that the table was read from.
  public var texts: (@Sendable ([Int]) throws -> [Int: ExampleTexts])?

  /// Nothing yet.
  public init() {}
}

extension ExampleTexts {
  /// Texts that are at hand already.
  public init(prompt: String, chosen: String, rejected: String) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
  }
}
