import Audits
import Compute
import Findings
import Runs

extension UnmovedAudit {
  /// A line for each reward.
  package var table: ReportModel.Table {
    ReportModel.Table(
      caption:
        "What an episode is worth; \(delicate.joined(separator: ", ")) as it became, and as it would have been under \(baseline).",
      columns: ["by", "as the person became", "as they would have been", "the baseline"],
      rows: judgments.map {
        [$0.reward, Numbers.plain($0.moved), Numbers.plain($0.unmoved), Numbers.plain($0.baseline)]
      }, numeric: [1, 2, 3])
  }

  /// By step, who judges.
  package var charts: [Chart] {
    judgments.enumerated().map { place, judgment in
      func series(_ name: String, _ role: Chart.Role, _ values: [Double]) -> Chart.Series {
        Chart.Series(name, role: role, points: values.enumerated().map { Chart.Point(Double($0.offset), $0.element) })
      }
      return Chart(
        id: "unmoved-\(place)", title: "Who judges: \(judgment.reward)",
        caption: "What each step of the same behaviour is worth on average.",
        summary:
          "In all \(Numbers.plain(judgment.moved)) as they became and \(Numbers.plain(judgment.unmoved)) as they would have been.",
        x: Chart.Axis("step"),
        panels: [
          Chart.Panel(
            y: Chart.Axis("worth of a step"),
            series: [
              series("as the person became", .truth, judgment.steps[0]),
              series("as they would have been", .accent, judgment.steps[1]),
            ])
        ])
    }
  }
}

extension ReportModel {
  /// A page about what a person would have said whom the agent had not changed.
  public init(_ audit: UnmovedAudit) {
    self.init(
      kind: .theory, title: "Had the agent not changed who judges it",
      subtitle:
        "\(audit.directory), in \(audit.world); \(audit.delicate.joined(separator: ", ")) under \(audit.baseline).",
      headline: UnmovedAudit.headline,
      sections: [
        Section(
          id: "judges", title: "The same behaviour, two judges",
          text: "What the agent does is the same in both. Only the person who says what it is worth differs.",
          charts: audit.charts, tables: [audit.table])
      ], findings: audit.findings)
  }
}
