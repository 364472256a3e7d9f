import Compute
import Feedback
import Runs

extension ReportModel {
  /// The report about a reward learned from people's answers in a known world.
  public init(_ report: HumanAnswersReport, provenance: [Fact] = [], written: String?) {
    let answers = report.conditions.reduce(0) { $0 + $1.answers }
    let names = report.conditions.map(\.name)
    self.init(
      kind: .humanAnswers, title: report.environment,
      subtitle: "What \(NumberFormat.plain.text(Double(answers), digits: 9)) answers of people say about how they "
        + "judge, and what an agent does that believes the reward learned from them.",
      headline: RecordedAnswers.headline,
      facts: [
        Fact("Answers", NumberFormat.plain.text(Double(answers), digits: 9), note: names.joined(separator: ", ")),
        Fact(
          "Best true return", NumberFormat.plain.text(report.optimalReturn, digits: 4),
          note: "averaged over \(report.starts) starts"),
        Fact("Uniform policy", NumberFormat.plain.text(report.uniformReturn, digits: 4), note: "the scaled return's 0"),
      ],
      sections: [
        Section(
          id: "agents", title: "What the agent earns",
          text: "True return of the policy planned with each learned reward, scaled so that the uniformly random "
            + "policy has 0 and the best has 1.",
          charts: [Self.returns(report)], tables: [Self.returnTable(report)]),
        Section(
          id: "people", title: "How people judged",
          text: "By partial return, a person adds up the rewards that they see. By regret, they ask how much worse "
            + "each segment is than the best that could have been done.",
          charts: [Self.crossEntropy(report), Self.agreement(report)], tables: [Self.fitTable(report)]),
        Section(
          id: "weights", title: "What was learned", charts: Self.weights(report)),
      ], findings: report.findings, settings: Self.settings(report.settings), provenance: provenance, written: written)
  }

  private static func role(_ model: PreferenceModel) -> Chart.Role { model == .regret ? .truth : .prediction }

  /// Points for each condition, one series for each model of the person, side by side.
  private static func series(
    _ report: HumanAnswersReport, _ value: (HumanAnswersReport.Condition, PreferenceModel) -> (Double, Interval?)?
  ) -> [Chart.Series] {
    PreferenceModel.allCases.enumerated().map { place, model in
      let offset = 0.24 * (Double(place) - Double(PreferenceModel.allCases.count - 1) / 2)
      let points = report.conditions.enumerated().compactMap { index, condition in
        value(condition, model).map {
          Chart.Point(Double(index) + offset, $0.0, lower: $0.1?.lower, upper: $0.1?.upper)
        }
      }
      return Chart.Series("by \(model.rawValue)", role: role(model), shape: .points, points: points)
    }
  }

  private static func returns(_ report: HumanAnswersReport) -> Chart {
    let series = series(report) { condition, model in
      condition.learned.first { $0.reward.model == model }.map { ($0.scaledReturn, $0.scaledReturnInterval) }
    }
    let failing = report.conditions.flatMap(\.learned).count { $0.neverFinishing > 0 }
    return Chart(
      id: "scaled-return", title: "Scaled true return under each learned reward",
      caption: "Whiskers are intervals over resampled answers."
        + (failing > 0 ? " A value far below 0 is an agent that never finishes: see the findings." : ""),
      summary: summary(report, series), x: Chart.Axis("", names: report.conditions.map(\.name)),
      panels: [
        Chart.Panel(
          y: Chart.Axis("scaled true return"), series: series,
          references: [Chart.Reference(1, "best"), Chart.Reference(0, "uniform")])
      ], isWide: true)
  }

  private static func crossEntropy(_ report: HumanAnswersReport) -> Chart {
    let series = series(report) { condition, model in
      condition.fits.first { $0.model == model }.map { ($0.crossEntropy, $0.crossEntropyInterval) }
    }
    return Chart(
      id: "cross-entropy", title: "How well each model of people predicts them",
      caption: "Cross-entropy in nats with the true reward at the best scale; lower is better.",
      summary: summary(report, series), x: Chart.Axis("", names: report.conditions.map(\.name)),
      panels: [
        Chart.Panel(
          y: Chart.Axis("cross-entropy"), series: series, references: [Chart.Reference(0.6931, "coin")])
      ])
  }

  private static func agreement(_ report: HumanAnswersReport) -> Chart {
    let series = series(report) { condition, model in
      condition.fits.first { $0.model == model }.map { ($0.agreement, $0.agreementInterval) }
    }
    return Chart(
      id: "agreement", title: "How often each model picks what people picked",
      caption: "Where neither was indifferent; exact intervals.", summary: summary(report, series),
      x: Chart.Axis("", names: report.conditions.map(\.name)),
      panels: [
        Chart.Panel(
          y: Chart.Axis("agreement", format: .percent, upper: 1), series: series,
          references: [Chart.Reference(0.5, "coin")])
      ])
  }

  private static func summary(_ report: HumanAnswersReport, _ series: [Chart.Series]) -> String {
    series.map { series in
      let values = zip(report.conditions, series.points).map { "\($0.name) \(NumberFormat.plain.text($1.y))" }
      return "\(series.name): \(values.joined(separator: ", "))"
    }.joined(separator: ". ") + "."
  }

  /// True against learned weights of the features, one picture for each condition.
  private static func weights(_ report: HumanAnswersReport) -> [Chart] {
    report.conditions.map { condition in
      var series: [Chart.Series] = [
        Chart.Series(
          "true reward, scaled", role: .neutral, shape: .points, points: scaled(report.trueWeights, nil, offset: -0.24))
      ]
      for (place, learned) in condition.learned.enumerated() {
        series.append(
          Chart.Series(
            "by \(learned.reward.model.rawValue)", role: role(learned.reward.model), shape: .points,
            points: zip(
              learned.identified,
              scaled(learned.reward.weights, learned.weightIntervals, offset: 0.24 * Double(place))
            ).filter(\.0).map(\.1)))
      }
      let first = condition.learned.first
      func text(_ index: Int) -> String {
        let weight = first?.reward.weights[index] ?? .nan
        return first?.identified[index] == false ? "not identified by these answers" : NumberFormat.plain.text(weight)
      }
      let missing = report.featureNames.indices.filter { index in condition.learned.contains { !$0.identified[index] } }
      return Chart(
        id: "weights-\(condition.name)", title: condition.name,
        caption: "Weights of the features, each reward divided by its largest."
          + (missing.isEmpty
            ? ""
            : " Not identified by these answers, and left out: "
              + missing.map { report.featureNames[$0] }.joined(separator: ", ") + "."),
        summary: first == nil
          ? "" : report.featureNames.indices.map { "\(report.featureNames[$0]) \(text($0))" }.joined(separator: ", "),
        x: Chart.Axis("", names: report.featureNames),
        panels: [
          Chart.Panel(y: Chart.Axis("weight"), series: series, references: [Chart.Reference(0, "")])
        ])
    }
  }

  private static func scaled(_ weights: [Double], _ intervals: [Interval?]?, offset: Double) -> [Chart.Point] {
    let largest = weights.map { abs($0) }.max() ?? 0
    let scale = largest > 0 ? largest : 1
    return weights.enumerated().map { index, weight in
      let interval = intervals?.indices.contains(index) == true ? intervals?[index] : nil
      return Chart.Point(
        Double(index) + offset, weight / scale, lower: interval.map { $0.lower / scale },
        upper: interval.map { $0.upper / scale })
    }
  }

  private static func cell(_ value: Double, _ interval: Interval?, digits: Int = 3) -> String {
    NumberFormat.plain.text(value, digits: digits)
      + (interval.map {
        " [\(NumberFormat.plain.text($0.lower, digits: digits)), \(NumberFormat.plain.text($0.upper, digits: digits))]"
      } ?? "")
  }

  private static func fitTable(_ report: HumanAnswersReport) -> Table {
    Table(
      caption: "Fits with the true reward",
      columns: ["Condition", "Judged by", "Answers", "Ties", "Cross-entropy", "Agreement", "Best scale"],
      rows: report.conditions.flatMap { condition in
        condition.fits.map { fit in
          [
            condition.name, fit.model.rawValue, String(condition.answers),
            NumberFormat.percent.text(condition.tieShare), cell(fit.crossEntropy, fit.crossEntropyInterval, digits: 4),
            cell(fit.agreement, fit.agreementInterval), cell(fit.scale, fit.scaleInterval),
          ]
        }
      }, numeric: [2, 3, 4, 5, 6])
  }

  private static func returnTable(_ report: HumanAnswersReport) -> Table {
    Table(
      caption: "Policies planned with the learned rewards",
      columns: ["Condition", "Learned by", "True return", "Scaled", "Never finishes from"],
      rows: report.conditions.flatMap { condition in
        condition.learned.map { learned in
          [
            condition.name, learned.reward.model.rawValue, NumberFormat.plain.text(learned.trueReturn, digits: 4),
            cell(learned.scaledReturn, learned.scaledReturnInterval),
            learned.neverFinishing == 0 ? "–" : "\(learned.neverFinishing) of \(report.starts) starts",
          ]
        }
      }, numeric: [2, 3, 4])
  }

  private static func settings(_ settings: HumanAnswersSettings) -> [Setting] {
    [
      Setting("discount", NumberFormat.plain.text(settings.discount, digits: 6)),
      Setting("penalty", NumberFormat.plain.text(settings.penalty)),
      Setting("level", NumberFormat.plain.text(settings.level)),
      Setting("resamples", String(settings.resamples)),
      Setting("learningResamples", String(settings.learningResamples)),
    ]
  }
}
