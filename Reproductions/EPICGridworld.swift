import Compute
import Environments
import Rewards

extension Reproduction {
  /// The distances between the hand-made rewards of EPIC's 3 × 3 gridworld.
  static let epicGridworld = Reproduction(
    name: "epic-gridworld", summary: "EPIC's 3 × 3 gridworld: distances between hand-made rewards",
    source: "Gleave et al., \"Quantifying differences in reward functions\", ICLR 2021; rewards from the code "
      + "(HumanCompatibleAI/evaluating-rewards, commit 7b99ec9, gridworld_rewards.py)",
    duration: "a moment"
  ) { _ in
    let grid = try FiniteWorld(describing: "grid:rows=3,columns=3")
    let mdp = grid.mdp
    func reward(_ name: String) throws -> RewardTable { try RewardTable.named(name, in: grid) }
    let epic = try PearsonDistance(mdp, .epic, coverage: .feasible)
    let space = try RewardSpace(mdp, .valueAdjusted)
    var numbers: [ReproducedNumber] = []
    // Reference: a separate computation in NumPy from the definitions (uniform over possible transitions, γ 0.99).
    let pairs: [(String, String, Double, Double?)] = [
      ("sparse_goal", "dense_goal", 0, nil), ("sparse_goal", "transformed_goal", 0, nil),
      ("sparse_goal", "dirt_path", 0.1602, 0.2585), ("sparse_goal", "cliff_walk", 0.3676, 0.8406),
      ("dirt_path", "cliff_walk", 0.2672, 0.7058), ("sparse_goal", "center_goal", 0.7500, 1.5390),
      ("center_goal", "dirt_path", 0.7071, nil), ("center_goal", "cliff_walk", 0.6692, nil),
      ("sparse_goal", "sparse_penalty", 1, 2), ("center_goal", "sparse_penalty", 0.6614, nil),
      ("sparse_penalty", "dirt_path", 0.9871, nil), ("sparse_penalty", "cliff_walk", 0.9300, nil),
    ]
    for (first, second, reference, _) in pairs {
      let result = try epic.distance(reward(first), reward(second))
      numbers.append(
        ReproducedNumber(
          "EPIC \(first) – \(second)", result.value ?? .nan, reference: reference, tolerance: 6e-5,
          note: "definition in NumPy"))
    }
    for case (let first, let second, _, .some(let reference)) in pairs {
      let distance = try space.distance(reward(first), reward(second))
      numbers.append(
        ReproducedNumber(
          "STARC VAL-2-2 \(first) – \(second)", distance.value, reference: reference, tolerance: 6e-5,
          note: "definition in NumPy"))
    }
    return ReproductionResult(
      title: "EPIC's 3 × 3 gridworld", numbers: numbers,
      remarks: [
        "EPIC runs from 0 to 1, STARC with Euclidean norms from 0 to 2.",
        "sparse, dense and transformed goal are one reward but for shaping and scale, so all their distances are 0.",
      ])
  }
}
