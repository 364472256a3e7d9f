import Findings
import Runs

extension ReportModel {
  /// What the agents gained through what was declared delicate, round by round; nil where nothing was.
  static func means(_ records: [RunRecord]) -> Section? {
    guard let first = records.first, let delicate = first.settings["evaluation.delicate"] else { return nil }
    let rounds = first.roundsOfMeans
    guard rounds.count > 1, let last = rounds.last else { return nil }
    func series(_ name: String, _ role: Chart.Role, _ value: (MeansAudit.Round) -> Double) -> Chart.Series {
      Chart.Series(name, role: role, points: rounds.map { Chart.Point(Double($0.agentSteps), value($0)) })
    }
    let baseline = first.settings["evaluation.delicateBaseline"] ?? "uniform"
    return Section(
      id: "means", title: "By which means it gains",
      text:
        "Of what the agent earns more than the baseline (\(baseline)), by the world's own reward: how much comes through "
        + "\(delicate), and how much does not. Exact, from the world's table. Below, how far \(delicate) is from its natural course "
        + "at the end of an episode: an agent that does not try to influence it may move it all the same."
        + (records.count > 1 ? " Of seed \(first.seed)." : ""),
      charts: [
        Chart(
          id: "means", title: "Gain, through \(delicate) and not",
          summary:
            "In the end the agent gains \(Numbers.plain(last.total)), \(Numbers.plain(last.through)) of it through \(delicate).",
          x: Chart.Axis("agent steps", lower: 0),
          panels: [
            Chart.Panel(
              y: Chart.Axis("gain over the baseline"),
              series: [
                series("not through it", .truth) { $0.total - $0.through },
                series("through it", .accent) { $0.through },
              ], references: [Chart.Reference(0, "the baseline")]),
            Chart.Panel(
              y: Chart.Axis("moved", lower: 0, upper: 1), series: [series("moved", .prediction) { $0.moved }]),
          ], isWide: true)
      ])
  }
}
