import Compute
import Findings
import Foundation

extension AuditCheck {
  /// No score stands far outside the others.
  public static let tails = AuditCheck(
    id: "tails",
    title: "No score stands far outside the others",
    problem: "Scores stand far outside the others",
    explanation:
      "Scores further than 6 robust standard deviations (median absolute deviation) from the median; up to 0.2 % is tolerated. Optimisation "
      + "finds such texts. Hill's tail index is shown beside it. It misleads for scores with a bounded bulk and a legitimate second mode.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Read the replies named here, since optimisation will find their like; clip scores in training, or train "
      + "on such replies, and look again: pactolus audit FILES --scores SCORES",
    source: "Hill 1975",
    needs: [.scores],
    run: Tails.measure)
}

private enum Tails {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    var scores: [(score: Double, row: Int)] = []
    for row in 0..<table.count {
      for score in [table.scoreChosen[row], table.scoreRejected[row]] where score.isFinite {
        scores.append((score, row))
      }
    }
    guard scores.count >= 20 else { throw AuditGap.missing("fewer than 20 scores") }
    let median = Statistics.median(scores.map(\.score))
    let spread = 1.4826 * Statistics.median(scores.map { abs($0.score - median) })
    guard spread > 0 else { throw AuditGap.notMeasurable("more than half of the scores are equal") }
    let far = scores.filter { abs($0.score - median) > 6 * spread }
      .sorted { (-abs($0.score - median), $0.row) < (-abs($1.score - median), $1.row) }
    let sizes = scores.map { abs($0.score - median) }.sorted(by: >)
    let k = max(5, scores.count / 50)
    let hill = (0..<k).reduce(0) { $0 + log(sizes[$1] / sizes[k]) } / Double(k)
    return CheckOutcome(
      tests: [
        EffectTest.share("scores beyond 6 robust standard deviations", far.count, of: scores.count, atMost: 0.002)
      ],
      evidence: [Evidence("Hill's tail index (above 4: light)", hill > 0 ? 1 / hill : .infinity, count: k)],
      examples: far.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "a score of \(Numbers.plain($0.score)), \(Numbers.plain(abs($0.score - median) / spread)) spreads out")
      })
  }
}
