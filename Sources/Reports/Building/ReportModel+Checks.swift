import Findings
import RewardFiles

/// What pages about audits of files have in common.
extension ReportModel {
  /// Charts of what checks measured, by the name of their check.
  static func charts(_ pictures: [(check: String, pictures: [CheckPicture])]) -> [Chart] {
    pictures.flatMap { entry in
      entry.pictures.enumerated().map { Self.chart($0.element, id: "\(entry.check)-\($0.offset)") }
    }
  }

  /// Every test with its corrected p-value, the clearest first.
  static func tests(
    _ tests: [(check: String, verdict: Finding.Verdict, test: EffectTest)], text: String
  ) -> Section {
    let sorted = tests.sorted { ($0.test.correctedPValue, $0.check) < ($1.test.correctedPValue, $1.check) }
    return Section(
      id: "checks", title: "Every test, the clearest first", text: text,
      tables: [
        Table(
          caption: "Tests",
          columns: ["Check", "Verdict", "Effect", "Value", "95 % interval", "Tolerated", "n", "p, corrected"],
          rows: sorted.map { check, verdict, test in
            [
              check, verdict.word, test.name, NumberFormat.plain.text(test.estimate),
              test.interval.map { "\(NumberFormat.plain.text($0.lower)) to \(NumberFormat.plain.text($0.upper))" }
                ?? "–",
              test.margin, NumberFormat.plain.text(Double(test.count), digits: 9),
              test.correctedPValue < 0.0001 ? "< 0.0001" : NumberFormat.plain.text(test.correctedPValue),
            ]
          }, numeric: [3, 6, 7])
      ])
  }

  /// A row to read: of two replies what differs is marked.
  static func example(of check: String, _ row: ExampleRow) -> ReadingExample {
    func score(_ part: ExampleRow.Part) -> String? {
      part.score.map { "scores \(NumberFormat.plain.text($0, digits: 4))" }
    }
    var texts = row.parts.map {
      ReadingExample.Text($0.name, score: score($0), parts: [ReadingExample.Part($0.text)])
    }
    let replies = row.parts.indices.filter { !["prompt", "reference"].contains(row.parts[$0].name) }
    if replies.count == 2 {
      let marked = MarkedDifference(row.parts[replies[0]].text, row.parts[replies[1]].text)
      texts[replies[0]].parts = marked.first
      texts[replies[1]].parts = marked.second
    }
    if texts.isEmpty, let text = row.text { texts = [ReadingExample.Text("text", parts: [ReadingExample.Part(text)])] }
    return ReadingExample(check: check, place: row.place, reason: row.why, texts: texts)
  }

  /// Checks that these files cannot answer, and why; nil if there are none.
  static func untested(_ checks: [(check: String, verdict: Finding.Verdict, reason: String?)]) -> Section? {
    let rows = checks.compactMap { check, verdict, reason in reason.map { [check, verdict.word, $0] } }
    guard !rows.isEmpty else { return nil }
    return Section(
      id: "untested", title: "Not testable with these files",
      tables: [
        Table(caption: "Checks that need more", columns: ["Check", "Verdict", "What is missing"], rows: rows)
      ])
  }
}
