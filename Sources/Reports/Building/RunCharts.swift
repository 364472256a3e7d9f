import Compute
import Runs

/// The curves of a report about one run or several seeds of one.
struct RunCharts {
  let runs: [RunMeasurements]
  let records: [RunRecord]
  let findings: RunFindings

  private var isStudy: Bool { runs.count > 1 }

  /// True and predicted return over time, with the turning point if there is one. Nil with fewer than two points.
  func returns() -> Chart? {
    guard runs.contains(where: { $0.curve.count > 1 }) else { return nil }
    let bounds = findings.outcomes.seeds.first?.bounds
    let truth = curve("true return", .truth, \.curve.steps, \.curve.actual, \.actualReach, within: bounds)
    let predicted = curve("predicted return", .prediction, \.curve.steps, \.shownPrediction, \.predictedReach)
    let rejudged =
      runs.allSatisfy(\.isRejudged)
      ? curve("predicted by the final model", .accent, \.rejudged.steps, \.shownRejudgement, \.rejudgedReach) : []
    var marks: [Chart.Mark] = []
    let parts = findings.findings.contains { $0.id == "goodhart/turning-point" && $0.verdict == .fails }
    if let turning = findings.turningPoint, parts {
      marks = [
        Chart.Mark(
          turning.step, lower: turning.stepInterval?.lower, upper: turning.stepInterval?.upper,
          label: "truth turns, prediction does not")
      ]
    }
    let ends = truth.last?.points
    let summary =
      "True return goes from \(NumberFormat.plain.text(ends?.first?.y ?? .nan)) to "
      + "\(NumberFormat.plain.text(ends?.last?.y ?? .nan)), predicted return from "
      + "\(NumberFormat.plain.text(predicted.last?.points.first?.y ?? .nan)) to "
      + "\(NumberFormat.plain.text(predicted.last?.points.last?.y ?? .nan))."
      + (parts ? " After a turning point the true return falls while the predicted one rises." : "")
    let caption =
      isStudy
      ? "Lines are means over \(runs.count) seeds, bands their 95 % intervals, thin lines single seeds. "
      : runs.first?.isEvaluated == true ? "Means over evaluation episodes; bands are their 95 % intervals. " : ""
    return Chart(
      id: "returns", title: "True and predicted return",
      caption: caption + "The model of the time is what the agent was taught by; its scale may drift."
        + (rejudged.isEmpty
          ? "" : " The final model judges all of training on one scale: here, the clips that people were asked about."),
      summary: summary, x: Chart.Axis("agent steps", format: .count, lower: 0),
      panels: [
        Chart.Panel(y: Chart.Axis("true return"), series: truth, references: references),
        Chart.Panel(
          y: Chart.Axis(
            (runs.first?.isEvaluated == true ? "predicted return" : "predicted reward per step")
              + ", by the model of its time" + (isStudy ? ", in each seed's own units" : "")),
          series: predicted),
      ]
        + (rejudged.isEmpty
          ? []
          : [
            Chart.Panel(
              y: Chart.Axis(
                "predicted return of clips, by the final model" + (isStudy ? ", in each seed's own units" : "")),
              series: rejudged)
          ]),
      marks: marks, isWide: true)
  }

  /// What random play, the agent before training and an agent on the true reward earn, where that is known.
  private var references: [Chart.Reference] {
    let seeds = findings.outcomes.seeds
    var lines: [Chart.Reference] = []
    for (name, returns) in [
      ("random play", seeds.flatMap(\.random)), ("before training", seeds.flatMap(\.start)),
    ] where !returns.isEmpty {
      lines.append(Chart.Reference(Statistics.mean(returns), name))
    }
    if let reference = seeds.lazy.compactMap(\.reference).first, reference.source == .trueReward {
      lines.append(Chart.Reference(reference.value, reference.source.words))
    }
    return lines
  }

  private func curve(
    _ name: String, _ role: Chart.Role, _ steps: KeyPath<RunMeasurements, [Double]>,
    _ values: KeyPath<RunMeasurements, [Double]>, _ reaches: KeyPath<RunMeasurements, [Double?]>,
    within bounds: ClosedRange<Double>? = nil
  ) -> [Chart.Series] {
    func possible(_ value: Double?) -> Double? {
      guard let bounds, let value else { return value }
      return min(bounds.upperBound, max(bounds.lowerBound, value))
    }
    guard isStudy else {
      let run = runs[0]
      let points = run[keyPath: steps].indices.map { index in
        let (y, reach) = (run[keyPath: values][index], run[keyPath: reaches][index])
        return Chart.Point(
          run[keyPath: steps][index], y, lower: possible(reach.map { y - $0 }), upper: possible(reach.map { y + $0 }))
      }
      return [Chart.Series(name, role: role, points: points)]
    }
    let single = runs.map { run in
      let points = zip(run[keyPath: steps], run[keyPath: values]).map { Chart.Point($0, $1) }
      return Chart.Series("seed \(run.seed)", role: role, points: points, isFaint: true)
    }
    let count = runs.map { $0[keyPath: steps].count }.min() ?? 0
    let means = (0..<count).map { index in
      let here = runs.map { $0[keyPath: values][index] }
      let interval = Statistics.meanInterval(here)
      return Chart.Point(
        runs[0][keyPath: steps][index], Statistics.mean(here), lower: possible(interval?.lower),
        upper: possible(interval?.upper))
    }
    return single + [Chart.Series(name, role: role, points: means)]
  }

  /// Share of unseen answers predicted rightly, in stretches of at least 20 answers for each seed.
  func accuracy() -> Chart? {
    var points: [Chart.Point] = []
    var (correct, count, last) = (0, 0, 0)
    let batches = runs.flatMap(\.batches).enumerated()
      .sorted { ($0.element.answersBefore, $0.offset) < ($1.element.answersBefore, $1.offset) }.map(\.element)
    let total = batches.reduce(0) { $0 + $1.count }
    for batch in batches {
      correct += batch.correct
      count += batch.count
      last = batch.answersBefore
      guard count >= max(20 * runs.count, total / 25) else { continue }
      let interval = Statistics.proportionInterval(successes: correct, of: count)
      points.append(
        Chart.Point(
          Double(last), Double(correct) / Double(count), lower: interval?.lower, upper: interval?.upper))
      (correct, count) = (0, 0)
    }
    guard !points.isEmpty else { return nil }
    return Chart(
      id: "accuracy", title: "Accuracy on unseen answers",
      caption: "Each answer was predicted before the model learned from it. Bands are exact 95 % intervals.",
      summary: "Accuracy goes from \(NumberFormat.percent.text(points[0].y)) to "
        + "\(NumberFormat.percent.text(points[points.count - 1].y)).",
      x: Chart.Axis("answers learned from", format: .count, lower: 0),
      panels: [
        Chart.Panel(
          y: Chart.Axis(
            "share predicted rightly", format: .percent,
            lower: points.allSatisfy { ($0.lower ?? 0) >= 0.4 } ? 0.4 : nil, upper: 1),
          series: [Chart.Series("reward model", role: .accent, points: points)],
          references: [Chart.Reference(0.5, "chance")])
      ])
  }

  func reliability() -> Chart? {
    guard let calibration = findings.calibration, calibration.bins.count > 1 else { return nil }
    let points = calibration.bins.map {
      Chart.Point($0.confidence, $0.outcome, lower: $0.interval?.lower, upper: $0.interval?.upper)
    }
    return Chart(
      id: "reliability", title: "Is it as sure as it should be?",
      caption: "On the diagonal it is; below, it is too sure of itself; above, it could be surer. "
        + "\(calibration.count) unseen answers in bins of equal size.",
      summary: "Debiased calibration error \(NumberFormat.percent.text(calibration.debiasedError)).",
      x: Chart.Axis("how sure it was", format: .percent, lower: 0.5, upper: 1),
      panels: [
        Chart.Panel(
          y: Chart.Axis("how often it was right", format: .percent, lower: 0, upper: 1),
          series: [Chart.Series("unseen answers", role: .accent, shape: .points, points: points)],
          showsDiagonal: true)
      ])
  }

  /// Answers against the agent's steps; the seeds of a study ask alike, so the first stands for all.
  func answers() -> Chart? {
    guard let record = records.first, record.iterations.contains(where: { $0.answers > 0 }) else { return nil }
    var points = [Chart.Point(0, 0)]
    var steps = 0
    for iteration in record.iterations where iteration.answers > 0 {
      // The answers of an iteration come before its agent steps.
      points.append(Chart.Point(Double(steps), Double(iteration.answers)))
      steps = max(steps, iteration.agentSteps)
    }
    points.append(Chart.Point(Double(steps), points[points.count - 1].y))
    return Chart(
      id: "answers", title: "Answers against time", caption: "When people were asked, as training went on.",
      summary: "\(Int(points[points.count - 1].y)) answers by step \(steps).",
      x: Chart.Axis("agent steps", format: .count, lower: 0),
      panels: [
        Chart.Panel(
          y: Chart.Axis("answers so far", format: .count, lower: 0),
          series: [Chart.Series("answers", role: .answers, shape: .steps, points: points)])
      ])
  }

  /// Each clip that was asked about: what the final model makes of it against its true return.
  func alignment() -> Chart? {
    guard let record = records.first else { return nil }
    var seen = Set<Int>()
    var points: [Chart.Point] = []
    for comparison in record.comparisons {
      let sides = [
        (comparison.first, comparison.firstTrueReturn, comparison.firstPredictedReturn),
        (comparison.second, comparison.secondTrueReturn, comparison.secondPredictedReturn),
      ]
      for case (let number, let actual?, let predicted?) in sides where seen.insert(number).inserted {
        points.append(Chart.Point(actual, predicted))
      }
    }
    guard points.count >= 10 else { return nil }
    let stride = max(1, points.count / 400)
    let correlation = Statistics.spearman(points.map(\.x), points.map(\.y))
    let shown = points.indices.filter { $0 % stride == 0 }.map { points[$0] }
    return Chart(
      id: "alignment", title: "Every clip, judged twice",
      caption: "Clips that people were asked about\(isStudy ? " with seed \(record.seed)" : ""): the learned reward of "
        + "the final model against the true one. "
        + (correlation.isFinite
          ? "A rising band is what one wants; rank correlation \(NumberFormat.plain.text(correlation, digits: 2))."
          : "All have the same true return, so no answer could tell them apart."),
      summary: "Rank correlation \(NumberFormat.plain.text(correlation, digits: 2)) over \(points.count) clips.",
      x: Chart.Axis("true return of the clip"),
      panels: [
        Chart.Panel(
          y: Chart.Axis("predicted return of the clip"),
          series: [Chart.Series("clips", role: .prediction, shape: .scatter, points: shown)])
      ])
  }
}
