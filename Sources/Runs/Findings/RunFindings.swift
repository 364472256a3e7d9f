import Audits
import Compute
import Environments
import Findings

/// All checks that the records of one run, or of several seeds of one, allow: what the report, the terminal and
/// `--json` show.
///
/// ```swift
/// let findings = RunFindings([record], entry: entry).findings
/// TrustSummary(findings, headline: RunFindings.headline).headline
/// ```
public struct RunFindings: Sendable {
  /// In the order in which they are shown.
  public let findings: [Finding]
  /// From where on more reward by the model means less by the truth; nil if nothing can be said.
  public let turningPoint: TurningPoint?
  /// Whether predicted probabilities come true; nil without predictions.
  public let calibration: Calibration?

  /// - Parameters:
  ///   - records: runs with equal settings but for the seed.
  ///   - entry: the environment, if it is known here; it says whether episodes are meant to end.
  public init(_ records: [RunRecord], entry: EnvironmentEntry?) {
    let runs = records.map { RunMeasurements($0, isStudy: records.count > 1) }
    // The audit's own randomness depends on the runs' seeds alone, so that the same runs get the same findings.
    let random = RandomSource(seed: runs.first?.seed ?? 0).child("audit", runs.count)
    let judged = runs.flatMap(\.laterPredictions)
    calibration = Calibration(judged, random: random.child("calibration"))
    let curves = runs.count == 1 ? runs.map(\.rejudged) : runs.map { $0.inOwnUnits($0.rejudged) }
    turningPoint = TurningPoint(curves, random: random.child("turning-point"))

    var findings = [HeldOutAccuracy(judged).finding()]
    if let calibration { findings.append(calibration.finding()) }
    findings.append(Self.agreement(runs).finding())
    findings.append(
      turningPoint?.finding() ?? TurningPoint.unknown(points: curves.map(\.count).min() ?? 0))
    if let gap = PromiseGap(curves) { findings.append(gap.finding()) }
    if let leak = EpisodeLengthLeak(runs.flatMap(\.evaluations)) { findings.append(leak.finding()) }
    if let finishing = Self.finishing(runs, entry: entry) { findings.append(finishing.finding()) }
    if let growth = Self.growth(runs, random: random) { findings.append(growth.finding()) }
    // Several seeds are several learning curves; the batches pool because each says how much came before it.
    if let enough = EnoughAnswers(runs.flatMap(\.batches)) { findings.append(enough.finding()) }
    findings += Self.answers(records)
    // Made while the run went on, and again at its end.
    for made in records.flatMap(\.findings) where made.id.hasPrefix(DeferredPerson.prefix) {
      if !findings.contains(where: { $0.id == made.id }) { findings.append(made) }
    }
    self.findings = findings
  }

  private static func agreement(_ runs: [RunMeasurements]) -> ProxyAgreement {
    if runs.count == 1, let last = runs[0].last {
      return ProxyAgreement(predicted: last.predictedReturns, actual: last.trueReturns)
    }
    var (predicted, actual) = ([Double](), [Double]())
    for last in runs.compactMap(\.last) {
      guard let x = Statistics.standardized(last.predictedReturns), let y = Statistics.standardized(last.trueReturns)
      else { continue }
      predicted += x
      actual += y
    }
    return ProxyAgreement(predicted: predicted, actual: actual)
  }

  /// Only where the task is to reach an end.
  private static func finishing(_ runs: [RunMeasurements], entry: EnvironmentEntry?) -> Finishing? {
    guard let specification = entry?.specification, specification.hasGoal,
      let limit = specification.maximumEpisodeSteps
    else { return nil }
    let lengths = runs.compactMap(\.last).flatMap(\.lengths)
    guard !lengths.isEmpty else { return nil }
    return Finishing(finished: lengths.count { $0 < limit }, of: lengths.count)
  }

  private static func growth(_ runs: [RunMeasurements], random: RandomSource) -> DisagreementGrowth? {
    guard let count = runs.map(\.disagreement.count).min(), count > 0 else { return nil }
    let mean = (0..<count).map { index in Statistics.mean(runs.map { $0.disagreement[index] }) }
    return DisagreementGrowth(mean, random: random.child("disagreement"))
  }

  private static func answers(_ records: [RunRecord]) -> [Finding] {
    let comparisons = records.flatMap(\.comparisons).filter { $0.answer != nil && !$0.takenBack }
    guard !comparisons.isEmpty else { return [] }
    let undecided = Undecided(
      ties: comparisons.count { $0.answer == "tie" }, cannotTell: comparisons.count { $0.answer == "cant-tell" },
      skipped: comparisons.count { $0.answer == "skipped" }, of: comparisons.count)
    var (same, repeated) = (0, 0)
    for record in records {
      // Which segment won when the same person was shown the same two before.
      var winners: [String: [[Int]: Int]] = [:]
      for comparison in record.comparisons {
        guard let label = comparison.label, label != 0.5 else { continue }
        let winner = label == 1 ? comparison.first : comparison.second
        let pair = [min(comparison.first, comparison.second), max(comparison.first, comparison.second)]
        let person = comparison.person ?? ""
        if let before = winners[person]?[pair] {
          repeated += 1
          if before == winner { same += 1 }
        }
        winners[person, default: [:]][pair] = winner
      }
    }
    let known = comparisons.filter { $0.firstTrueReturn != nil && $0.secondTrueReturn != nil }
    let distinct = DistinctQuestions(
      first: known.compactMap(\.firstTrueReturn), second: known.compactMap(\.secondTrueReturn))
    return (known.isEmpty ? [] : [distinct.finding()]) + [undecided.finding()]
      + [Consistency(same: same, of: repeated).finding()].compactMap { $0 }
  }
}
