import Compute

/// What a check may look at. Each accessor throws the gap that makes the check's verdict unknown, so that a check reads
/// as if everything were there.
public struct AuditFiles: Sendable {
  /// Everything that was read.
  public let input: AuditInput
  /// The check's own randomness: named by the check, so that adding a check changes no other's numbers.
  public let random: RandomSource
  /// The labelled pairs with both scores outside the training split, nil if there are fewer than ten.
  public let labelledPairs: AuditPairs?
  /// The labelled pairs with both scores of the training split, nil if there are fewer than ten.
  public let trainingPairs: AuditPairs?
  private let scoredCount: Int
  private let comparison: ChoiceComparison?
  private let shift: Result<ShiftProjection, AuditGap>?

  static let tooFewPairs = "fewer than ten labelled pairs with scores"
  private static let onlyTraining = "fewer than ten labelled pairs with scores outside the training split"

  init(_ input: AuditInput, random: RandomSource) {
    self.input = input
    self.random = random
    let (evaluation, training) = (
      input.preferences.map { AuditPairs($0) }, input.preferences.map { AuditPairs($0, .training) }
    )
    labelledPairs = evaluation.flatMap { $0.count >= 10 ? $0 : nil }
    trainingPairs = training.flatMap { $0.count >= 10 ? $0 : nil }
    scoredCount = (evaluation?.count ?? 0) + (training?.count ?? 0)
    comparison = labelledPairs == nil ? nil : input.preferences.map { ChoiceComparison($0) }
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
    trainingPairs = other.trainingPairs
    scoredCount = other.scoredCount
    comparison = other.comparison
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

  /// The labelled pairs with both scores outside the training split; at least ten.
  public func scoredPairs() throws(AuditGap) -> AuditPairs {
    guard let labelledPairs else { throw .missing(scoredCount < 10 ? Self.tooFewPairs : Self.onlyTraining) }
    return labelledPairs
  }

  /// The preference rows, of which at least ten of any split have a label and both scores: for what asks how the model
  /// scores, not whether it is right.
  public func scoredRows() throws(AuditGap) -> PreferenceTable {
    let table = try pairs()
    guard scoredCount >= 10 else { throw .missing(Self.tooFewPairs) }
    return table
  }

  /// What the model and people choose, outside the training split.
  func choices() throws(AuditGap) -> ChoiceComparison {
    _ = try scoredPairs()
    guard let comparison else { throw .missing(Self.tooFewPairs) }
    return comparison
  }

  /// The texts of some rows, read again; those that are not where they were (a table made in memory) are left out.
  ///
  /// - Throws: the gap, with the reason why a file cannot be read any more.
  func texts(of rows: [Int]) throws(AuditGap) -> [Int: ExampleTexts] {
    let table = try pairs()
    do {
      return try input.texts?(rows) ?? ExampleTexts.read(rows, from: table)
    } catch {
      throw .missing("the texts cannot be read again (\(error))")
    }
  }

  /// Replies with a verdict each, where the files have hardly any pairs; nil otherwise.
  var verdicts: VerdictTable? {
    input.preferences.flatMap { $0.verdicts.areAlone(pairs: $0.count) ? $0.verdicts : nil }
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
    case .scores: _ = try scoredRows()
    case .pairsOrVerdicts: if verdicts == nil { _ = try pairs() }
    case .scoredPairsOrVerdicts: if verdicts == nil { _ = try scoredPairs() }
    case .secondScoring: if input.secondScorings.isEmpty { throw .missing("no second scoring") }
    case .perturbedScoring: if input.perturbedScorings.isEmpty { throw .missing("no scores of perturbed texts") }
    case .samples: _ = try samples()
    case .rewardBench: _ = try rewardBench()
    case .embeddings: if shift == nil { throw .missing("no embeddings") }
    }
  }
}
