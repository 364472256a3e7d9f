import Agents
import Findings
import Rewards
import Theory

extension ReportModel {
  /// A page about the reward behind demonstrations.
  ///
  /// - Parameters:
  ///   - rewardRows: the learned reward or its posterior as a table, the columns' names first.
  ///   - isPosterior: whether it was sampled rather than searched for.
  ///   - demonstrations: what the reward was learned from.
  ///   - findings: what the data tell about the reward.
  ///   - world: the page's title.
  ///   - picture: the learned reward and its world, to be drawn.
  public init(
    rewardRows: [[String]], isPosterior: Bool, demonstrations: Demonstrations, findings: [Finding], world: String,
    picture: (reward: RewardTable, world: FiniteWorld)? = nil
  ) {
    let columns = rewardRows.first ?? []
    self.init(
      kind: .theory, title: world,
      subtitle: "The reward behind \(demonstrations.trajectories.count) demonstrations with "
        + "\(demonstrations.steps) actions.",
      headline: RewardIdentification.headline,
      sections: [
        Section(
          id: "reward", title: isPosterior ? "The posterior" : "The learned reward",
          heatMaps: [
            picture.flatMap {
              TablePicture.heatMap(
                id: "learned", title: isPosterior ? "The posterior's mean" : "The learned reward",
                caption: "Only differences that shaping cannot make count for policies.", $0.reward, in: $0.world)
            }
          ].compactMap(\.self),
          tables: [
            Table(
              caption: "The first 40 entries.", columns: columns, rows: Array(rewardRows.dropFirst()),
              numeric: Array(columns.indices.dropFirst()))
          ])
      ], findings: findings)
  }
}
