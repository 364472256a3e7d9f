import Compute
import Findings

extension RolloutCheck {
  /// A second verifier agrees.
  public static let secondVerifier = RolloutCheck(
    id: "second-verifier",
    title: "A second verifier agrees",
    problem: "A second verifier disagrees",
    explanation:
      "Verdicts of another verifier, another version or a reward model on the same rollouts. The share on which the two differ (tolerated: 5 %), Cohen's "
      + "kappa, and McNemar's exact test of whether one accepts more. It is about both: it does not say who is right. With gold labels among the differing rows "
      + "it does: then it fails if the second is right more often there.",
    advice:
      "Label rows on which the two differ, to learn which is right: pactolus sample rollouts FILES --for gold "
      + "--n 100 --out LABELS",
    assumptions: "The second verifier saw the same completions.",
    source: "McNemar 1947; Cohen 1960",
    needs: [.reward, .second]
  ) { rollouts throws(AuditGap) in
    try SecondVerifier.measure(rollouts)
  }
}

private enum SecondVerifier {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let hasGold = table.gold.count == table.count
    var outcome = CheckOutcome(bearing: .advice)
    for second in table.second where second.values.count == table.count {
      let threshold = RolloutFacts.threshold(second.values)
      let verdicts = RolloutFacts.verdicts(second.values, from: threshold)
      let rows = rollouts.scored.filter { verdicts[$0] >= 0 }
      guard rows.count >= 10 else { continue }
      func count(_ first: Int8, _ other: Int8) -> Int {
        rows.count { rollouts.accepted[$0] == first && verdicts[$0] == other }
      }
      let (both, first, only, neither) = (count(1, 1), count(1, 0), count(0, 1), count(0, 0))
      outcome.tests += [
        EffectTest.share("rows on which \(second.name) differs", first + only, of: rows.count, atMost: 0.05)
      ].compactMap { $0 }
      outcome.evidence += [
        Evidence("accepted by the first verifier alone", Double(first), count: rows.count),
        Evidence("accepted by \(second.name) alone", Double(only), count: rows.count),
        Evidence("p-value that one accepts more (McNemar, exact)", ExactTests.mcNemar(first, only)),
        Evidence("Cohen's kappa", ExactTests.kappa(both, first, only, neither)),
      ].filter { $0.value.isFinite }
      let flips = rows.filter { rollouts.accepted[$0] != verdicts[$0] }
      outcome.examples += flips.prefix(5).map {
        rollouts.example(
          $0,
          "\(rollouts.accepted[$0] == 1 ? "accepted" : "rejected"), \(second.name): \(Numbers.plain(second.values[$0]))"
        )
      }
      outcome.pictures += byStep(rollouts, verdicts, second.name)
      let judged = hasGold ? flips.filter { (0...1).contains(table.gold[$0]) } : []
      guard judged.count >= 5 else { continue }
      let right = judged.count { verdicts[$0] == table.gold[$0] }
      outcome.evidence.append(
        Evidence(
          "\(second.name) is right where they differ", Double(right) / Double(judged.count),
          interval: Statistics.proportionInterval(successes: right, of: judged.count), count: judged.count))
      if let test = EffectTest.share(
        "labelled rows on which they differ and \(second.name) is right", right, of: judged.count, atMost: 0.5)
      {
        outcome.tests.append(test)
        outcome.bearing = .trust
        outcome.claim = "Where a second verifier differs, it is not the better one"
        // Then disagreement itself is no fault.
        outcome.tests.removeAll { $0.name == "rows on which \(second.name) differs" }
      }
    }
    guard !outcome.tests.isEmpty else { throw .missing("fewer than ten rows have both verdicts") }
    return outcome
  }

  private static func byStep(_ rollouts: RolloutFacts, _ verdicts: [Int8], _ name: String) -> [CheckPicture] {
    guard rollouts.table.step.count == rollouts.count else { return [] }
    var sums: [Int32: (Double, Double, Double)] = [:]
    for row in 0..<rollouts.count
    where rollouts.table.step[row] >= 0 && rollouts.accepted[row] >= 0 && verdicts[row] >= 0 {
      let old = sums[rollouts.table.step[row]] ?? (0, 0, 0)
      sums[rollouts.table.step[row]] = (
        old.0 + Double(rollouts.accepted[row]), old.1 + Double(verdicts[row]), old.2 + 1
      )
    }
    guard sums.count > 1 else { return [] }
    let steps = sums.keys.sorted()
    func line(_ title: String, _ value: ((Double, Double, Double)) -> Double) -> CheckPicture.Line {
      CheckPicture.Line(name: title, points: steps.map { .init(Double($0), value(sums[$0] ?? (0, 0, 1))) })
    }
    return [
      CheckPicture(
        form: .line, title: "Accepted by either verifier", x: "step", y: "share accepted",
        lines: [line("the verifier") { $0.0 / $0.2 }, line(name) { $0.1 / $0.2 }])
    ]
  }
}
