import Audits
import Compute
import Environments
import Findings

/// What a ``RunCheck`` reads: the records of one run or of several seeds of one, and what several checks need of them.
public struct AuditedRuns: Sendable {
  /// Runs with equal settings but for the seed.
  public let records: [RunRecord]
  /// The environment, if it is known here.
  public let entry: EnvironmentEntry?
  /// A check's own randomness, by a child of its own: it depends on the runs' seeds alone, so that the same runs get the
  /// same findings.
  public let random: RandomSource
  /// Whether predicted probabilities come true; nil without predictions.
  public let calibration: Calibration?
  /// From where on more reward by the model means less by the truth; nil if nothing can be said.
  public let turningPoint: TurningPoint?

  /// What became of the agents.
  public let outcomes: TaskOutcomes

  /// The records as numbers.
  package let runs: [RunMeasurements]
  /// The answers that the models predicted before they learned from them, towards the end.
  package let judged: [JudgedComparison]
  /// True against predicted return; of several seeds each in units of its own spread.
  package let curves: [ReturnCurve]

  /// - Parameters:
  ///   - records: runs with equal settings but for the seed.
  ///   - entry: the environment, if it is known here; it says whether episodes are meant to end.
  public init(_ records: [RunRecord], entry: EnvironmentEntry?) {
    self.records = records
    self.entry = entry
    runs = records.map { RunMeasurements($0, isStudy: records.count > 1) }
    outcomes = TaskOutcomes(records, entry: entry)
    random = RandomSource(seed: runs.first?.seed ?? 0).child("audit", runs.count)
    judged = runs.flatMap(\.laterPredictions)
    calibration = Calibration(judged, random: random.child("calibration"))
    curves = runs.count == 1 ? runs.map(\.rejudged) : runs.map { $0.inOwnUnits($0.rejudged) }
    turningPoint = TurningPoint(curves, random: random.child("turning-point"))
  }

  /// Whether the agents were paid the environment's own reward, so that no agent could please a reward model.
  public var arePaidByTruth: Bool { records.contains(where: \.isPaidByTruth) }

  /// The comparisons that somebody answered, those taken back apart.
  public var answeredComparisons: [RunRecord.Comparison] {
    records.flatMap(\.comparisons).filter { $0.answer != nil && !$0.takenBack }
  }
}
