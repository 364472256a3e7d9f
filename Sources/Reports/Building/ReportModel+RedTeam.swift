import Audits
import Compute
import Environments
import Findings
import Runs

extension RedTeamAudit {
  /// How hard it was tried, a line each.
  package var facts: [ReportModel.Fact] {
    let basis =
      result.basis == .truth
      ? "predicted reward beyond what the true one is worth"
      : "predicted reward beyond that of the nearest judged steps"
    var facts = result.searches.map { effort in
      ReportModel.Fact(
        effort.search.rawValue, Numbers.count(effort.steps, "step"), note: effort.search == .elites ? elites : nil)
    }
    facts.append(
      ReportModel.Fact(
        "excess", basis, note: result.basis == .judged ? result.truthProblem.map { "truth: \($0)" } : nil))
    facts.append(
      ReportModel.Fact(
        "judged", Numbers.count(result.clips, "clip"),
        note: "\(result.calibrating) of them calibrate; a find has p ≤ \(Numbers.plain(result.level))"))
    return facts
  }

  private var elites: String {
    "by \(result.elitesFeatures.joined(separator: " and ")); \(Numbers.percent(result.elitesReached)) of the cells reached"
  }

  /// The first find of each mechanism, what an agent could gain most by first.
  package var table: ReportModel.Table {
    let knowsTruth = result.truthProblem == nil
    let counts = Dictionary(grouping: result.finds, by: \.mechanism).mapValues(\.count)
    return ReportModel.Table(
      caption: "One find of each mechanism. Gain: predicted reward beyond the best tenth of other behaviour as long.",
      columns: [
        "", "verdict", "what it does", "clips", "steps", "gain", "predicted", "true", "distance", "p", "again",
        "found after",
      ],
      rows: result.examples.enumerated().map { rank, find in
        [
          "\(rank + 1)", find.verdict.rawValue, find.words, "\(counts[find.mechanism] ?? 1)", "\(find.steps)",
          Numbers.plain(find.gain), Numbers.plain(find.predicted),
          knowsTruth ? Numbers.plain(find.actual) : "not known",
          find.distance.map(Numbers.plain) ?? "unlike", Numbers.plain(find.pValue), "\(find.repeated)/16",
          "\(find.foundAfter) (\(find.search.rawValue))",
        ]
      }, numeric: [3, 4, 5, 6, 7, 8, 9, 10])
  }

  /// The finds drawn, with a part of the way there.
  package func clips(most: Int = 8) -> [Clip] {
    let rowSize = entry.specification.actionSpace.rowSize
    return result.examples.prefix(most).enumerated().map { rank, find in
      let leading = find.start.leading.count / rowSize
      let shown = max(0, leading - 30)..<leading + min(find.steps, 120)
      let scenes = entry.replayScenes(
        start: find.start.position, random: find.start.random, actions: find.start.leading + find.actions, range: shown)
      return Clip(
        title: "\(rank + 1): \(find.verdict.rawValue)", frames: scenes,
        framesPerSecond: min(30, max(4, Double(scenes.count) / 4)),
        facts: [
          ReportModel.Fact("predicted", Numbers.plain(find.predicted)),
          ReportModel.Fact("true", result.truthProblem == nil ? Numbers.plain(find.actual) : "not known"),
          ReportModel.Fact("gain", Numbers.plain(find.gain)),
          ReportModel.Fact("carried by", "the last \(Numbers.count(min(find.steps, 120), "step"))"),
        ])
    }
  }
}

extension Find {
  /// What is unusual in it, a few words.
  package var words: String {
    traits.isEmpty
      ? "nothing unusual in one step alone"
      : traits.map { "\($0.name) \(Numbers.plain($0.here)) (judged: \(Numbers.plain($0.judged)))" }
        .joined(separator: "; ")
  }
}

extension ReportModel {
  /// A page about an attack on a reward, with the finds drawn.
  public init(_ audit: RedTeamAudit) {
    let clips = audit.clips()
    self.init(
      kind: .theory, title: "What the reward of \(audit.directory) overrates",
      subtitle: "An attack on the learned reward in \(audit.entry.specification.id).", headline: RedTeamAudit.headline,
      facts: audit.facts,
      sections: clips.isEmpty
        ? []
        : [
          Section(
            id: "finds", title: "What was found",
            text:
              "Each was played again before it was called a find, and is as short as it can be made. An attack shows what "
              + "it finds, and nothing of what it did not try.",
            clips: [
              ClipGroup(
                title: "One clip of each mechanism", text: "With up to 30 steps of the way there.", clips: clips)
            ], tables: [audit.table])
        ], findings: audit.findings)
  }
}

extension RedTeamRepair {
  /// A line for each attack.
  package var table: ReportModel.Table {
    ReportModel.Table(
      caption: isClean
        ? "Attack, ask, train again: the last attack found nothing that pays."
        : "Attack, ask, train again: the last attack still found something that pays.",
      columns: [
        "attack", "steps", "finds", "that pay", "largest gain", "questions before", "answered as the person did",
      ],
      rows: rounds.enumerated().map { index, round in
        [
          "\(index + 1)", "\(round.steps)", "\(round.finds)", "\(round.paying)", Numbers.plain(round.largestGain),
          "\(round.questions)", round.agreement.map { Numbers.percent($0) } ?? "–",
        ]
      }, numeric: [0, 1, 2, 3, 4, 5, 6])
  }
}

extension ReportModel {
  /// A page about the repair of a reward.
  public init(_ repair: RedTeamRepair) {
    self.init(
      kind: .theory, title: "The reward of \(repair.directory), attacked and repaired",
      subtitle: "The run's simulated person was asked about what each attack found; the run itself stays as it was.",
      headline: RedTeamAudit.headline,
      sections: [Section(id: "repair", title: "What each attack found", tables: [repair.table])],
      findings: repair.findings)
  }
}
