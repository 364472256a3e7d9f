import Audits
import Compute
import Findings
import Runs

extension Inspection {
  /// What there is to say, as tables: for a terminal and for a page.
  package var tables: [ReportModel.Table] {
    var tables = [Self.shares(reward, "What the reward looks at", from: baseline)]
    if let policy { tables.append(Self.shares(policy, "What the policy looks at", from: "the mean of what it saw")) }
    if let influence, !influence.movers.isEmpty {
      tables.append(
        ReportModel.Table(
          caption:
            "Answers that moved it most: how far the reward would move without each over the agent's steps, in units "
            + "of its spread over the judged ones",
          columns: ["Question", "Kind", "Person", "To first order", "Fitted again"],
          rows: influence.movers.map {
            ["\($0.question)", $0.kind, $0.person, Numbers.plain($0.plain), Numbers.plain($0.exact)]
          }, numeric: [0, 3, 4]))
    }
    if let push, !push.movers.isEmpty {
      tables.append(
        ReportModel.Table(
          caption:
            "Answers that the policy feels most: how its return's gradient would change along itself without each, as a "
            + "share of what it is",
          columns: ["Question", "Kind", "Person", "To first order", "Fitted again"],
          rows: push.movers.map {
            ["\($0.question)", $0.kind, $0.person, Self.signed($0.plain), Self.signed($0.exact)]
          }, numeric: [0, 3, 4]))
    }
    if let traced {
      tables.append(
        ReportModel.Table(
          caption: "Answers that did most on the way, along \(traced.iterations.count) checkpoints (rounds "
            + "\(traced.iterations.first.map(String.init) ?? "") to \(traced.iterations.last.map(String.init) ?? "")), to "
            + traced.number
            + (traced.agreement.map { "; rank correlation with influence in the end \(Numbers.plain($0))" } ?? ""),
          columns: ["Question", "Kind", "Person", "Share of all"],
          rows: traced.answers.map { ["\($0.question)", $0.kind, $0.person, Self.signed($0.share)] }, numeric: [0, 3]))
    }
    if let influence, !influence.mostSurprising.isEmpty {
      let listed = influence.suspects.isEmpty ? influence.mostSurprising : influence.suspects
      tables.append(
        ReportModel.Table(
          caption: influence.suspects.isEmpty
            ? "Answers that the others expect least; none is rather not meant than meant"
            : "Answers that are rather not meant than meant, where one in a hundred is not (by chance: "
              + "\(Numbers.plain(influence.expected)))",
          columns: ["Question", "Person", "Expected by the others", "Not meant"],
          rows: listed.prefix(10).map {
            ["\($0.question)", $0.person, Numbers.percent($0.probability), Numbers.percent($0.mislabelled)]
          }, numeric: [0, 2, 3]))
    }
    if let learned { tables += Self.units(learned) }
    return tables + [Self.clips(best, "Paid best of what was judged"), Self.clips(worst, "Paid worst")]
      + (mostUncertain.isEmpty ? [] : [Self.clips(mostUncertain, "Where its members disagree most")])
  }

  private static func signed(_ share: Double) -> String { (share > 0 ? "+" : "") + Numbers.percent(share) }

  /// The reward in words; empty where there are none.
  package var words: [String] {
    guard let distilled else {
      return ["The reward cannot be said in few words: \(distilledProblem ?? "nothing to go by")."]
    }
    func told(_ form: DistilledReward.Form, _ name: String) -> String {
      "As \(name), which explains \(Numbers.percent(form.fidelity, form.interval)) of it on steps held out:"
    }
    return [
      told(distilled.linear, "a sum"), "  " + distilled.linear.lines.joined(separator: " "),
      told(distilled.tree, "a tree"),
    ] + distilled.tree.lines.map { "  " + $0 }
  }

  /// What was looked at, a line each.
  package var facts: [ReportModel.Fact] {
    var facts = [
      ReportModel.Fact(
        "world", environment, note: "\(agentSteps) steps of the agent, \(Numbers.count(answers, "answer"))"),
      ReportModel.Fact(
        "explained", Numbers.count(reward.steps, "step"),
        note: "\(reward.method.rawValue), counted from \(baseline); "
          + (reward.gap.map { "shares add up within \(Numbers.percent($0))" } ?? "the reward does not vary")),
    ]
    if let influence {
      facts.append(
        ReportModel.Fact(
          "refitted layers", Numbers.plain(influence.agreement),
          note: "rank correlation with the reward as it was trained; the answers' effects are of the refitted ones"))
    } else {
      facts.append(ReportModel.Fact("answers' effects", "not measurable", note: influenceProblem))
    }
    if let push {
      facts.append(
        ReportModel.Fact(
          "policy's push", Numbers.plain(push.strength),
          note: "times the noise (\(Numbers.plain(push.interval.lower)) to \(Numbers.plain(push.interval.upper))): the "
            + "squared length of the gradient of its return, γ \(Numbers.plain(push.discount)), over "
            + Numbers.count(push.episodes, "episode")))
    } else {
      facts.append(ReportModel.Fact("policy's push", "not measurable", note: pushProblem))
    }
    return facts
  }

  private static func shares(_ explained: Explained, _ caption: String, from baseline: String) -> ReportModel.Table {
    let hidden = max(0, explained.shares.count - 12)
    let rest = explained.shares.dropFirst(12).reduce(0) { $0 + $1.share }
    return ReportModel.Table(
      caption: "\(caption), counted from \(baseline)"
        + (hidden > 0 ? "; \(hidden) more have \(Numbers.percent(rest))" : ""),
      columns: ["Feature", "Share", "95 % interval"],
      rows: explained.shares.prefix(12).map { share in
        [
          share.feature, Numbers.percent(share.share),
          share.interval.map { "\(Numbers.percent($0.lower)) to \(Numbers.percent($0.upper))" } ?? "–",
        ]
      }, numeric: [1, 2])
  }

  private static func units(_ learned: LearnedUnits) -> [ReportModel.Table] {
    let alike =
      "units of networks that learned nothing are alike to \(Numbers.plain(learned.withRandom))"
      + (learned.amongMembers.map { ", its own networks' to \(Numbers.plain($0))" } ?? "") + " (CKA)"
    return [
      ReportModel.Table(
        caption: "What its \(learned.units) last units prefer, in groups"
          + (learned.still > 0 ? "; \(learned.still) never vary" : "") + "; \(alike)",
        columns: ["Units", "Follow most", "Correlation", "Most excited in"],
        rows: learned.groups.map { group in
          [
            "\(group.units)", group.follows.joined(separator: ", "),
            group.correlations.map { Numbers.plain($0) }.joined(separator: ", "),
            "episode \(group.episode), step \(group.step)",
          ]
        }, numeric: [0]),
      ReportModel.Table(
        caption: "What can be read off its last units by a weighted sum: R² on steps held out, and selectivity over a "
          + "random control",
        columns: ["What", "From units", "From inputs", "Control", "Selectivity"],
        rows: learned.probes.prefix(8).map {
          [
            $0.target, Numbers.plain($0.fromUnits), Numbers.plain($0.fromInputs), Numbers.plain($0.control),
            Numbers.plain($0.selectivity),
          ]
        }, numeric: [1, 2, 3, 4]),
    ]
  }

  private static func clips(_ clips: [Clip], _ caption: String) -> ReportModel.Table {
    ReportModel.Table(
      caption: caption, columns: ["Clip", "Question", "Steps", "Reward a step", "Members' deviation"],
      rows: clips.map { clip in
        [
          "\(clip.clip)", "\(clip.question)", "\(clip.steps)", Numbers.plain(clip.reward),
          clip.disagreement.map { Numbers.plain($0) } ?? "–",
        ]
      }, numeric: [0, 1, 2, 3, 4])
  }
}

extension RewardMap {
  /// The map as a picture: the lightest cell is the lowest reward.
  package var heatMap: HeatMap? {
    let known = values.flatMap { $0.compactMap(\.self) }
    guard let low = known.min(), let high = known.max() else { return nil }
    func names(_ middles: [Double]) -> [String] {
      let step = zip(middles.dropFirst(), middles).map { $0 - $1 }.min() ?? 1
      return middles.map { NumberFormat.plain.tick($0, step: step / 4) }
    }
    var map = HeatMap(
      id: "reward", title: "What the reward pays", caption: words,
      summary: "The reward in \(known.count) cells of \(across.name) by \(up.name), from \(Numbers.plain(low)) to "
        + "\(Numbers.plain(high)).",
      rows: names(up.middles).reversed(), columns: names(across.middles),
      values: values.reversed().map { $0.map { $0 ?? .nan } }, lower: low, upper: high)
    map.cellSize = .small
    return map
  }
}

extension PatchMap {
  /// The map as a picture: the darker, the more a patch adds.
  package func heatMap(_ number: Int) -> HeatMap {
    let all = values.flatMap(\.self)
    let largest = max(all.map(abs).max() ?? 0, 1e-12)
    let least = all.min() ?? 0
    var map = HeatMap(
      id: "patches-\(number)", title: title,
      caption: paid.map { "What each patch of 8 by 8 pixels adds to the \(Numbers.plain($0)) that is paid." }
        ?? "How much each patch of 8 by 8 pixels adds or takes.",
      summary: "The shares of \(all.count) patches, from \(Numbers.plain(least)) to \(Numbers.plain(all.max() ?? 0)).",
      rows: tops.map(String.init), columns: lefts.map(String.init), values: values,
      lower: paid == nil ? 0 : -largest, upper: largest)
    map.cellSize = .small
    return map
  }
}

extension ReportModel {
  /// A page about what a run's reward looks at.
  package init(_ inspection: Inspection) {
    var sections = [
      Section(
        id: "attention", title: "What it looks at",
        text: "How much of the reward's change from \(inspection.baseline) each feature makes, by "
          + "\(inspection.reward.method.rawValue). Features that go together share what they do arbitrarily.",
        tables: Array(inspection.tables.prefix(inspection.policy == nil ? 1 : 2))),
      Section(
        id: "words", title: "In words",
        tables: [
          Table(
            caption: "What the reward pays, in few words", columns: ["", ""],
            rows: inspection.words.map { [$0.replacing("  ", with: "\u{2003}"), ""] })
        ]),
    ]
    if let map = inspection.map, let picture = map.heatMap {
      sections.append(
        Section(
          id: "map", title: "Over states",
          text: "Across is “\(map.across.name)”, up is “\(map.up.name)”, the two that carry most. \(map.words)",
          heatMaps: [picture]))
    }
    if !inspection.patches.isEmpty {
      sections.append(
        Section(
          id: "patches", title: "Where in the picture",
          text:
            "Rows and columns are named by their first pixel; of several frames a patch is the same place in all of them.",
          heatMaps: inspection.patches.enumerated().map { $1.heatMap($0) }))
    }
    sections.append(
      Section(
        id: "answers", title: "Whose answers, and which clips",
        tables: Array(inspection.tables.dropFirst(inspection.policy == nil ? 1 : 2))))
    self.init(
      kind: .theory, title: "What the reward of \(inspection.directory) looks at",
      subtitle: "Fresh episodes of its agent, in \(inspection.environment).", headline: Inspection.headline,
      facts: inspection.facts, sections: sections, findings: inspection.findings)
  }
}
