import Compute
import Findings

extension RolloutCheck {
  /// The verdicts still point the right way.
  public static let learnable = RolloutCheck(
    id: "learnable",
    title: "The verdicts still point the right way",
    problem: "The verdicts point the wrong way",
    explanation:
      "With a rate FP of wrong completions accepted and FN of right ones rejected, the expected reward has the slope 1 − FP − FN "
      + "of the true one: learning goes the right way while that is above 0, however slowly. Beside it stand the pass rate without "
      + "those errors, (observed − FP) / (1 − FP − FN), and the rewards that undo them on average. It holds for errors that do not depend on what the "
      + "policy can change; an error that a phrase brings about is learned, whatever its rate (see shortcuts and injection).",
    advice:
      "Do not train on these verdicts: read what is accepted and rejected (false-positives, false-negatives), "
      + "mend the verifier and score again: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Errors are equally likely for all wrong and for all right completions; labels are a random sample.",
    source: "Natarajan et al. 2013 (learning with noisy labels); Cai et al. 2025 (arXiv 2510.00915)",
    needs: [.totals, .gold],
    stake: 2
  ) { rollouts throws(AuditGap) in
    let sample = try rollouts.gold()
    let rates = GoldRates(sample, random: rollouts.random)
    let estimate = rates.estimate
    let slope = estimate.informedness
    guard slope.isFinite else { throw .notMeasurable("by the labels all completions are right, or all are wrong") }
    let (interval, pValue) = rates.merit(\.informedness, above: 0)
    var evidence: [Evidence] = []
    let scored = rollouts.scored
    let observed = Double(scored.count { rollouts.accepted[$0] == 1 }) / Double(max(1, scored.count))
    evidence.append(Evidence("completions accepted", observed, count: scored.count))
    if slope > 0 {
      let correction = NoisyRewards(
        falsePositiveRate: estimate.falsePositiveRate, falseNegativeRate: estimate.falseNegativeRate)
      evidence.append(Evidence("pass rate without the errors", correction.passRate(observed: observed)))
      evidence.append(Evidence("corrected reward of an accepted completion", correction.accepted))
      evidence.append(Evidence("corrected reward of a rejected completion", correction.rejected))
    }
    return CheckOutcome(
      tests: [
        EffectTest(
          "1 less both rates of error", slope, interval: interval, count: sample.labelled, pValue: pValue,
          isHarmless: interval.lower > 0, margin: "more than 0")
      ], evidence: evidence)
  }
}

/// Rewards with known rates of error, undone on average.
package struct NoisyRewards: Sendable {
  package var falsePositiveRate: Double
  package var falseNegativeRate: Double
  private var slope: Double { 1 - falsePositiveRate - falseNegativeRate }

  package init(falsePositiveRate: Double, falseNegativeRate: Double) {
    self.falsePositiveRate = falsePositiveRate
    self.falseNegativeRate = falseNegativeRate
  }

  package func passRate(observed: Double) -> Double { min(1, max(0, (observed - falsePositiveRate) / slope)) }
  /// What an accepted completion should be paid, so that the mean is the true one.
  package var accepted: Double { (1 - falsePositiveRate) / slope }
  package var rejected: Double { -falsePositiveRate / slope }
}
