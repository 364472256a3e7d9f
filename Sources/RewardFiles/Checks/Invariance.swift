import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Scoring again gives the same scores.
  public static let invariance = AuditCheck(
    id: "invariance",
    title: "Scoring again gives the same scores",
    problem: "Scoring again gives other scores",
    explanation:
      "The same pairs scored a second time with another batch size, order, padding side or precision. Pairs whose winner "
      + "changes, and pairs whose margin moves by more than a tenth of the margins' spread, should be at most 1 %. Margins that are "
      + "all the same to the last bit hold, however few they are.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Score with padding masked, in float32 and in evaluation mode, one reply to a batch if need be, and "
      + "compare again: pactolus audit FILES --second RESCORED",
    source: "Clopper & Pearson 1934; equivalence margins as stated",
    needs: [.scores, .secondScoring],
    run: Invariance.measure)
}

private enum Invariance {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    let scorings = files.input.secondScorings
    var tests: [EffectTest?] = []
    var evidence: [Evidence] = []
    var examples: [ExampleRow] = []
    for second in scorings {
      let rows = SecondScoring.margins(table, second)
      guard !rows.isEmpty else { throw AuditGap.missing("no pair has scores in both scorings (\(second.name))") }
      if rows.count >= 10, rows.allSatisfy({ $0.a == $0.b }) {
        // Not a rate that was sampled: every margin is the same number, bit for bit.
        tests.append(
          EffectTest(
            "\(second.name): margins that change at all", 0, interval: nil, count: rows.count, pValue: 1,
            isHarmless: true, margin: "at most 1 %"))
        continue
      }
      let spread = Statistics.rootMeanSquare(rows.map(\.a))
      let flips = rows.filter { $0.a * $0.b < 0 || ($0.a == 0) != ($0.b == 0) }
      let moved = rows.count { abs($0.a - $0.b) > 0.1 * spread }
      tests += [
        .share("\(second.name): pairs whose winner changes", flips.count, of: rows.count, atMost: 0.01),
        .share("\(second.name): margins that move by a tenth of their spread", moved, of: rows.count, atMost: 0.01),
      ]
      let sizes = rows.map { abs($0.a - $0.b) }
      evidence += [
        Evidence("\(second.name): largest change of a margin", sizes.max() ?? 0, count: rows.count),
        Evidence(
          "\(second.name): mean change of a margin", sizes.isEmpty ? 0 : Statistics.mean(sizes), count: rows.count),
      ]
      examples += flips.sorted { (-abs($0.a - $0.b), $0.row) < (-abs($1.a - $1.b), $1.row) }.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "margin \(Numbers.plain($0.a)), then \(Numbers.plain($0.b))")
      }
    }
    return CheckOutcome(tests: tests, evidence: evidence, examples: examples)
  }
}
