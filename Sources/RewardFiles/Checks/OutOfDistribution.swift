import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Evaluation rows look like training rows.
  public static let outOfDistribution = AuditCheck(
    id: "out-of-distribution",
    title: "Evaluation rows look like training rows",
    problem: "Evaluation rows do not look like training rows",
    explanation:
      "Distance of each evaluation row from the training rows in a random projection of the embeddings, turned into a "
      + "conformal p-value. If the splits are exchangeable, 5 % have p ≤ 0.05; up to 10 % is tolerated.",
    assumptions: "Rows are independent draws; a random projection keeps the difference that matters.",
    advice:
      "Trust scores on such rows less; label pairs like the rows named here and train on them: pactolus audit "
      + "FILES --embeddings EMBEDDINGS",
    source: "Bates et al. 2023 (conformal p-values)",
    needs: [.embeddings],
    run: OutOfDistribution.measure)
}

private enum OutOfDistribution {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let projection = try files.projection()
    let (training, evaluation) = (projection.training, projection.evaluation)
    // Half of the training rows give the centre, the other half the usual distances.
    let (centre, usual) = (
      training.indices.filter { $0.isMultiple(of: 2) }.map { training[$0] },
      training.indices.filter { !$0.isMultiple(of: 2) }.map { training[$0] }
    )
    let far = ShiftStatistics.distances(evaluation, from: centre)
    let values = ShiftStatistics.conformal(training: ShiftStatistics.distances(usual, from: centre), evaluation: far)
    let outside = values.count { $0 <= 0.05 }
    let top = values.indices.sorted { (-far[$0], $0) < (-far[$1], $1) }.prefix(5)
    let table = try files.pairs()
    return CheckOutcome(
      tests: [.share("evaluation rows with conformal p ≤ 0.05", outside, of: values.count, atMost: 0.1)],
      examples: top.map {
        ExampleRow(
          projection.rows[$0], table.places.place(of: projection.rows[$0]),
          "conformal p = \(Numbers.plain(values[$0]))")
      })
  }
}
