/// How the scores of preference pairs look: what a reader wants to see before any verdict, and nothing is left out of it without
/// being counted.
public struct AuditOverview: Codable, Sendable, Hashable {
  /// The scores of both replies, and the margins outside the training split.
  public let histograms: [ScoreHistogram]
  /// What the model prefers against what people prefer, for length, style, place and groups.
  public let leans: [Lean]
  /// All pairs.
  public let all: PairGroups.Row?
  /// The pairs by every column of groups.
  public let groups: [PairGroups]

  init(_ files: AuditFiles) {
    guard let table = files.input.preferences, table.count > 0 else {
      let samples = files.input.samples
      histograms = [
        samples.flatMap { ScoreHistogram("score of the samples", [("proxy", $0.proxy), ("gold", $0.gold)]) }
      ].compactMap { $0 }
      (leans, all, groups) = ([], nil, [])
      return
    }
    histograms = Self.histograms(table, files.labelledPairs)
    // Without scores there are no choices to compare.
    leans = (try? files.choices()).map { Self.leans(table, $0) } ?? []
    let fates = PairGroups.fates(table)
    all = PairGroups.all(fates)
    let columns =
      [("domain", table.domain)] + table.attributes.map { ($0.name, $0.values) }
      + [("annotator", table.annotator), ("split", table.split)]
    groups = columns.compactMap { PairGroups($0.0, $0.1, fates) }
  }

  private static func histograms(_ table: PreferenceTable, _ pairs: AuditPairs?) -> [ScoreHistogram] {
    guard table.hasScores else { return [] }
    var (preferred, other) = ([Double](), [Double]())
    for row in 0..<table.count {
      let isTurned = table.label[row] < 0
      preferred.append(isTurned ? table.scoreRejected[row] : table.scoreChosen[row])
      other.append(isTurned ? table.scoreChosen[row] : table.scoreRejected[row])
    }
    return [
      ScoreHistogram("score", [("preferred replies", preferred), ("other replies", other)]),
      pairs.flatMap { ScoreHistogram("score of the preferred reply less that of the other", [("pairs", $0.margins)]) },
    ].compactMap { $0 }
  }

  private static func leans(_ table: PreferenceTable, _ choices: ChoiceComparison) -> [Lean] {
    func longer(_ index: Int) -> Int {
      let row = choices.rows[index]
      return Int(table.chosen.words[row]) - Int(table.rejected.words[row])
    }
    var leans = [Lean(.length, "the longer reply", choices, sign: longer)]
    if !table.position.isEmpty {
      leans.append(Lean(.place, "the reply that stood first", choices) { Int(table.position[choices.rows[$0]]) })
    }
    for style in TextStyle.allCases where style != .capitals && style != .paragraphs {
      leans.append(
        Lean(.style, "more \(style.words)", choices) { index in
          let row = choices.rows[index]
          return Int(table.chosen.count(style, row)) - Int(table.rejected.count(style, row))
        })
    }
    for column in table.groupColumns {
      let grouping = Grouping(
        choices.rows.indices.map { longer($0) == 0 ? -1 : column.values.codes[choices.rows[$0]] },
        names: column.values.names)
      guard grouping.groups.count > 1 else { continue }
      for (value, members) in grouping.groups {
        leans.append(
          Lean(.group, "the longer reply where \(column.name) is \(value)", choices, among: members, sign: longer))
      }
    }
    return leans.compactMap { $0 }
  }
}
