import Environments
import Rewards

extension ReportModel.Table {
  /// What a policy does, by state: the first sixty of these states.
  static func policy(_ policy: TabularPolicy, states: [Int], in world: FiniteWorld) -> Self {
    let shown = states.prefix(60)
    return Self(
      caption: "Probability of each action, by state"
        + (shown.count < states.count ? ", the first \(shown.count) states" : ""),
      columns: ["State"] + world.actionNames,
      rows: shown.map { state in
        [world.stateNames[state]]
          + (0..<policy.actionCount).map {
            NumberFormat.plain.text(policy.probabilities[state * policy.actionCount + $0])
          }
      }, numeric: Array(1...max(1, policy.actionCount)))
  }
}
