import Compute
import Findings
import Foundation

extension AuditCheck {
  /// No one score is shared by many different replies.
  public static let padding = AuditCheck(
    id: "padding",
    title: "No one score is shared by many different replies",
    problem: "One score is shared by many different replies",
    explanation:
      "When the pad token is the end-of-text token, or replies are cut at the maximum length, very different texts get the "
      + "very same score. The most common score should belong to at most 1 % of distinct replies. Grades on a scale, at most twenty of them, are shared by "
      + "their nature: not measurable.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Set a pad token of its own, mask it, and see whether the replies named here were cut at the length limit; "
      + "then score again: pactolus audit FILES --second RESCORED",
    source: "Clopper & Pearson 1934",
    needs: [.scores],
    run: Padding.measure)
}

private enum Padding {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    if let grades = table.grades {
      throw AuditGap.notMeasurable("the scores are \(grades) grades, each shared by many replies")
    }
    // How many different replies have each score.
    var scores = HashedKeys(capacity: 2 * table.count)
    var counts: [(score: Double, count: Int)] = []
    var known = HashedKeys(capacity: 2 * table.count)
    var replies = HashedKeys(capacity: 2 * table.count)
    for row in 0..<table.count {
      for (score, hash) in [
        (table.scoreChosen[row], table.chosen.hashes[row]), (table.scoreRejected[row], table.rejected.hashes[row]),
      ] where score.isFinite {
        let text = hash ^ (table.prompt.hashes[row] &* 0x9E37_79B9_7F4A_7C15)
        _ = replies.add(TextAnalyzer.mix(text))
        let before = known.count
        guard known.add(HashedKeys.key(text, score.bitPattern)) == before else { continue }
        let place = scores.add(TextAnalyzer.mix(score.bitPattern))
        if place == counts.count { counts.append((score, 0)) }
        counts[place].count += 1
      }
    }
    let top = counts.max { ($0.count, $1.score.bitPattern) < ($1.count, $0.score.bitPattern) }
    guard let (score, sharing) = top else { throw AuditGap.missing("no scores") }
    let rows = (0..<table.count).filter { table.scoreChosen[$0] == score || table.scoreRejected[$0] == score }
    return CheckOutcome(
      tests: [
        EffectTest.share("replies that share the most common score", sharing, of: replies.count, atMost: 0.01)
      ],
      evidence: [Evidence("the most common score", score, count: sharing)],
      examples: rows.prefix(5).map {
        ExampleRow($0, table.places.place(of: $0), "a reply scores exactly \(Numbers.plain(score))")
      })
  }
}
