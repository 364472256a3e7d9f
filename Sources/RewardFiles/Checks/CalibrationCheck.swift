import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model is as sure as it should be.
  public static let calibration = AuditCheck(
    id: "calibration",
    title: "The reward model is as sure as it should be",
    problem: "The reward model is not as sure as it should be",
    explanation:
      "Under Bradley and Terry's model a margin m means the probability σ(m). The slope says by which factor margins must "
      + "be multiplied to be right (1/temperature), with its likelihood interval; 0.67 to 1.5 is tolerated. At most 20,000 pairs, drawn at random, are used. ECE is shown with what chance "
      + "alone would make of it taken off. It misleads for models that were never trained as Bradley–Terry: then only the slope's use as a scale is left.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Divide scores by the temperature that stands in the evidence before they are used as log-odds (which "
      + "reply is preferred does not change), or fit a calibrated head: pactolus fit FILES --out HEAD",
    source: "Cox 1958; Bröcker & Smith 2007; Guo et al. 2017",
    needs: [.scoredPairs],
    run: CalibrationCheck.measure)
}

private enum CalibrationCheck {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    if let grades = pairs.table.grades {
      throw AuditGap.notMeasurable("the scores are \(grades) grades, whose differences are no log-odds")
    }
    let random = files.random
    // At most 20,000 pairs drawn at random: enough for a slope to a per cent.
    let used = pairs.sample(20_000, random: random).map { pairs.margins[$0] }
    let fit = CalibrationFit(logits: used, targets: used.map { _ in 1 })
    func likelihood(_ logSlope: Double) -> Double { fit.value(intercept: 0, slope: exp(logSlope)) }
    let best = CalibrationFit.peak(-8, 8) { exp($0) * fit.derivatives(intercept: 0, slope: exp($0)).bySlope }
    let top = likelihood(best)
    let interval = CalibrationFit.drop(around: best, within: -8...8, by: 1.920729410347062, level: 0.95, likelihood)
    let limit = log(1.5)
    let nearest = min(limit, max(-limit, best))
    let p =
      abs(best) <= limit
      ? 1 : SpecialFunctions.normalDistribution(-(max(0, 2 * (top - likelihood(nearest)))).squareRoot())
    let test = EffectTest(
      "calibration slope", exp(best),
      interval: Interval(lower: exp(interval.lower), upper: exp(interval.upper), level: 0.95), count: used.count,
      pValue: p, isHarmless: interval.lower >= -limit && interval.upper <= limit, margin: "0.67 to 1.5")
    // About half of the pairs turned round, so that the answers are not all equal.
    var turns = random.stream("turns")
    let judged = used.indices.map { index in
      let p = 1 / (1 + exp(-used[index]))
      return turns.bernoulli(0.5)
        ? JudgedComparison(probabilityFirst: p, target: 1) : JudgedComparison(probabilityFirst: 1 - p, target: 0)
    }
    let sorted = ReliabilityBin.bins(judged, count: min(10, judged.count / 10), level: 0.95)
    let ece = ReliabilityBin.expectedError(sorted)
    var chance: [Double] = []
    for index in 0..<99 {
      var stream = random.stream("calibration", index)
      let drawn = judged.map {
        JudgedComparison(
          probabilityFirst: $0.probabilityFirst, target: stream.bernoulli($0.probabilityFirst) ? 1 : 0)
      }
      chance.append(ReliabilityBin.expectedError(ReliabilityBin.bins(drawn, count: sorted.count, level: 0.95)))
    }
    var replicates: [Double] = []
    for index in 0..<99 {
      var stream = random.stream("calibration/bootstrap", index)
      let drawn = judged.indices.map { _ in judged[stream.below(judged.count)] }
      replicates.append(ReliabilityBin.expectedError(ReliabilityBin.bins(drawn, count: sorted.count, level: 0.95)))
    }
    let bias = Statistics.mean(chance)
    let debiased = max(0, ece - bias)
    let total = Double(used.count)
    let brier = used.reduce(0) { $0 + pow(1 / (1 + exp($1)), 2) } / total
    let loss = used.reduce(0) { $0 + max(0, -$1) + log1p(exp(-abs($1))) } / total
    let spread = Interval(
      lower: max(0, 2 * ece - Statistics.quantile(replicates, 0.975) - bias),
      upper: max(0, 2 * ece - Statistics.quantile(replicates, 0.025) + bias), level: 0.95)
    return CheckOutcome(
      tests: [test],
      evidence: [
        Evidence("temperature", exp(-best), count: used.count),
        Evidence("expected calibration error, debiased", debiased, interval: spread, count: used.count),
        Evidence("expected calibration error, as measured", ece, count: used.count),
        Evidence("Brier score", brier, count: used.count), Evidence("log loss", loss, count: used.count, unit: "nats"),
      ],
      pictures: [
        CheckPicture(
          form: .reliability, title: "Reliability", x: "probability given to the favoured reply", y: "how often it won",
          lines: [.init(name: "measured", points: sorted.map { .init($0.confidence, $0.outcome, $0.interval) })])
      ])
  }
}
