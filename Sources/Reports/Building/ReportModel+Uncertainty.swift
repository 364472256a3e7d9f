import Audits
import Compute
import Feedback
import Runs

extension ReportModel {
  /// What is not known of the learned reward where the agent goes; nil for runs that did not measure it. Of several the
  /// first one's.
  static func uncertainty(_ records: [RunRecord]) -> Section? {
    guard let first = records.first, let measured = first.references?.uncertainty else { return nil }
    var text =
      "Four reasons why the reward may be wrong, each with another remedy, in \(measured.clips) clips of the last "
      + "evaluation, by \(counted(measured.answers)) to pairs of clips. Of a clip that is unlike "
      + "\(NumberFormat.percent.text(1 - measured.level)) of what was judged only that is said. Intervals are over "
      + "episodes alone: a number that is found from few answers is no surer for them."
    if records.count > 1 { text += " They are of seed \(first.seed)." }
    var tables = [uncertaintyTable(measured), remedies]
    if !measured.hypotheses.isEmpty { tables.append(hypothesisTable(measured.hypotheses)) }
    let maps = measured.map.map { map in FourUncertainties.Kind.allCases.compactMap { heatMap($0, of: map) } } ?? []
    if let map = measured.map, !maps.isEmpty {
      text +=
        " The maps show where, by single steps: across is “\(map.across.name)”, up is “\(map.up.name)”, the two numbers that vary most. "
        + "Rows and columns are named by their middle, darker is less certain, and where the agent does not go a cell is "
        + "empty."
    }
    return Section(
      id: "uncertainty", title: "What the reward model does not know", text: text, heatMaps: maps, tables: tables)
  }

  private static func counted(_ answers: Int) -> String { "\(answers) answer\(answers == 1 ? "" : "s")" }

  private static func uncertaintyTable(_ measured: RunUncertainty) -> Table {
    Table(
      caption: "How much is not known, and where",
      columns: ["Kind", "Mean", "95 % interval", "Clips it is not stated for", "Most of it, or why it is unknown"],
      rows: FourUncertainties.Kind.allCases.map { kind in
        let summary = measured[kind]
        return [
          kind.rawValue, summary.mean.map(shown) ?? "unknown",
          summary.interval.map { "\(shown($0.lower)) to \(shown($0.upper))" } ?? "–",
          summary.mean == nil ? "all" : NumberFormat.percent.text(summary.unknownShare),
          summary.unknown
            ?? (summary.largest.allSatisfy { $0.value == 0 }
              ? "no clip has any" : summary.largest.map(shown).joined(separator: "; ")),
        ]
      }, numeric: [1, 2, 3])
  }

  /// None of the four numbers means more than three decimals; what is not 0 is not written "0".
  private static func shown(_ value: Double) -> String {
    value != 0 && abs(value) < 0.001 ? "under 0.001" : NumberFormat.plain.text(value)
  }

  /// Unbroken, so that on a narrow page the table is scrolled, not made tall.
  private static func shown(_ clip: RunUncertainty.Clip) -> String {
    "episode \(clip.episode + 1), steps \(clip.start + 1) to \(clip.start + clip.steps) (\(shown(clip.value)))"
      .replacing(" ", with: "\u{A0}")
  }

  /// What each number says, and what to do about it.
  private static let remedies = Table(
    caption: "What they mean", columns: ["Kind", "It says", "The number", "What helps"],
    rows: [
      [
        "aleatoric", "people differ or err about such clips",
        "share of answers that name the worse of two clips one deviation apart: 0 to ½",
        "other people, clearer questions",
      ],
      [
        "model", "there are too few answers",
        "deviation between the members' rewards: 0 where they agree, about 1 where they have nothing in common",
        "more answers; feedback.selection disagreement-logit or disagreement-clear",
      ],
      [
        "distributional", "nothing like this was judged",
        "1 less the mean p-value of the distance to what was judged: ½ for the like of it; of clips the p-value, which is "
          + "small for what is unlike",
        "answers about this (feedback.selection unfamiliar), or staying away",
      ],
      [
        "specification", "the idea of the people could be wrong",
        "deviations by which the reward moves under other ideas that explain the answers about as well",
        "another kind of question; feedback.selection specification",
      ],
    ])

  private static func hypothesisTable(_ hypotheses: [PersonHypothesisFit]) -> Table {
    Table(
      caption: "Ideas of the people, and what an answer costs each that it does not know (a coin: 0.693 nats)",
      columns: ["Idea", "Nats an answer", "Fitted number", "Explains the answers about as well as the best"],
      rows: hypotheses.map { fit in
        [
          fit.hypothesis.summary, shown(fit.loss), fit.parameter.map { NumberFormat.plain.text($0, digits: 2) } ?? "–",
          fit.isPlausible ? "yes" : "no",
        ]
      }, numeric: [1, 2])
  }

  /// One kind over the cells; nil where no cell has a number.
  private static func heatMap(_ kind: FourUncertainties.Kind, of map: UncertaintyMap) -> HeatMap? {
    let cells = map[kind]
    let known = cells.flatMap { $0.compactMap(\.self) }
    guard let most = known.max() else { return nil }
    let visited = map.steps.reduce(0) { $0 + $1.count { $0 > 0 } }
    let blank = visited - known.count
    let (title, upper) =
      switch kind {
      case .aleatoric: ("People differ or err (aleatoric)", 0.5)
      case .model: ("Too few answers (model)", max(1, most))
      case .distributional: ("Nothing like this was judged (distributional)", 1.0)
      case .specification: ("Another idea of the people (specification)", max(1, most))
      }
    var result = HeatMap(
      id: "uncertainty-\(kind.rawValue)", title: title,
      caption: blank == 0
        ? nil
        : "\(blank) of the \(visited) cells in which the agent was \(blank == 1 ? "is" : "are") empty: nothing there is "
          + "like what was judged.",
      summary: "The \(kind.rawValue) number in \(known.count) cells of \(map.across.name) by \(map.up.name), from "
        + "\(shown(known.min() ?? most)) to \(shown(most)).",
      rows: names(map.up.middles).reversed(), columns: names(map.across.middles),
      values: cells.reversed().map { $0.map { $0 ?? .nan } }, lower: 0, upper: upper)
    result.cellSize = .small
    return result
  }

  /// With as many digits as tell neighbours apart.
  private static func names(_ middles: [Double]) -> [String] {
    let step = zip(middles.dropFirst(), middles).map { $0 - $1 }.min() ?? 1
    return middles.map { NumberFormat.plain.tick($0, step: step / 4) }
  }
}
