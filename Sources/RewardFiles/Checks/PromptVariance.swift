import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Scores differ between replies to the same prompt.
  public static let promptVariance = AuditCheck(
    id: "prompt-variance",
    title: "Scores differ between replies to the same prompt",
    problem: "Scores hardly differ between replies to the same prompt",
    explanation:
      "Intraclass correlation: the share of the scores' variance that lies between prompts. Only differences within a prompt "
      + "matter for choosing replies; at least 5 % of the variance should lie there. Exact F interval for normal scores.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Train on pairs of replies to one prompt, so that scores tell replies apart and not prompts, and audit the "
      + "new scores: pactolus audit FILES --scores SCORES",
    source: "Shrout & Fleiss 1979, ICC(1)",
    needs: [.scores],
    run: PromptVariance.measure)
}

private enum PromptVariance {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    let rows = (0..<table.count).filter { table.margin($0).isFinite }
    guard rows.count >= 10 else { throw AuditGap.missing("fewer than 10 scored pairs") }
    let n = Double(rows.count)
    let means = rows.map { (table.scoreChosen[$0] + table.scoreRejected[$0]) / 2 }
    let between = 2 * Statistics.variance(means)
    let within = rows.reduce(0) { $0 + table.margin($1) * table.margin($1) / 2 } / n
    guard between > 0, within > 0 else { throw AuditGap.notMeasurable("scores that do not vary") }
    let ratio = between / within
    func quantile(_ p: Double) -> Double {
      let x = SpecialFunctions.incompleteBetaInverse(p, (n - 1) / 2, n / 2)
      return n * x / ((n - 1) * (1 - x))
    }
    // The share of variance within prompts is 1 − ICC = 2/(F + 1) for two replies a prompt.
    func inside(_ f: Double) -> Double { min(1, 2 / (f + 1)) }
    let interval = Interval(
      lower: inside(ratio / quantile(0.025)), upper: inside(ratio / quantile(0.975)), level: 0.95)
    // H0: within share ≥ 5 %, F/(true ratio 39) is F-distributed.
    let f = ratio / 39
    let x = (n - 1) * f / ((n - 1) * f + n)
    let p = 1 - SpecialFunctions.incompleteBeta(x, (n - 1) / 2, n / 2)
    return CheckOutcome(
      tests: [
        EffectTest(
          "share of the scores' variance within prompts", inside(ratio), interval: interval, count: rows.count,
          pValue: p, isHarmless: interval.lower >= 0.05, margin: "at least 5 %")
      ], evidence: [Evidence("intraclass correlation", (ratio - 1) / (ratio + 1), count: rows.count)])
  }
}
