import Findings
import Rewards
import Theory

extension ReportModel {
  /// A page about learning one reward from data of known coverage: where errors do harm, and where data are missing.
  public init(_ audit: SafeDataAudit, world: FiniteWorld, reward: String) {
    let actions = world.mdp.actionCount
    let wrong = audit.margin.wideReward
    let rows = audit.coverage.indices.prefix(60).map { index in
      [
        world.stateNames[index / actions], world.actionNames[index % actions],
        NumberFormat.plain.text(audit.safety.reward[index]), Numbers.plain(wrong[index]),
        NumberFormat.plain.text(audit.coverage[index]),
        audit.best.map { NumberFormat.plain.text($0.coverage[index]) } ?? "–",
      ]
    }
    let table = Table(
      caption:
        "The true reward, the least wrong one that lets something bad be optimal, and where data are and should be",
      columns: ["state", "action", "true", "learned", "data", "best data"], rows: Array(rows), numeric: [2, 3, 4, 5])
    self.init(
      kind: .theory, title: "Are these data safe?",
      subtitle: "Learning \(reward) in \(world.title) from data of known coverage.", headline: SafeDataAudit.headline,
      facts: [
        Fact(
          "Largest safe error", NumberFormat.plain.text(audit.margin.largestSafeError), note: "share of the range")
      ],
      sections: [
        Section(
          id: "rewards", title: "Rewards and data",
          heatMaps: [
            TablePicture.heatMap(
              id: "data", title: "Where the data are", caption: "Shares of all data.", audit.coverage, in: world),
            audit.best.flatMap {
              TablePicture.heatMap(
                id: "best", title: "Where data would be best",
                caption: "The shares that allow the largest training error.", $0.coverage, in: world)
            },
          ].compactMap(\.self), tables: [table])
      ],
      findings: audit.findings,
      provenance: [Fact("world", world.title)])
  }
}
