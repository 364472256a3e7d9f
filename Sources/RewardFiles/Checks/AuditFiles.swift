import Compute

/// What a check may look at. Each accessor throws the gap that makes the check's verdict unknown, so that a check reads
/// as if everything were there.
public struct AuditFiles: Sendable {
  /// Everything that was read.
  public let input: AuditInput
  /// The check's own randomness: named by the check, so that adding a check changes no other's numbers.
  public let random: RandomSource
  /// The labelled pairs with both scores, nil if there are fewer than ten.
  public let labelledPairs: AuditPairs?
  private let shift: Result<ShiftProjection, AuditGap>?

  static let tooFewPairs = "fewer than ten labelled pairs with scores"

  init(_ input: AuditInput, random: RandomSource) {
    self.input = input
    self.random = random
    labelledPairs = input.preferences.flatMap { table -> AuditPairs? in
      let pairs = AuditPairs(table)
      return pairs.count >= 10 ? pairs : nil
    }
    if let table = input.preferences, let embeddings = input.embeddings {
      // Read once: embeddings are by far the largest of the files.
      shift = Result { () throws(AuditGap) in try ShiftProjection(embeddings, table) }
    } else {
      shift = nil
    }
  }

  private init(_ other: AuditFiles, random: RandomSource) {
    input = other.input
    labelledPairs = other.labelledPairs
    shift = other.shift
    self.random = random
  }

  /// The same files with the randomness of one check.
  func with(random: RandomSource) -> AuditFiles { AuditFiles(self, random: random) }

  /// The preference rows; at least one.
  public func pairs() throws(AuditGap) -> PreferenceTable {
    guard let table = input.preferences, table.count > 0 else { throw .missing("no pairs") }
    return table
  }

  /// The labelled pairs with both scores; at least ten.
  public func scoredPairs() throws(AuditGap) -> AuditPairs {
    guard let labelledPairs else { throw .missing(Self.tooFewPairs) }
    return labelledPairs
  }

  /// The best-of-n samples; at least one.
  public func samples() throws(AuditGap) -> SampleTable {
    guard let samples = input.samples, samples.count > 0 else { throw .missing("no samples") }
    return samples
  }

  /// The RewardBench results.
  public func rewardBench() throws(AuditGap) -> RewardBenchTable {
    guard let table = input.rewardBench else { throw .missing("no RewardBench result file") }
    return table
  }

  func projection() throws(AuditGap) -> ShiftProjection.Splits {
    guard let shift else { throw .missing("no embeddings") }
    return try shift.get().splits(try pairs(), random: random)
  }

  /// Throws the gap if this is not there.
  func require(_ need: AuditNeed) throws(AuditGap) {
    switch need {
    case .pairs: _ = try pairs()
    case .scoredPairs: _ = try scoredPairs()
    case .secondScoring: if input.secondScorings.isEmpty { throw .missing("no second scoring") }
    case .perturbedScoring: if input.perturbedScorings.isEmpty { throw .missing("no scores of perturbed texts") }
    case .samples: _ = try samples()
    case .rewardBench: _ = try rewardBench()
    case .embeddings: if shift == nil { throw .missing("no embeddings") }
    }
  }
}
