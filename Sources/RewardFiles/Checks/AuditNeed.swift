import Findings

/// Something that a check needs from the files.
public enum AuditNeed: String, Sendable, Hashable, CaseIterable {
  /// Preference rows.
  case pairs
  /// At least ten labelled preference rows with both scores, outside the training split.
  case scoredPairs
  /// At least ten labelled preference rows with both scores, of any split.
  case scores
  /// Preference rows, or replies with a verdict each.
  case pairsOrVerdicts
  /// As ``scoredPairs``, or scored replies with a verdict each.
  case scoredPairsOrVerdicts
  /// The same pairs scored again.
  case secondScoring
  /// The same pairs scored after a change that should not matter.
  case perturbedScoring
  /// Best-of-n samples.
  case samples
  /// A RewardBench result file.
  case rewardBench
  /// Embeddings of the replies.
  case embeddings

  /// For people: "ten labelled pairs with scores".
  public var words: String {
    switch self {
    case .pairs: "pairs"
    case .scoredPairs: "ten labelled pairs with scores, outside the training split if there is one"
    case .scores: "ten labelled pairs with scores"
    case .pairsOrVerdicts: "pairs, or replies with a verdict each"
    case .scoredPairsOrVerdicts:
      "ten labelled pairs with scores, outside the training split if there is one; or ten good and ten bad replies with scores"
    case .secondScoring: "a second scoring (--second)"
    case .perturbedScoring: "scores of perturbed texts (--perturbed)"
    case .samples: "samples (--samples)"
    case .rewardBench: "a RewardBench result file (--rewardbench)"
    case .embeddings: "embeddings (--embeddings) and a split column"
    }
  }
}

/// Why a check came to no verdict.
public enum AuditGap: Error, Sendable, Hashable {
  /// An input is missing, or there is too little of it; the verdict is *unknown*. Evidence is what is known even so, and
  /// examples are rows that a person should look at.
  case missing(String, evidence: [Evidence] = [], examples: [ExampleRow] = [])
  /// The quantity does not exist for these data: no variance, all ties; the verdict is *not measurable*.
  case notMeasurable(String)

  /// For people, in either case.
  public var reason: String {
    switch self {
    case .missing(let reason, _, _), .notMeasurable(let reason): reason
    }
  }
}
