import Audits
import Compute

extension RunCheck {
  /// Whether episodes that the model pays better are better.
  ///
  /// A good agent's episodes are all alike, and their order is noise: where reference policies were measured, their
  /// episodes and the agent's are ranked together. Of several seeds the one with the least agreement decides.
  static let agreement = RunCheck("goodhart/agreement") { audited in
    let spreads = audited.records.compactMap(\.spread)
    if !spreads.isEmpty, spreads.count == audited.records.count {
      return [ProxyAgreement.finding(ofSpreads: spreads, seeds: audited.records.map(\.seed))]
    }
    return [agreement(audited.runs).finding()]
  }

  /// Several reward models share no scale, so that their episodes are pooled in units of each one's spread.
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
}

extension RunRecord {
  /// Episodes of the agent and of the reference policies by one and the same, the final, model; nil without them.
  fileprivate var spread: ProxyAgreement.Spread? {
    guard let references, let own = finalEvaluation else { return nil }
    return ProxyAgreement.Spread(
      own: ProxyAgreement(predicted: own.predictedReturns, actual: own.trueReturns),
      all: ProxyAgreement(
        predicted: own.predictedReturns + references.lines.flatMap(\.predictedReturns),
        actual: own.trueReturns + references.lines.flatMap(\.trueReturns)))
  }
}
