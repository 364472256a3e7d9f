import Compute
import Findings
import RewardFiles

extension ReportModel {
  /// A page about reward models side by side on the same pairs.
  ///
  /// - Parameters:
  ///   - comparison: who is right how often, and every paired difference.
  ///   - readings: what was read.
  ///   - title: the file's name.
  public init(_ comparison: ModelComparison, readings: [FileReading] = [], title: String) {
    var sections = [
      Section(
        id: "models", title: "Side by side",
        tables: [Self.models(comparison), Self.pairs(comparison)],
        intervals: [Self.accuracies(comparison), Self.differences(comparison)])
    ]
    if !comparison.groups.isEmpty {
      sections.append(
        Section(
          id: "groups", title: "By group", text: "Every pair that all the models have scored is counted.",
          tables: comparison.groups.map { Self.table($0, comparison.models) }))
    }
    sections += [Self.read(readings)].compactMap { $0 }
    let ranked = comparison.models.sorted { ($0.accuracy, $1.name) > ($1.accuracy, $0.name) }
    self.init(
      kind: .theory, title: "Reward models of \(title)",
      subtitle: "Which of the models prefers what people prefer, on the same pairs?",
      headline: ModelComparison.headline,
      facts: [
        Fact(
          "Pairs", Self.whole(comparison.count),
          note: comparison.leftOut == 0 ? nil : "\(Self.whole(comparison.leftOut)) more do not count for all the models"
        )
      ]
        + ranked.prefix(3).map { model in
          Fact(
            model.name, NumberFormat.percent.text(model.accuracy),
            note: model.interval.map {
              "right; \(NumberFormat.percent.text($0.lower)) to \(NumberFormat.percent.text($0.upper))"
            })
        }, sections: sections, findings: comparison.findings)
  }

  private static func accuracies(_ comparison: ModelComparison) -> IntervalList {
    IntervalList(
      title: "How often each is right",
      caption: "95 % intervals, each model by itself; whether two differ is in the other picture.", reference: 0.5,
      referenceName: "chance",
      rows: comparison.models.map { IntervalList.Row($0.name, $0.accuracy, $0.interval) })
  }

  private static func differences(_ comparison: ModelComparison) -> IntervalList {
    IntervalList(
      title: "Differences on the same pairs",
      caption: "Accuracy of the first less that of the second, with the 95 % interval of the paired difference.",
      reference: 0,
      referenceName: "no difference",
      rows: comparison.differences.map { IntervalList.Row("\($0.first) less \($0.second)", $0.difference, $0.interval) }
    )
  }

  private static func models(_ comparison: ModelComparison) -> Table {
    Table(
      caption: "Models", columns: ["Model", "Right", "Of", "Accuracy", "95 % interval"],
      rows: comparison.models.map { model in
        [
          model.name, whole(model.right), whole(comparison.count), NumberFormat.percent.text(model.accuracy),
          model.interval.map { "\(NumberFormat.percent.text($0.lower)) to \(NumberFormat.percent.text($0.upper))" }
            ?? "–",
        ]
      }, numeric: [1, 2, 3, 4])
  }

  private static func pairs(_ comparison: ModelComparison) -> Table {
    let right = Dictionary(
      comparison.models.map { ($0.name, $0.right) }, uniquingKeysWith: { first, _ in first })
    return Table(
      caption: "Every two of them",
      columns: [
        "First", "Second", "Both right", "First alone", "Second alone", "Neither", "Difference", "95 % interval",
        "p, corrected",
      ],
      rows: comparison.differences.map { pair in
        let both = (right[pair.first] ?? 0) - pair.firstAlone
        return [
          pair.first, pair.second, whole(both), whole(pair.firstAlone), whole(pair.secondAlone),
          whole(comparison.count - both - pair.firstAlone - pair.secondAlone),
          NumberFormat.percent.text(pair.difference),
          "\(NumberFormat.percent.text(pair.interval.lower)) to \(NumberFormat.percent.text(pair.interval.upper))",
          pair.correctedPValue < 0.0001 ? "< 0.0001" : NumberFormat.plain.text(pair.correctedPValue),
        ]
      }, numeric: Array(2...8))
  }

  private static func table(_ groups: ModelComparison.Groups, _ models: [ModelComparison.Model]) -> Table {
    Table(
      caption: groups.column, columns: [groups.column, "Pairs"] + models.map(\.name),
      rows: groups.rows.map { group in
        [group.name, whole(group.count)]
          + group.right.map { NumberFormat.percent.text(Double($0) / Double(max(1, group.count))) }
      }, numeric: Array(1..<(models.count + 2)))
  }
}
