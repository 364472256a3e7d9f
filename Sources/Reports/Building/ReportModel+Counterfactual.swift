import Audits
import Compute
import Environments
import Findings
import Runs

extension CounterfactualAudit {
  /// Where the episode was, and what was done, a sentence.
  package var sentence: String {
    let moment = pair.firstAction.map { "They do different things from step \($0) on" } ?? "They do the same throughout"
    let seen = pair.firstSeen.map { "and see different things from step \($0) on" } ?? "and nothing else is seen"
    return
      "Episode \(pair.episode) of \(environment) (acting: \(actor)), with the same luck but \(change). \(moment), \(seen)."
  }

  /// The pair, a line for each reward.
  package var pairTable: ReportModel.Table {
    ReportModel.Table(
      caption: "The same luck: what was earned from step \(step) on.",
      columns: ["by", "as it was", "as it would have been", "difference"],
      rows: pair.differences.map {
        [$0.reward, Numbers.plain($0.done), Numbers.plain($0.other), Numbers.plain($0.difference)]
      } + [["steps", "\(pair.done.steps)", "\(pair.other.steps)", ""], ["end", pair.done.end, pair.other.end, ""]],
      numeric: [1, 2, 3])
  }

  /// The mean differences over other luck and over episodes.
  package var averages: ReportModel.Table? {
    guard !again.isEmpty || !moments.isEmpty else { return nil }
    func rows(_ averaged: [Averaged], _ over: String) -> [[String]] {
      averaged.map {
        [
          over, $0.reward, Numbers.plain($0.difference.mean, $0.difference.interval), "\($0.difference.above)",
          "\($0.difference.below)", "\($0.difference.pairs)",
        ]
      }
    }
    let short = tooShort > 0 ? " \(Numbers.count(tooShort, "episode")) had no such step." : ""
    return ReportModel.Table(
      caption: "\(change.prefix(1).uppercased() + change.dropFirst()), less what was done; 95 % intervals.\(short)",
      columns: ["over", "by", "difference", "more in", "less in", "pairs"],
      rows: rows(again, "other luck") + rows(moments, "episodes"), numeric: [2, 3, 4, 5])
  }

  /// Each possible action; nil where something else was asked for.
  package var optionTable: ReportModel.Table? {
    guard !options.isEmpty else { return nil }
    let names = pair.differences.map(\.reward)
    return ReportModel.Table(
      caption:
        "What each action at step \(step) is worth from there on: with the same luck, and less what was done over other "
        + "luck (95 % intervals).",
      columns: ["action"] + names.flatMap { [$0, "difference over other luck"] },
      rows: options.map { option in
        [option.action + (option.isDone ? " ← done" : "")]
          + zip(option.returns, option.again).flatMap { worth, again in
            [Numbers.plain(worth), Numbers.plain(again.difference.mean, again.difference.interval)]
          }
      }, numeric: Array(1...2 * names.count))
  }

  /// Both arms drawn, over the same steps.
  package var drawnClips: [Clip] {
    func clip(_ title: String, _ scenes: [Scene], _ arm: Arm, _ worth: KeyPath<Difference, Double>) -> Clip {
      Clip(
        title: title, frames: scenes, framesPerSecond: min(30, max(4, Double(scenes.count) / 4)),
        facts: pair.differences.map { ReportModel.Fact($0.reward, Numbers.plain($0[keyPath: worth])) }
          + [ReportModel.Fact("steps", "\(arm.steps)", note: arm.end)])
    }
    return [
      clip("As it was", pictures.done, pair.done, \.done),
      clip("As it would have been", pictures.other, pair.other, \.other),
    ].filter { !$0.frames.isEmpty }
  }

  /// What each arm earned since the moment, by each reward.
  package var rewardCurves: Chart {
    func series(_ name: String, _ role: Chart.Role, _ rewards: [Double]) -> Chart.Series {
      var sum = 0.0
      return Chart.Series(
        name, role: role,
        points: [Chart.Point(Double(step), 0)]
          + rewards.enumerated().dropFirst(step).map { time, reward in
            sum += reward
            return Chart.Point(Double(time + 1), sum)
          })
    }
    return Chart(
      id: "counterfactual-rewards", title: "What was earned since the moment",
      caption: "The sum of rewards from step \(step) on, as it was and as it would have been.",
      summary: pair.differences.map {
        "By the \($0.reward): \(Numbers.plain($0.done)) as it was, \(Numbers.plain($0.other)) as it would have been."
      }.joined(separator: " "),
      x: Chart.Axis("step"),
      panels: pair.differences.enumerated().map { place, difference in
        Chart.Panel(
          y: Chart.Axis(difference.reward),
          series: [
            series("as it was", .truth, pair.done.rewards[place]),
            series("as it would have been", .accent, pair.other.rewards[place]),
          ])
      }, marks: pair.firstAction.map { [Chart.Mark(Double($0), label: "other action")] } ?? [], isWide: true)
  }
}

extension ReportModel {
  /// A page about what would have been, with both clips side by side.
  public init(_ audit: CounterfactualAudit) {
    let clips =
      audit.pictures.done.isEmpty
      ? []
      : [
        ClipGroup(
          title: "The two side by side", text: "From step \(audit.pictures.first) on.", clips: audit.drawnClips)
      ]
    self.init(
      kind: .theory, title: "What if: \(audit.change)", subtitle: audit.sentence,
      headline: CounterfactualAudit.headline,
      sections: [
        Section(
          id: "pair", title: "The same luck",
          text: "Up to the moment both are the same. From there on the world draws the same numbers for both.",
          charts: [audit.rewardCurves], clips: clips, tables: [audit.pairTable])
      ]
        + (audit.averages.map { [Section(id: "again", title: "On average", tables: [$0])] } ?? [])
        + (audit.optionTable.map { table in
          [Section(id: "options", title: "Each possible action", tables: [table])]
        } ?? []),
      findings: audit.findings)
  }

  /// A page about recorded episodes of a finite world.
  ///
  /// - Parameters:
  ///   - recorded: what they would have earned.
  ///   - file: where they were read from.
  ///   - change: what is otherwise, in words.
  public init(_ recorded: RecordedCounterfactual, file: String, change: String) {
    self.init(
      kind: .theory, title: "What if: \(change)",
      subtitle: "\(Numbers.count(recorded.pairs.count, "episode")) of \(file), with the luck that they had.",
      headline: CounterfactualAudit.headline,
      sections: [Section(id: "episodes", title: "Episode by episode", tables: [recorded.table])],
      findings: recorded.findings(change))
  }
}

extension RecordedCounterfactual {
  /// A line for each episode, of at most a hundred.
  package var table: ReportModel.Table {
    ReportModel.Table(
      caption: "What each episode earned, and what is expected of the other way with its luck."
        + (pairs.count > 100 ? " The first hundred." : "")
        + (tooShort > 0 ? " \(Numbers.count(tooShort, "episode")) had no such step." : ""),
      columns: ["episode", "as it was", "as it would have been", "difference"],
      rows: pairs.prefix(100).map {
        ["\($0.episode)", Numbers.plain($0.done), Numbers.plain($0.other), Numbers.plain($0.other - $0.done)]
      }, numeric: [0, 1, 2, 3])
  }

  /// What is claimed over episodes; nothing of a single one.
  package func findings(_ change: String) -> [Finding] {
    guard pairs.count > 1 else { return [] }
    var finding = difference.finding(
      id: "counterfactual/as-good", other: change, done: "what was done", reward: "reward", over: "episodes")
    finding.assumptions = [
      "The recorded episodes are independent, and their world is the one that is named.",
      "Luck works as Gumbel-max has it: other models agree with the same probabilities and would say otherwise.",
    ]
    finding.source = "Oberst & Sontag 2019; Student's t over episodes"
    return [finding]
  }
}
