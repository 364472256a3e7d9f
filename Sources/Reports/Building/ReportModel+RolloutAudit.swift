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
    let charts = Self.charts(made.map { ($0.check.id, $0.outcome.pictures) })
    if !charts.isEmpty { sections.append(Section(id: "pictures", title: "What the rollouts show", charts: charts)) }
    sections.append(
      Self.tests(
        made.flatMap { result in result.outcome.tests.map { (result.check.id, result.verdict, $0) } },
        text: "Each p-value is of the hypothesis that the effect is within its margin, corrected within its check and "
          + "then over all checks of this page."))
    sections += [
      Self.examples(made.map { ($0.check.id, $0.outcome.examples) }),
      Self.untested(audit.results.map { ($0.check.id, $0.verdict, $0.missing ?? $0.notMeasurable) }),
    ].compactMap { $0 }
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
}
