import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The splits come from one distribution.
  public static let drift = AuditCheck(
    id: "drift",
    title: "The splits come from one distribution",
    problem: "The splits come from different distributions",
    explanation:
      "Energy distance between splits' projected embeddings with a permutation test, as a share of its largest possible value; 0.02 is tolerated. "
      + "It sees differences of topic as well as of quality.",
    assumptions: "Rows are independent draws; a random projection keeps the difference that matters.",
    advice:
      "Draw evaluation pairs from where the model will be used, or split the rows anew at random, and look "
      + "again: pactolus audit FILES --embeddings EMBEDDINGS --map split=COLUMN",
    source: "Székely & Rizzo 2013 (energy statistics)",
    needs: [.embeddings],
    run: Drift.measure)
}

private enum Drift {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let projection = try files.projection()
    let (training, evaluation) = (projection.training, projection.evaluation)
    let (share, p) = ShiftStatistics.energy(
      Array(training.prefix(500)), Array(evaluation.prefix(500)), margin: 0.02,
      // So many that a corrected p-value can be small: a thousandth, the least of 999, could never pass thirty tests.
      permutations: 9999, random: files.random)
    return CheckOutcome(
      tests: [
        EffectTest(
          "energy distance, as a share of its largest", share, interval: nil,
          count: min(500, training.count) + min(500, evaluation.count), pValue: p,
          isHarmless: share <= 0.02 && training.count >= 200 && evaluation.count >= 200, margin: "at most 0.02")
      ])
  }
}
