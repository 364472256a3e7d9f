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
      + "very same score. The most common score should belong to at most 1 % of distinct replies.",
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
    var texts: [UInt64: Set<UInt64>] = [:]
    var first: [UInt64: Int] = [:]
    var seen: Set<UInt64> = []
    for row in 0..<table.count {
      for (score, hash) in [
        (table.scoreChosen[row], table.chosen.hashes[row]), (table.scoreRejected[row], table.rejected.hashes[row]),
      ] where score.isFinite {
        let text = hash ^ (table.prompt.hashes[row] &* 0x9E37_79B9_7F4A_7C15)
        seen.insert(text)
        texts[score.bitPattern, default: []].insert(text)
        if first[score.bitPattern] == nil { first[score.bitPattern] = row }
      }
    }
    let top = texts.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    guard let top else { throw AuditGap.missing("no scores") }
    let score = Double(bitPattern: top.key)
    let rows = (0..<table.count).filter { table.scoreChosen[$0] == score || table.scoreRejected[$0] == score }
    return CheckOutcome(
      tests: [
        EffectTest.share("replies that share the most common score", top.value.count, of: seen.count, atMost: 0.01)
      ],
      evidence: [Evidence("the most common score", score, count: top.value.count)],
      examples: rows.prefix(5).map {
        ExampleRow($0, table.places.place(of: $0), "a reply scores exactly \(Numbers.plain(score))")
      })
  }
}
