import Compute
import Findings
import RewardFiles

extension ReportModel {
  /// A page about a reward model's files: the worst problems and what to do about them, what the model prefers against what
  /// people prefer, scores and groups, rows to read, then each check with its evidence.
  ///
  /// - Parameters:
  ///   - audit: what was found.
  ///   - title: the file's name.
  public init(_ audit: FilesAudit, title: String) {
    let made = audit.results.filter { $0.missing == nil && $0.notMeasurable == nil }
    let overview = audit.overview
    var sections: [Section] = []
    let shares = Self.shares(
      overview.leans, title: "The model prefers, people prefer",
      caption:
        "Of the pairs in which the two replies differ in it, the share in which the reply with more of it is preferred. "
        + "Shaded is where an honest model with this error rate lies, five points on either side. These are plain shares; the checks "
        + "also hold length fixed for styles.", first: "people", second: "the model", reference: 0.5)
    if let shares {
      sections.append(Section(id: "prefers", title: "What it prefers, and what people prefer", shares: [shares]))
    }
    let reliability = made.flatMap { result in
      result.pictures.enumerated().filter { $0.element.form == .reliability }.map {
        Self.chart($0.element, id: "\(result.check.id)-\($0.offset)")
      }
    }
    let scores = Self.scores(overview) + reliability
    if !scores.isEmpty { sections.append(Section(id: "scores", title: "Scores", charts: scores)) }
    let told = overview.groups.filter { $0.rows.count > 1 }
    if !told.isEmpty {
      sections.append(
        Section(
          id: "groups", title: "By group",
          text: "Every row is counted. Judged are pairs outside the training split with two different replies, a "
            + "preference and two finite scores."
            + Self.alike(overview.groups.filter { $0.rows.count == 1 }.map { ($0.column, $0.rows[0].name) }),
          tables: told.map { Self.table($0, all: overview.all) }))
    }
    sections += [Self.examples(made)].compactMap { $0 }
    let charts = Self.charts(made.map { ($0.check.id, $0.pictures.filter { $0.form != .reliability }) })
    if !charts.isEmpty { sections.append(Section(id: "pictures", title: "What the checks measured", charts: charts)) }
    sections.append(
      Self.tests(
        made.flatMap { result in result.tests.map { (result.check.id, result.verdict, $0) } },
        text: "Each p-value is of the hypothesis that the effect is within its margin, corrected for the check's other "
          + "tests and for the other checks."))
    sections += [
      Self.read(audit.reading),
      Self.untested(audit.results.map { ($0.check.id, $0.verdict, $0.missing ?? $0.notMeasurable) }),
    ].compactMap { $0 }
    self.init(
      kind: .theory, title: "Audit of \(title)",
      subtitle: "Is this reward model fit for training? What its files say about it, without the model.",
      headline: audit.headline, facts: Self.facts(audit), sections: sections, findings: audit.findings)
  }

  private static func facts(_ audit: FilesAudit) -> [Fact] {
    var facts: [Fact] = []
    if audit.rows > 0 || audit.samples == 0 { facts.append(Fact("Pairs", whole(audit.rows))) }
    if audit.samples > 0 { facts.append(Fact("Samples", whole(audit.samples))) }
    if let all = audit.overview.all, let accuracy = all.accuracy {
      facts.append(
        Fact(
          "Accuracy", NumberFormat.percent.text(accuracy.value),
          note: "\(NumberFormat.percent.text(accuracy.interval.lower)) to "
            + "\(NumberFormat.percent.text(accuracy.interval.upper)), \(whole(all.judged)) pairs judged"))
    }
    facts.append(Fact("Rows set aside", whole(audit.setAside)))
    return facts
  }

  private static func scores(_ overview: AuditOverview) -> [Chart] {
    overview.histograms.enumerated().map { index, histogram in
      let isMargin = index == 1
      return chart(
        histogram, id: "histogram-\(index)", title: isMargin ? "Margins" : "Scores",
        caption: isMargin
          ? overview.all?.accuracy.map {
            "Right of 0 the model prefers what people prefer: \(NumberFormat.percent.text($0.value))."
          } : nil, zero: isMargin ? "prefers neither" : nil)
    }
  }

  /// Of checks that fail first; of those that hold only the largest errors are worth reading.
  private static func examples(_ results: [CheckResult]) -> Section? {
    let order = results.filter { $0.verdict == .fails } + results.filter { $0.verdict != .fails }
    let worth = order.filter {
      $0.verdict == .fails || $0.check == .accuracy || ($0.verdict != .holds && $0.bearing == .trust)
    }
    let examples = worth.flatMap { result in
      let words = result.verdict == .holds ? "where the model errs most" : result.finding.statement
      return result.examples.map { example(of: "\(result.check.id): \(words)", $0) }
    }
    guard !examples.isEmpty else { return nil }
    return Section(
      id: "examples", title: "Rows to read",
      text:
        "The clearest rows of each check that does not hold, and the model's largest errors. Marked is what the other reply does "
        + "not have.", examples: examples)
  }

  static func chart(_ picture: CheckPicture, id: String) -> Chart {
    func points(_ line: CheckPicture.Line) -> [Chart.Point] {
      line.points.map { Chart.Point($0.x, $0.y, lower: $0.interval?.lower, upper: $0.interval?.upper) }
    }
    let isShare = picture.y == "accuracy" || picture.y.hasPrefix("share") || picture.form == .reliability
    let roles: [Chart.Role] = [.truth, .prediction, .accent, .neutral]
    return Chart(
      id: id, title: picture.form == .reliability ? "Calibration" : picture.title,
      caption: picture.form == .reliability
        ? "On the line the model is as sure as it should be; below it, too sure." : nil,
      summary: "\(picture.title): \(picture.y) against \(picture.x).",
      x: picture.names.isEmpty
        ? Chart.Axis(picture.x, format: picture.form == .reliability ? .percent : .plain)
        : Chart.Axis(picture.x, names: picture.names),
      panels: [
        Chart.Panel(
          y: Chart.Axis(picture.y, format: isShare ? .percent : .plain),
          series: picture.lines.enumerated().map { index, line in
            Chart.Series(
              line.name, role: roles[index % roles.count], shape: picture.form == .line ? .line : .points,
              points: points(line))
          },
          references: picture.reference.map { [Chart.Reference($0, $0 == 0.5 ? "chance" : "")] } ?? [],
          showsDiagonal: picture.form == .reliability)
      ], marks: picture.mark.map { [Chart.Mark($0, label: "gold is highest")] } ?? [], isWide: picture.names.count > 6)
  }
}
