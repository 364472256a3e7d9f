import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Small changes to the text do not move the scores.
  public static let perturbation = AuditCheck(
    id: "perturbation",
    title: "Small changes to the text do not move the scores",
    problem: "Small changes to the text move the scores",
    explanation:
      "The pairs scored again after a change that should not matter (praise, filler, repetition). Mean change in units of the scores' "
      + "spread; ±0.1 is tolerated. Whether the change really should not matter is your decision.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Train on pairs that differ in this change alone, labelled as ties, and score the changed texts again: "
      + "pactolus audit FILES --perturbed RESCORED",
    source: "Clopper & Pearson 1934; equivalence margins as stated",
    needs: [.scores, .perturbedScoring],
    run: Perturbation.measure)
}

private enum Perturbation {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    let scorings = files.input.perturbedScorings
    var tests: [EffectTest?] = []
    for second in scorings {
      var changes: [Double] = []
      var scores: [Double] = []
      for row in 0..<min(table.count, second.scoreChosen.count) {
        for (a, b) in [
          (table.scoreChosen[row], second.scoreChosen[row]), (table.scoreRejected[row], second.scoreRejected[row]),
        ] where a.isFinite && b.isFinite {
          changes.append(b - a)
          scores.append(a)
        }
      }
      let spread = Statistics.standardDeviation(scores)
      guard spread > 0 else { continue }
      tests.append(
        .normal(
          "mean change by \(second.name)", Statistics.mean(changes) / spread,
          error: max(1e-12, Statistics.standardError(changes) / spread * 2.0.squareRoot()), count: changes.count,
          within: 0.1, unit: "standard deviations"))
    }
    return CheckOutcome(tests: tests)
  }
}
