import Audits
import Compute

extension RunCheck {
  /// Whether the true return keeps what the predicted return promises; on the scale of each seed's final model. An
  /// agent that was paid the true reward was promised nothing.
  static let promiseGap = RunCheck("goodhart/gap") { runs in
    guard !runs.arePaidByTruth else { return [] }
    let level = 1 - 0.05 / Double(max(1, runs.records.count))
    let gaps = zip(runs.records, runs.outcomes.seeds).compactMap { record, outcome in
      record.promiseGap(best: outcome.reference?.value, level: level).map { (record.seed, $0) }
    }
    return PromiseGap.finding(gaps).map { [$0] } ?? []
  }
}

extension RunRecord {
  fileprivate func promiseGap(best: Double?, level: Double) -> PromiseGap? {
    guard let references, let own = finalEvaluation else { return nil }
    return PromiseGap(
      baseline: references.lines.map { PromiseGap.Episodes(predicted: $0.predictedReturns, actual: $0.trueReturns) },
      agent: PromiseGap.Episodes(predicted: own.predictedReturns, actual: own.trueReturns), best: best, level: level)
  }
}
