import Audits
import Compute

extension RunCheck {
  /// Whether episodes that the model pays better are better.
  static let agreement = RunCheck("goodhart/agreement") { [agreement($0.runs).finding()] }

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
