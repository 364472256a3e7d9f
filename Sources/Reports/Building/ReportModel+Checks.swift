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

  /// Rows to look at; nil if there are none.
  static func examples(_ examples: [(check: String, rows: [ExampleRow])]) -> Section? {
    let rows = examples.flatMap { entry in entry.rows.map { [entry.check, $0.place, $0.why, $0.text ?? ""] } }
    guard !rows.isEmpty else { return nil }
    return Section(
      id: "examples", title: "Rows to look at",
      tables: [
        Table(caption: "The clearest rows of each check", columns: ["Check", "Row", "Why", "Text"], rows: rows)
      ])
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
