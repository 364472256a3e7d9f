import Compute
import Findings
import Runs

extension ReportModel {
  /// The page about a study: its tables, and the rates that are demanded as findings.
  package init(_ results: StudyResults, written: String?) {
    let tables = StudyTables(results)
    let status = results.status
    let asksRates = results.tables.contains(.outcomes)
    self.init(
      kind: .study, title: status.study, subtitle: results.about ?? "A study of \(status.trials) trials.",
      headline: asksRates
        ? HeadlineOutcomes.headline
        : Headline(
          holds: "Measured", fails: "Measured", mixed: "Measured",
          unknown: status.isFinished ? "Every trial is in the table" : "Not finished yet"),
      facts: [
        Fact("Trials", "\(status.entered) of \(status.trials)", note: status.isFinished ? "finished" : "so far"),
        Fact("Rows", "\(results.rows.count)", note: results.axes.joined(separator: " × ")),
        Fact("Seeds", "\(results.seeds.count)", note: status.number.map { "drawn from the number \($0)" }),
      ],
      sections: [
        Section(
          id: "results", title: "Results", text: tables.remarks.joined(separator: " "), tables: tables.tables)
      ],
      findings: asksRates ? HeadlineOutcomes(results).findings : [],
      provenance: [
        Fact("Form", status.form.rawValue, note: status.reduction),
        Fact("Seeds", results.seeds.map(String.init).joined(separator: ", ")),
        Fact("Table", "table.sqlite", note: "everything shown here is computed from it"),
      ], written: written)
  }
}
