import Compute
import Findings
import RewardFiles

/// What pages about files show before any verdict: scores, shares, groups.
extension ReportModel {
  static func whole(_ count: Int) -> String { NumberFormat.plain.text(Double(count), digits: 9) }

  /// One kind of score as bars, several as outlines over each other.
  static func chart(_ histogram: ScoreHistogram, id: String, title: String, caption: String? = nil, zero: String? = nil)
    -> Chart
  {
    let edges = histogram.edges
    let roles: [Chart.Role] = [.truth, .prediction, .accent, .neutral]
    let isOne = histogram.lines.count == 1
    let series = histogram.lines.enumerated().map { index, line in
      let bars = line.counts.enumerated().map { bin, count in
        Chart.Point(isOne ? (edges[bin] + edges[bin + 1]) / 2 : edges[bin], Double(count))
      }
      return Chart.Series(
        line.name, role: roles[index % roles.count], shape: isOne ? .bars : .steps,
        points: isOne ? bars : [Chart.Point(edges[0], 0)] + bars + [Chart.Point(edges[edges.count - 1], 0)])
    }
    let left = histogram.lines.flatMap { line in
      [(line.below, "further left"), (line.above, "further right"), (line.missing, "without a number")]
        .filter { $0.0 > 0 }.map { "\(whole($0.0)) \(isOne ? "" : "of the \(line.name) ")\($0.1)" }
    }
    let outside = left.isEmpty ? nil : "Not drawn: " + left.joined(separator: ", ") + "."
    return Chart(
      id: id, title: title, caption: [caption, outside].compactMap { $0 }.joined(separator: " "),
      summary: "\(title): how many of each size.",
      x: Chart.Axis(histogram.name, lower: edges[0], upper: edges[edges.count - 1]),
      panels: [Chart.Panel(y: Chart.Axis("how many", format: .count, lower: 0), series: series)],
      marks: zero.flatMap { edges[0] < 0 && edges[edges.count - 1] > 0 ? [Chart.Mark(0, label: $0)] : nil } ?? [])
  }

  /// The largest differences first within each kind, so that the picture stays readable: at most thirty of
  /// acceptance, in their own order, and fourteen of each other kind.
  static func shares(_ leans: [Lean], title: String, caption: String, first: String, second: String, reference: Double?)
    -> ShareComparison?
  {
    guard !leans.isEmpty else { return nil }
    let kinds: [Lean.Kind] = [.acceptance, .length, .place, .style, .group]
    var rows: [ShareComparison.Row] = []
    var left = 0
    for kind in kinds {
      let own = leans.filter { $0.kind == kind }
        .sorted { abs($0.model - $0.people) > abs($1.model - $1.people) }
      let largest = own.prefix(kind == .acceptance ? 30 : 14)
      let shown = kind == .acceptance ? leans.filter(largest.contains) : Array(largest)
      left += own.count - shown.count
      rows += shown.map {
        ShareComparison.Row(
          $0.name, first: $0.people, second: $0.model, tolerated: $0.tolerated, isOutside: $0.isOutside,
          count: $0.count)
      }
    }
    return ShareComparison(
      title: title, caption: caption + (left > 0 ? " \(left) more with smaller differences are not drawn." : ""),
      first: first, second: second, reference: reference, rows: rows)
  }

  /// The pairs of one column by its values. All rows are in it, those that are not judged with the reason.
  static func table(_ groups: PairGroups, all: PairGroups.Row?) -> Table {
    let rows = groups.rows + (groups.rows.count > 1 ? [all].compactMap { $0 } : [])
    let fates: [(String, KeyPath<PairGroups.Row, Int>)] = [
      ("Training", \.training), ("Identical", \.identical), ("Ties", \.ties), ("No score", \.unscored),
    ].filter { fate in groups.rows.contains { $0[keyPath: fate.1] > 0 } }
    return Table(
      caption: groups.column,
      columns: [groups.column, "Pairs"] + fates.map(\.0) + ["Judged", "Right", "Accuracy", "95 % interval"],
      rows: rows.map { row in
        [row.name, whole(row.count)] + fates.map { whole(row[keyPath: $0.1]) } + [
          whole(row.judged), whole(row.right), row.accuracy.map { NumberFormat.percent.text($0.value) } ?? "–",
          row.accuracy.map {
            "\(NumberFormat.percent.text($0.interval.lower)) to \(NumberFormat.percent.text($0.interval.upper))"
          }
            ?? "–",
        ]
      }, numeric: Array(1..<(fates.count + 6)))
  }

  /// The rollouts of one column by its values.
  static func table(_ groups: RolloutOverview.Groups, all: RolloutOverview.Row) -> Table {
    typealias Row = RolloutOverview.Row
    let rows = groups.rows + (groups.rows.count > 1 ? [all] : [])
    let more: [(String, KeyPath<Row, Int>)] = [
      ("Labelled", \.labelled), ("Wrong, accepted", \.wrongAccepted), ("Right, rejected", \.rightRejected),
      ("Errors", \.errors), ("Cut off", \.truncated),
    ].filter { column in all[keyPath: column.1] > 0 }
    return Table(
      caption: groups.column,
      columns: [groups.column, "Rollouts", "Scored", "Accepted", "Share", "Mean reward"] + more.map(\.0),
      rows: rows.map { row in
        [
          row.name, whole(row.count), whole(row.scored), whole(row.accepted),
          row.scored > 0 ? NumberFormat.percent.text(Double(row.accepted) / Double(row.scored)) : "–",
          NumberFormat.plain.text(row.meanReward),
        ] + more.map { whole(row[keyPath: $0.1]) }
      }, numeric: Array(1..<(more.count + 6)))
  }

  /// Columns with one value need no table.
  static func alike(_ columns: [(name: String, value: String)]) -> String {
    guard !columns.isEmpty else { return "" }
    return " The same in all rows: " + columns.map { "\($0.name) (\($0.value))" }.joined(separator: ", ") + "."
  }

  /// What was read of each file: which column as what, how many rows.
  static func read(_ readings: [FileReading]) -> Section? {
    guard !readings.isEmpty else { return nil }
    let notes = readings.flatMap { reading in reading.notes.map { "\(reading.file): \($0)" } }
    return Section(
      id: "read", title: "What was read", text: notes.isEmpty ? nil : notes.joined(separator: " · "),
      tables: [
        Table(
          caption: "Files, and which column was taken for what",
          columns: ["File", "Use", "Format", "Rows", "Set aside", "Columns", "Not used"],
          rows: readings.map { reading in
            [
              reading.file, reading.use, reading.format, whole(reading.rows), whole(reading.setAside),
              (reading.columns.map { "\($0.role) = \($0.column)" }
                + (reading.attributes.isEmpty ? [] : ["groups: " + reading.attributes.joined(separator: ", ")])
                + (reading.members.isEmpty ? [] : ["members: " + reading.members.joined(separator: ", ")]))
                .joined(separator: "; "), reading.unused.joined(separator: ", "),
            ]
          }, numeric: [3, 4])
      ])
  }
}
