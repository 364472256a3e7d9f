import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Where a reply stood tells nothing about it.
  public static let positionLeakage = AuditCheck(
    id: "position-leakage",
    title: "Where a reply stood tells nothing about it",
    problem: "Where a reply stood tells how it was judged or scored",
    explanation:
      "If the preferred reply stood first more often than between 45 and 55 %, position can be learned instead of quality; "
      + "if the model prefers the first reply more often than people do on the same pairs, it has been: five points beyond what an honest model "
      + "with its error rate does are tolerated. Needs a column for the place.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Show and score every pair in both orders, or shuffle the places, and audit again: pactolus audit FILES "
      + "--map position=COLUMN",
    source: "Wang et al. 2023 (position bias of evaluators); Agresti & Min 2005 (paired shares)",
    needs: [.pairs],
    run: PositionLeakage.measure)
}

private enum PositionLeakage {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let rows = (0..<table.count).filter { table.position[$0] != 0 && table.label[$0] != 0 }
    guard rows.count >= 10 else { throw AuditGap.missing("no column tells the position of a reply") }
    let first = rows.count { (table.position[$0] > 0) == (table.label[$0] > 0) }
    let reach = Double(rows.count).squareRoot() * 2
    var tests = [
      EffectTest.normal(
        "share of first replies preferred, less a half", Double(first) / Double(rows.count) - 0.5, error: 1 / reach,
        count: rows.count, within: 0.05)
    ]
    var evidence: [Evidence] = []
    if files.labelledPairs != nil {
      let choices = try files.choices()
      if let gap = choices.gap(choices.rows.map { Double(table.position[$0].signum()) }),
        gap.count >= Grouping.least
      {
        tests.append(gap.test("prefers the reply that stood first: model less people"))
        evidence = [
          Evidence("people prefer the reply that stood first", 0.5 + gap.people, count: gap.count),
          Evidence("the model prefers the reply that stood first", 0.5 + gap.model, count: gap.count),
        ]
      }
    }
    return CheckOutcome(tests: tests, evidence: evidence)
  }
}
