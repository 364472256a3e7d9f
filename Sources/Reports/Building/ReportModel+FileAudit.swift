import Compute
import Findings
import RewardFiles

extension ReportModel {
  /// A page about a reward model's files: pictures first, then each check with its evidence and examples.
  ///
  /// - Parameters:
  ///   - audit: what was found.
  ///   - title: the file's name.
  public init(_ audit: FilesAudit, title: String) {
    let made = audit.results.filter { $0.missing == nil && $0.notMeasurable == nil }
    let charts = Self.charts(made.map { ($0.check.id, $0.pictures) })
    var sections: [Section] = []
    if !charts.isEmpty { sections.append(Section(id: "pictures", title: "What the files show", charts: charts)) }
    sections.append(
      Self.tests(
        made.flatMap { result in result.tests.map { (result.check.id, result.verdict, $0) } },
        text: "Each p-value is of the hypothesis that the effect is within its margin, corrected for the check's other "
          + "tests and for the other checks."))
    sections += [
      Self.examples(made.map { ($0.check.id, $0.examples) }),
      Self.untested(audit.results.map { ($0.check.id, $0.verdict, $0.missing ?? $0.notMeasurable) }),
    ].compactMap { $0 }
    var facts = [Fact("Pairs", NumberFormat.plain.text(Double(audit.rows), digits: 9))]
    if audit.samples > 0 { facts.append(Fact("Samples", NumberFormat.plain.text(Double(audit.samples), digits: 9))) }
    if let accuracy = audit[.accuracy]?.tests.first {
      facts.append(
        Fact(
          "Accuracy", NumberFormat.percent.text(accuracy.estimate),
          note: accuracy.interval.map {
            "\(NumberFormat.percent.text($0.lower)) to \(NumberFormat.percent.text($0.upper))"
          }))
    }
    facts.append(Fact("Rows set aside", NumberFormat.plain.text(Double(audit.setAside), digits: 9)))
    self.init(
      kind: .theory, title: "Audit of \(title)",
      subtitle: "What a reward model's files say about it, without the model.", headline: audit.headline,
      facts: facts, sections: sections,
      findings: audit.findings)
  }

  static func chart(_ picture: CheckPicture, id: String) -> Chart {
    func points(_ line: CheckPicture.Line) -> [Chart.Point] {
      line.points.map { Chart.Point($0.x, $0.y, lower: $0.interval?.lower, upper: $0.interval?.upper) }
    }
    let isShare = picture.y == "accuracy" || picture.y.hasPrefix("share") || picture.form == .reliability
    let roles: [Chart.Role] = [.truth, .prediction, .accent, .neutral]
    return Chart(
      id: id, title: picture.title,
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
