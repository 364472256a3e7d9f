import Compute
import Findings

extension AuditCheck {
  /// Every pair has both scores.
  public static let missingScores = AuditCheck(
    id: "missing-scores",
    title: "Every pair has both scores",
    problem: "Pairs lack a score, or have one that is no number",
    explanation:
      "Pairs of which a score is missing, NaN or infinite, of all pairs; up to 1 % is tolerated. The other checks leave such pairs out, so "
      + "that an accuracy is one of the pairs that the model could score: a model that fails on long or odd replies looks better than it is. It misleads where only "
      + "a part of the file was meant to be scored.",
    assumptions: "Every pair was meant to be scored.",
    advice:
      "Score the rows named here again (overflow in half precision and texts beyond the limit are the usual "
      + "causes), and give the scores as a file: pactolus audit FILES --scores SCORES",
    source: "Clopper & Pearson 1934",
    needs: [.pairs],
    run: MissingScores.measure)
}

private enum MissingScores {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let names = [ColumnRole.scoreChosen, .scoreRejected].flatMap { [$0.rawValue, table.mapping[$0] ?? $0.rawValue] }
    let aside = table.setAside.reasons.filter { reason in
      reason.reason.hasSuffix("is not a finite number") && names.contains { reason.reason.hasPrefix($0) }
    }.reduce(0) { $0 + $1.count }
    guard !table.scoreChosen.isEmpty, !table.scoreRejected.isEmpty else {
      throw AuditGap.missing("no columns of scores")
    }
    let rows = (0..<table.count).filter { !table.scoreChosen[$0].isFinite || !table.scoreRejected[$0].isFinite }
    let total = table.count + aside
    return CheckOutcome(
      tests: [.share("pairs without two finite scores", rows.count + aside, of: total, atMost: 0.01)],
      evidence: [Evidence("of them set aside when the files were read", Double(aside), count: total)],
      examples: rows.prefix(5).map {
        ExampleRow($0, table.places.place(of: $0), "a score is missing or not a finite number")
      })
  }
}
