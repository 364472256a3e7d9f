import Compute
import Findings
import Theory

extension ReportModel {
  /// A page about inverse reinforcement learning under a wrong model, with the curve over the size of the error.
  public init(_ audit: MisspecificationAudit, findings: [Finding], world: String) {
    func series(
      _ name: String, _ role: Chart.Role, _ value: @escaping (MisspecificationAudit.Outcome) -> Double?
    ) -> Chart.Series {
      Chart.Series(
        name, role: role, shape: audit.curve.count > 1 ? .line : .points,
        points: audit.curve.compactMap { point in point.mean(value).map { Chart.Point(point.error, $0) } })
    }
    let chart = Chart(
      id: "error", title: "As the error grows",
      caption: "0: the learner's model is right; 1: it is as wrong as given. Means over the true rewards.",
      summary: "STARC distance of the rewards that fit and worst-case regret against the size of the error.",
      x: Chart.Axis("size of the error", lower: 0, upper: 1),
      panels: [
        Chart.Panel(
          y: Chart.Axis("STARC distance", lower: 0),
          series: [
            series("farthest that fits", .prediction) { $0.range?.greatest },
            series("of least norm", .accent) { $0.range?.canonical },
            series("nearest that fits", .truth) { $0.range?.least },
          ]),
        Chart.Panel(
          y: Chart.Axis("share of the true range", lower: 0),
          series: [
            series("worst-case regret", .prediction) { $0.worstCaseRegret },
            series("regret when optimised", .accent) { $0.regret },
          ]),
      ], isWide: true)
    func text(_ value: Double?) -> String { value.map { NumberFormat.plain.text($0) } ?? "–" }
    let measured = audit.outcomes.contains { $0.range != nil }
    self.init(
      kind: .theory, title: "Believed \(audit.believed), in truth \(audit.actual)",
      subtitle: "What inverse reinforcement learning concludes in \(world) when people do not act as it believes.",
      headline: MisspecificationAudit.headline,
      sections: !measured
        ? []
        : [
          Section(
            id: "curve", title: "Distance and regret", charts: audit.curve.count > 1 ? [chart] : [],
            tables: [
              Table(
                caption: "Means over \(audit.outcomes.count) true rewards",
                columns: [
                  "Error", "Nearest that fits", "Of least norm", "Farthest that fits", "Worst-case regret", "Regret",
                ],
                rows: audit.curve.map { point in
                  [
                    NumberFormat.plain.text(point.error), text(point.mean { $0.range?.least }),
                    text(point.mean { $0.range?.canonical }), text(point.mean { $0.range?.greatest }),
                    text(point.mean { $0.worstCaseRegret }), text(point.mean { $0.regret }),
                  ]
                }, numeric: Array(0..<6))
            ])
        ], findings: findings)
  }
}
