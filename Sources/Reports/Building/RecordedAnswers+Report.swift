import Compute
import Feedback
import Runs

extension RecordedAnswers {
  /// For a terminal, without colours.
  public var lines: [String] {
    switch self {
    case .delivery(let report): report.lines
    case .segments(let studies): studies.flatMap(\.lines)
    case .demonstrations(let studies): studies.flatMap(\.lines)
    }
  }

  /// The report page about them.
  public func report(title: String, written: String? = nil) -> ReportModel {
    switch self {
    case .delivery(let report): return ReportModel(report, written: written)
    case .segments(let studies):
      let rows = studies.flatMap { study in
        study.models.map { model in
          [
            study.name, model.name, "\(study.comparisons)", "\(study.ties)",
            HumanAnswersReport.text(model.accuracy.value, model.accuracy.interval),
            HumanAnswersReport.text(model.calibration.logLoss),
            model.calibration.line.map { HumanAnswersReport.text($0.slope, $0.slopeInterval, digits: 2) } ?? "",
          ]
        }
      }
      return ReportModel(
        kind: .humanAnswers, title: title,
        subtitle: "How well rewards learned from people's comparisons predict comparisons that they have not seen.",
        headline: RecordedAnswers.headline,
        sections: [
          ReportModel.Section(
            id: "models", title: "Held out",
            text: "Ten parts; each predicted by an ensemble that learned from the other nine.",
            tables: [
              ReportModel.Table(
                caption: "Cross-validated, with 95 % intervals.",
                columns: ["answers", "model", "comparisons", "ties", "accuracy", "log loss", "calibration slope"],
                rows: rows, numeric: [2, 3, 4, 5, 6])
            ])
        ], findings: findings, written: written)
    case .demonstrations(let studies):
      let rows = studies.map { study in
        [
          study.name, "\(study.answers)", "\(study.ties)",
          HumanAnswersReport.text(Double(study.agreeing) / Double(max(1, study.decided)), study.agreementInterval),
          HumanAnswersReport.text(study.lapse.value, study.lapse.interval),
          HumanAnswersReport.text(study.rankCorrelation, study.rankInterval),
        ]
      }
      return ReportModel(
        kind: .humanAnswers, title: title,
        subtitle: "How far people's comparisons of demonstrations agree with the demonstrations' scores.",
        headline: RecordedAnswers.headline,
        sections: [
          ReportModel.Section(
            id: "raters", title: "Agreement with the score", charts: studies.map(Self.chart),
            tables: [
              ReportModel.Table(
                caption: "With 95 % intervals.",
                columns: ["answers of", "answers", "ties", "agreement", "given blindly", "rank correlation"],
                rows: rows, numeric: [1, 2, 3, 4, 5])
            ])
        ], findings: findings, written: written)
    }
  }

  private static func chart(_ study: DemonstrationStudy) -> Chart {
    Chart(
      id: "scores-\(study.name)", title: study.name,
      caption: "Each demonstration: its score, and what raters made of it.",
      summary: "Rank correlation \(HumanAnswersReport.text(study.rankCorrelation, study.rankInterval)).",
      x: Chart.Axis("score"),
      panels: [
        Chart.Panel(
          y: Chart.Axis("fitted score, nats"),
          series: [
            Chart.Series(
              "demonstrations", role: .prediction, shape: .points,
              points: study.items.sorted { ($0.score, $0.name) < ($1.score, $1.name) }.map {
                Chart.Point(
                  $0.score, $0.fitted.value, lower: $0.fitted.interval?.lower, upper: $0.fitted.interval?.upper)
              })
          ])
      ])
  }
}
