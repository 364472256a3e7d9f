import Compute
import Environments

/// The state rewards that EPIC's authors compare on their 3 × 3 gridworld (Gleave et al. 2021;
/// `HumanCompatibleAI/evaluating-rewards`, commit 7b99ec9).
enum GridRewards {
  static func epic(discount: Double) throws -> [(name: String, table: RewardTable)] {
    let (states, actions) = (9, 5)
    func state(_ values: [Double]) throws -> RewardTable {
      try RewardTable(states: states, actions: actions, axes: .state, values: values)
    }
    let sparse = try state([0, 0, 0, 0, 0, 0, 0, 0, 1])
    // Minus the Manhattan distance to the goal in the bottom right corner.
    let closeness = (0..<9).map { -Double(4 - $0 / 3 - $0 % 3) }
    return [
      ("sparse_goal", sparse),
      ("center_goal", try state([0, 0, 0, 0, 1, 0, 0, 0, 0])),
      ("dirt_path", try state([0, -1, -1, 0, 0, 0, -1, -1, 4])),
      ("cliff_walk", try state([0, -1, -1, 0, 0, 0, -4, -4, 4])),
      ("dense_goal", sparse.shaped(by: closeness, discount: discount)),
      ("transformed_goal", sparse.scaled(by: 4, plus: -1).shaped(by: closeness.map { 3 * $0 }, discount: discount)),
      ("sparse_penalty", sparse.scaled(by: -1)),
    ]
  }
}
