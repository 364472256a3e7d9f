import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Different replies get different scores.
  public static let ties = AuditCheck(
    id: "ties",
    title: "Different replies get different scores",
    problem: "Different replies get the very same score",
    explanation:
      "The share of pairs with exactly equal scores although the texts differ. Half-precision scores lie on a coarse grid; "
      + "an accuracy with many ties depends on how ties are counted. At most 1 % is tolerated. It misleads where short "
      + "replies really are equally good.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Score in float32 (half precision lies on a coarse grid) and see whether the ties are gone: pactolus audit "
      + "FILES --second RESCORED",
    source: "Clopper & Pearson 1934",
    needs: [.scores],
    run: Ties.measure)
}

private enum Ties {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    let rows = (0..<table.count).filter {
      table.margin($0).isFinite && table.chosen.hashes[$0] != table.rejected.hashes[$0]
    }
    let tied = rows.filter { table.margin($0) == 0 }
    let distinct = Set(rows.flatMap { [table.scoreChosen[$0], table.scoreRejected[$0]] }).count
    return CheckOutcome(
      tests: [EffectTest.share("share of pairs with equal scores", tied.count, of: rows.count, atMost: 0.01)],
      evidence: [Evidence("distinct scores", Double(distinct), count: 2 * rows.count)],
      examples: tied.prefix(5).map {
        ExampleRow($0, table.places.place(of: $0), "both score \(Numbers.plain(table.scoreChosen[$0]))")
      })
  }
}
