import Compute
import Findings
import RewardFiles

extension ReportModel {
  /// A page about rollouts that a verifier scored: what fails and what to do about it, pictures, then every test with examples.
  ///
  /// - Parameters:
  ///   - audit: what was found.
  ///   - title: the file's name.
  public init(_ audit: RolloutAudit, title: String) {
    let made = audit.results.filter { $0.missing == nil && $0.notMeasurable == nil }
    var sections: [Section] = []
    let failing = audit.results.filter { $0.verdict == .fails }
    if !failing.isEmpty {
      sections.append(
        Section(
          id: "advice", title: "What to do",
          tables: [
            Table(
              caption: "Failed checks, in the order of the audit",
              columns: ["Check", "What was claimed", "What to do"],
              rows: failing.map { [$0.check.id, $0.claim, $0.check.advice] })
          ]))
    }
    let charts = made.flatMap { result in
      result.outcome.pictures.enumerated().map { Self.chart($0.element, id: "\(result.check.id)-\($0.offset)") }
    }
    if !charts.isEmpty { sections.append(Section(id: "pictures", title: "What the rollouts show", charts: charts)) }
    sections.append(Self.tests(made))
    let examples = made.flatMap { result in
      result.outcome.examples.map { [result.check.id, $0.place, $0.why, $0.text ?? ""] }
    }
    if !examples.isEmpty {
      sections.append(
        Section(
          id: "examples", title: "Rows to look at",
          tables: [
            Table(caption: "The clearest rows of each check", columns: ["Check", "Row", "Why", "Text"], rows: examples)
          ]))
    }
    let missing = audit.results.compactMap { result in
      (result.missing ?? result.notMeasurable).map { [result.check.id, result.verdict.word, $0] }
    }
    if !missing.isEmpty {
      sections.append(
        Section(
          id: "untested", title: "Not testable with these files",
          tables: [
            Table(caption: "Checks that need more", columns: ["Check", "Verdict", "What is missing"], rows: missing)
          ]))
    }
    func number(_ count: Int) -> String { NumberFormat.plain.text(Double(count), digits: 9) }
    let facts = [
      Fact("Rollouts", number(audit.rows)), Fact("Prompts", number(audit.prompts)),
      Fact("Groups", number(audit.groups)),
      Fact(
        "Accepted", audit.acceptedShare.isNaN ? "–" : NumberFormat.percent.text(audit.acceptedShare),
        note: audit.acceptance),
      Fact("Gold labels", number(audit.labelled)), Fact("Rows set aside", number(audit.setAside)),
    ]
    self.init(
      kind: .theory, title: "Audit of \(title)", subtitle: "What rollouts say about the verifier that scored them.",
      headline: RolloutAudit.headline, facts: facts, sections: sections, findings: audit.findings)
  }

  private static func tests(_ results: [RolloutResult]) -> Section {
    let tests = results.flatMap { result in result.outcome.tests.map { (result, $0) } }
      .sorted { ($0.1.correctedPValue, $0.0.check.id) < ($1.1.correctedPValue, $1.0.check.id) }
    return Section(
      id: "checks", title: "Every test, the clearest first",
      text:
        "Each p-value is of the hypothesis that the effect is within its margin, corrected within its check and then over "
        + "all checks of this page.",
      tables: [
        Table(
          caption: "Tests",
          columns: ["Check", "Verdict", "Effect", "Value", "95 % interval", "Tolerated", "n", "p, corrected"],
          rows: tests.map { result, test in
            [
              result.check.id, result.verdict.word, test.name, NumberFormat.plain.text(test.estimate),
              test.interval.map { "\(NumberFormat.plain.text($0.lower)) to \(NumberFormat.plain.text($0.upper))" }
                ?? "–",
              test.margin, NumberFormat.plain.text(Double(test.count), digits: 9),
              test.correctedPValue < 0.0001 ? "< 0.0001" : NumberFormat.plain.text(test.correctedPValue),
            ]
          }, numeric: [3, 6, 7])
      ])
  }
}
