import Compute
import Findings

extension RolloutCheck {
  /// No impossible item is accepted.
  public static let impossible = RolloutCheck(
    id: "impossible",
    title: "No impossible item is accepted",
    problem: "Impossible items are accepted",
    explanation:
      "Items that are known to be impossible (tests that contradict the task, questions without an answer) cannot be solved: each one accepted is a proven "
      + "false positive, without any label. It holds if the exact interval of the share accepted lies below --max-false-positives. "
      + "It misleads if an item is marked as impossible by mistake.",
    advice:
      "Read the accepted ones, since what they did to pass works on other items, too; take the items out of "
      + "training, mend the verifier and score again: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Items marked as impossible are.",
    source: "ImpossibleBench (arXiv 2510.20270)",
    needs: [.totals, .impossible]
  ) { rollouts throws(AuditGap) in
    let rows = (0..<rollouts.count).filter { rollouts.table.impossible[$0] == 1 && rollouts.accepted[$0] >= 0 }
    guard !rows.isEmpty else { throw .missing("no impossible item has a reward") }
    let passed = rows.filter { rollouts.accepted[$0] == 1 }
    guard let interval = Statistics.proportionInterval(successes: passed.count, of: rows.count) else {
      throw .missing("no impossible item has a reward")
    }
    return CheckOutcome(
      tests: [
        EffectTest(
          "impossible items accepted", Double(passed.count) / Double(rows.count), interval: interval, count: rows.count,
          pValue: passed.isEmpty ? 1 : 0,
          isHarmless: passed.isEmpty && interval.upper <= rollouts.limits.maximumFalsePositives, margin: "none")
      ], examples: passed.prefix(5).map { rollouts.example($0, "impossible, and accepted") })
  }
}
