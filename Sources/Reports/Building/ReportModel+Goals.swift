import Audits
import Compute
import Findings
import Foundation
import Runs

extension GoalAudit {
  /// The answers, a line each, for a terminal and for the top of a page.
  package var facts: [ReportModel.Fact] {
    let odds = Numbers.plain(told.logOdds.last ?? 0)
    let perStep = told.logOddsPerStep.map { ", \(Numbers.plain($0)) a step" } ?? ""
    let probability = told.probabilityOfAgent
    let who =
      probability >= verdict.certainty ? "agent" : probability <= 1 - verdict.certainty ? "device" : "not settled"
    var facts = [
      ReportModel.Fact("agent or device", who, note: "log-odds \(odds)\(perStep); \(told.steps) steps"),
      ReportModel.Fact(
        "which goal", "“\(told.indistinguishable.joined(separator: "” or “"))”", note: share(told)),
    ]
    if let failed = verdict.told, verdict.failures < verdict.episodes {
      facts.append(
        ReportModel.Fact(
          "where it fails", "“\(failed.indistinguishable.joined(separator: "” or “"))”", note: share(failed)))
    }
    let rate = verdict.failureRate.map { Numbers.percent($0, verdict.interval) } ?? "undefined"
    let failing =
      verdict.isExhaustive
      ? "nothing is left to chance, and the one episode there is \(verdict.failures > 0 ? "fails" : "succeeds")"
      : "\(verdict.failures) of \(verdict.episodes) episodes fail, \(rate)"
    facts.append(ReportModel.Fact("verdict", verdict.kind.rawValue, note: failing))
    if undecidable > 0 {
      facts.append(
        ReportModel.Fact(
          "not counted", Numbers.count(undecidable, "episode"), note: "nothing is better than random play there"))
    }
    facts.append(
      gap.map { gap in
        ReportModel.Fact(
          "reward and result", "loses \(Numbers.plain(gap.regret)) of \(Numbers.plain(gap.best))", note: words(gap))
      } ?? ReportModel.Fact("reward and result", "not divided", note: gapProblem))
    return facts
  }

  /// What was tried, and how the world was seen: sentences to go with the ``facts``.
  package var grounds: [ReportModel.Fact] {
    [
      ReportModel.Fact(
        "tried",
        "\(Numbers.count(told.goals.count, "goal")); devices by \(told.devices.map(\.name).joined(separator: "; "))"),
      ReportModel.Fact("view", view),
    ]
  }

  private func share(_ told: AgentOrDevice) -> String { "\(Numbers.percent(told.inferred.share)) of the steps" }

  private func words(_ gap: RewardResultGap) -> String {
    func range(_ ends: ClosedRange<Double>) -> String {
      let (low, high) = (Numbers.plain(ends.lowerBound), Numbers.plain(ends.upperBound))
      return low == high ? low : "\(low) to \(high)"
    }
    return
      "random play \(Numbers.plain(gap.random)); lost by the reward \(range(gap.rewardError)), by the policy "
      + range(gap.policyError)
  }
}

extension ReportModel {
  /// A page about what a policy wants, with the goals' posterior over time.
  ///
  /// - Parameters:
  ///   - audit: what was told.
  ///   - more: other findings about the same policy, of a probe for example.
  public init(_ audit: GoalAudit, and more: [Finding] = []) {
    let own = audit.testedIn == audit.trainedIn
    self.init(
      kind: .theory, title: "What the policy of \(audit.directory) wants",
      subtitle: own
        ? "Fresh episodes where it was trained, in \(audit.testedIn)."
        : "Trained in \(audit.trainedIn), tested in \(audit.testedIn).",
      headline: GoalAudit.headline, facts: audit.facts,
      sections: [
        Section(
          id: "goals", title: "Which goal, and when",
          text: "How probable each goal is after each step if an agent acts, all episodes one after the other.",
          charts: [Self.goalChart(audit.told, id: "goals-all", title: "All episodes")]
            + (audit.verdict.told.map { [Self.goalChart($0, id: "goals-failed", title: "Episodes that fail")] } ?? [])),
        Section(
          id: "odds", title: "Agent or device",
          text: "Above 0 an agent is the likelier, below it a device; natural logarithms. "
            + "Tried: \(audit.grounds[0].value). \(audit.view)",
          charts: [Self.oddsChart(audit.told)], tables: [Self.deviceTable(audit.told)]),
      ], findings: audit.findings + more)
  }

  private static func goalChart(_ told: AgentOrDevice, id: String, title: String) -> Chart {
    let roles: [Chart.Role] = [.accent, .truth, .prediction, .answers]
    let largest = told.goals.indices.sorted { (told.goalShares[$0], -$0) > (told.goalShares[$1], -$1) }.prefix(
      roles.count)
    let shown = largest.enumerated().map { place, goal in
      Chart.Series(
        told.goals[goal], role: roles[place],
        points: zip(told.moments, told.goalCourse).map { Chart.Point(Double($0), $1[goal]) })
    }
    return Chart(
      id: id, title: title,
      caption: "The \(shown.count) goals with the largest shares, of \(told.goals.count) that were tried.",
      summary:
        "Posterior of the likeliest goals over \(told.steps) steps; the largest share has \(told.inferred.name).",
      x: Chart.Axis("steps", lower: 0),
      panels: [Chart.Panel(y: Chart.Axis("probability, given an agent", lower: 0, upper: 1), series: shown)],
      isWide: true)
  }

  private static func oddsChart(_ told: AgentOrDevice) -> Chart {
    Chart(
      id: "odds", title: "Log-odds of an agent",
      summary: "Log-odds of an agent over \(told.steps) steps, in the end \(Numbers.plain(told.logOdds.last ?? 0)).",
      x: Chart.Axis("steps", lower: 0),
      panels: [
        Chart.Panel(
          y: Chart.Axis("log-odds"),
          series: [
            Chart.Series(
              "agent against device", role: .accent,
              points: told.moments.map { Chart.Point(Double($0), told.logOdds[$0 - 1]) })
          ], references: [Chart.Reference(0, "even")])
      ], isWide: true)
  }

  private static func deviceTable(_ told: AgentOrDevice) -> Table {
    Table(
      caption: "The devices that were tried, and how probable each is if a device acts.",
      columns: ["goes by", "depth", "probability"],
      rows: told.devices.map { [$0.name, "\($0.depth)", Numbers.plain($0.probability)] }, numeric: [1, 2])
  }
}
