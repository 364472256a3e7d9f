import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Few labels are wrong.
  public static let labelNoise = AuditCheck(
    id: "label-noise",
    title: "Few labels are wrong",
    problem: "More labels are wrong than is tolerated",
    explanation:
      "A logistic curve with a lapse: with probability ε the label is turned regardless of the margin. The rate is fitted with "
      + "the slope by maximum likelihood, on at most 20,000 pairs drawn at random; up to 2 % is tolerated. The suspects are the pairs most confidently contradicted. It misleads "
      + "when the model is wrong in the tails: its own confident errors look like wrong labels.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Have the suspects named here labelled again by someone who does not see the scores, and audit the "
      + "corrected file: pactolus audit CORRECTED",
    source: "Northcutt et al. 2021 (confident learning); Christiano et al. 2017 (lapse)",
    needs: [.scoredPairs],
    run: LabelNoise.measure)
}

private enum LabelNoise {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    guard pairs.count >= 100 else { throw AuditGap.missing("fewer than 100 pairs with scores") }
    let used = pairs.sample(20_000, random: files.random).map { pairs.margins[$0] }
    let scale = max(1e-12, Statistics.rootMeanSquare(used))
    func likelihood(_ rate: Double, _ logSlope: Double) -> Double {
      let slope = exp(logSlope) / scale
      return used.reduce(0) { $0 + log(rate + (1 - 2 * rate) / (1 + exp(-slope * $1))) }
    }
    func profile(_ rate: Double) -> Double {
      likelihood(rate, CalibrationFit.maximum(-4, 5) { likelihood(rate, $0) })
    }
    let limit = 0.02
    let best = CalibrationFit.maximum(0, 0.45, profile)
    let top = profile(best)
    let p =
      best <= limit
      ? 1 : SpecialFunctions.normalDistribution(-(max(0, 2 * (top - profile(limit)))).squareRoot())
    let interval = CalibrationFit.drop(
      around: best, within: 0...0.45, by: 1.920729410347062, level: 0.95, profile)
    let suspects = pairs.first(10) { pairs.margins[$0] }.filter { pairs.margins[$0] < 0 }
    return CheckOutcome(
      tests: [
        EffectTest(
          "rate of turned labels", best, interval: interval, count: used.count, pValue: p,
          isHarmless: interval.upper <= limit, margin: "at most 2 %")
      ],
      examples: suspects.map { pairs.example($0, "suspect; " + pairs.scores($0)) }, bearing: .advice)
  }
}
