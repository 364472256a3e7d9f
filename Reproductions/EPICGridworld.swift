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
    let grid = EPICGrid()
    let mdp = try grid.mdp()
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
      let result = try epic.distance(grid.reward(first), grid.reward(second))
      numbers.append(
        ReproducedNumber(
          "EPIC \(first) – \(second)", result.value ?? .nan, reference: reference, tolerance: 6e-5,
          note: "definition in NumPy"))
    }
    for case (let first, let second, _, .some(let reference)) in pairs {
      let distance = try space.distance(grid.reward(first), grid.reward(second))
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

/// A square grid with actions stay, left, right, up and down; against a wall one stays.
struct EPICGrid {
  let size = 3

  func mdp(discount: Double = 0.99) throws -> TabularMDP {
    let moves = [(0, 0), (0, -1), (0, 1), (-1, 0), (1, 0)]
    var successors: [Int] = []
    for cell in 0..<size * size {
      for (down, right) in moves {
        let row = min(size - 1, max(0, cell / size + down))
        let column = min(size - 1, max(0, cell % size + right))
        successors.append(row * size + column)
      }
    }
    let count = size * size
    return try TabularMDP(
      stateCount: count, actionCount: moves.count, rowStarts: Array(0...successors.count), successors: successors,
      probabilities: [Double](repeating: 1, count: successors.count),
      rewards: [Double](repeating: 0, count: successors.count),
      start: [Double](repeating: 1 / Double(count), count: count),
      isTerminal: [Bool](repeating: false, count: count), discount: discount)
  }

  /// R(s, a, s′) = base(s) + γ Φ(s′) − Φ(s).
  func reward(_ name: String, discount: Double = 0.99) throws -> RewardTable {
    let sparse: [Double] = [0, 0, 0, 0, 0, 0, 0, 0, 1]
    // Minus the Manhattan distance to the goal.
    let nearness: [Double] = [-4, -3, -2, -3, -2, -1, -2, -1, 0]
    let none = [Double](repeating: 0, count: 9)
    let (base, potential): ([Double], [Double]) =
      switch name {
      case "sparse_goal": (sparse, none)
      case "dense_goal": (sparse, nearness)
      case "transformed_goal": ([-1, -1, -1, -1, -1, -1, -1, -1, 3], [-12, -9, -6, -9, -6, -3, -6, -3, 0])
      case "center_goal": ([0, 0, 0, 0, 1, 0, 0, 0, 0], none)
      case "dirt_path": ([0, -1, -1, 0, 0, 0, -1, -1, 4], none)
      case "cliff_walk": ([0, -1, -1, 0, 0, 0, -4, -4, 4], none)
      case "sparse_penalty": ([0, 0, 0, 0, 0, 0, 0, 0, -1], none)
      default:
        throw InputError.unknown(
          "gridworld reward", name,
          among: [
            "sparse_goal", "dense_goal", "transformed_goal", "center_goal", "dirt_path", "cliff_walk", "sparse_penalty",
          ])
      }
    var values: [Double] = []
    for state in 0..<9 {
      for _ in 0..<5 { for next in 0..<9 { values.append(base[state] + discount * potential[next] - potential[state]) } }
    }
    return try RewardTable(states: 9, actions: 5, axes: .transition, values: values)
  }
}
