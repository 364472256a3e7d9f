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
    let charts = made.flatMap { result in
      result.pictures.enumerated().map { Self.chart($0.element, id: "\(result.check.id)-\($0.offset)") }
    }
    let tests = made.flatMap { result in result.tests.map { (result, $0) } }
      .sorted { ($0.1.correctedPValue, $0.0.check.id) < ($1.1.correctedPValue, $1.0.check.id) }
    let examples = made.flatMap { result in
      result.examples.map { [result.check.id, $0.place, $0.why, $0.text ?? ""] }
    }
    var sections: [Section] = []
    if !charts.isEmpty { sections.append(Section(id: "pictures", title: "What the files show", charts: charts)) }
    sections.append(
      Section(
        id: "checks", title: "Every test, the clearest first",
        text: "Each p-value is of the hypothesis that the effect is within its margin, corrected for the check's other "
          + "tests and for the other checks.",
        tables: [
          Table(
            caption: "Tests",
            columns: ["Check", "Verdict", "Effect", "Value", "95 % interval", "Tolerated", "n", "p, corrected"],
            rows: tests.map { result, test in
              [
                result.check.id, result.verdict.word, test.name, NumberFormat.plain.text(test.estimate),
                test.interval.map {
                  "\(NumberFormat.plain.text($0.lower)) to \(NumberFormat.plain.text($0.upper))"
                } ?? "–", test.margin, NumberFormat.plain.text(Double(test.count), digits: 9),
                test.correctedPValue < 0.0001 ? "< 0.0001" : NumberFormat.plain.text(test.correctedPValue),
              ]
            }, numeric: [3, 6, 7])
        ]))
    if !examples.isEmpty {
      sections.append(
        Section(
          id: "examples", title: "Rows to look at",
          tables: [
            Table(caption: "The clearest rows of each check", columns: ["Check", "Row", "Why", "Text"], rows: examples)
          ]))
    }
    let missing = audit.results.compactMap { result in result.missing.map { [result.check.id, $0] } }
    if !missing.isEmpty {
      sections.append(
        Section(
          id: "untested", title: "Not testable with these files",
          tables: [Table(caption: "Checks that need more", columns: ["Check", "What is missing"], rows: missing)]))
    }
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
