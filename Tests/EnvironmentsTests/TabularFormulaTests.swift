import Compute
import Environments
import Foundation
import Recorded
import Testing

private func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-9) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite("Finite worlds by hand")
struct TabularFormulaTests {
  /// Three states: from 0, action 0 stays with ¾ and goes to 1 with ¼, action 1 goes to 2; 1 goes to 2 or 0; 2 is the
  /// end.
  private func world(discount: Double = 0.5) throws -> TabularMDP {
    try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: [0, 2, 3, 4, 6, 6, 6], successors: [0, 1, 2, 2, 0, 1],
      probabilities: [0.75, 0.25, 1, 1, 1, 0], rewards: [1, 2, 4, -1, 9, 9], start: [0.5, 0.5, 0],
      isTerminal: [false, false, true], discount: discount)
  }

  @Test("every part that does not fit is refused by its words")
  func validation() throws {
    func said(
      states: Int = 2, actions: Int = 1, rowStarts: [Int] = [0, 1, 2], successors: [Int] = [1, 0],
      probabilities: [Double] = [1, 1], rewards: [Double] = [0, 0], start: [Double] = [1, 0],
      isTerminal: [Bool] = [false, false], discount: Double = 0.5
    ) -> String {
      complaint {
        try TabularMDP(
          stateCount: states, actionCount: actions, rowStarts: rowStarts, successors: successors,
          probabilities: probabilities, rewards: rewards, start: start, isTerminal: isTerminal, discount: discount
        ).stateCount
      }
    }
    #expect(said() == "no error: 2" && said(discount: 0) == "no error: 2" && said(discount: 1) == "no error: 2")
    #expect(said(states: 0) == "a tabular world needs at least one state and one action")
    #expect(said(actions: 0) == "a tabular world needs at least one state and one action")
    #expect(said(rowStarts: [0, 1]) == "tabular world: rowStarts has 2 entries; 3 are needed")
    #expect(said(probabilities: [1]) == "tabular world: probabilities has 1 entries; 2 are needed")
    #expect(said(start: [1]) == "tabular world: start has 1 entries; 2 are needed")
    #expect(said(isTerminal: [false]) == "tabular world: isTerminal has 1 entries; 2 are needed")
    let parts =
      "tabular world: rowStarts does not partition the transitions; it starts at 0, never falls, and ends at 2"
    #expect(
      said(rowStarts: [1, 1, 2]) == parts && said(rowStarts: [0, 1, 1]) == parts && said(rowStarts: [0, 3, 2]) == parts)
    #expect(said(successors: [2, 0]) == "state 0, action 0: a transition leads to state 2; states are 0 to 1")
    #expect(said(successors: [1, -1]) == "state 1, action 0: a transition leads to state -1; states are 0 to 1")
    #expect(
      said(probabilities: [1, 1.5]) == "state 1, action 0: the distribution of successors has an entry outside 0 to 1")
    #expect(
      said(probabilities: [-0.5, 1]) == "state 0, action 0: the distribution of successors has an entry outside 0 to 1")
    #expect(
      said(probabilities: [0.5, 1]) == "state 0, action 0: the distribution of successors sums to 0.5; it must sum to 1"
    )
    #expect(said(start: [0.25, 0.25]) == "start: the start distribution sums to 0.5; it must sum to 1")
    #expect(said(rewards: [0]) == "tabular world: rewards has 1 entries; 2 are needed")
    #expect(said(rewards: [0, .nan]) == "state 1, action 0: the reward is nan")
    #expect(said(discount: -0.1) == "tabular world: the discount is -0.1; it lies between 0 and 1")
    #expect(said(discount: 1.1) == "tabular world: the discount is 1.1; it lies between 0 and 1")
    let twoActions = complaint { try world().with(rewards: [0, 0, 0, .infinity, 0, 0]).stateCount }
    #expect(twoActions == "state 1, action 1: the reward is inf")
    #expect(
      try world().with(rewards: [0, 0, 0, 0, 0, 0]).discount == 0.5
        && world().with(rewards: [1, 1, 1, 1, 1, 1], discount: 0.25).discount == 0.25)
  }

  @Test("values, visits and advantages solve the equations of a world of three states")
  func evaluation() throws {
    let mdp = try world()
    let policy = TabularPolicy(probabilities: [0.5, 0.5, 0.25, 0.75, 1, 0], actionCount: 2)
    // v0 = ½(1 + ½(¾ v0 + ¼ v1)) + ½ · 2; v1 = ¼ · 4 + ¾(−1 + ½ v0).
    let a = 1 - 0.1875
    let b = 0.0625
    let v0 = (1.5 + b * 0.25) / (a - b * 0.375)
    let v1 = 0.25 + 0.375 * v0
    let values = mdp.values(of: policy, rewards: mdp.rewards)
    #expect(near(values, [v0, v1, 0]))
    #expect(near(try policy.values(in: mdp), [v0, v1, 0], 1e-8))
    #expect(abs(mdp.expectedReturn(of: policy, rewards: mdp.rewards) - (v0 + v1) / 2) < 1e-12)
    let q = [1 + 0.5 * (0.75 * v0 + 0.25 * v1), 2, 4, -1 + 0.5 * v0, 0, 0]
    #expect(near(mdp.actionValues(values, rewards: mdp.rewards), q))
    #expect(near(mdp.advantages(of: policy, rewards: mdp.rewards), [q[0] - v0, q[1] - v0, q[2] - v1, q[3] - v1, 0, 0]))
    // d0 = ½ + ½(½ · ¾ d0 + ¾ d1); d1 = ½ + ½ · ½ · ¼ d0.
    let d0 = (0.5 + 0.375 * 0.5) / (1 - 0.1875 - 0.375 * 0.0625)
    let d1 = 0.5 + 0.0625 * d0
    #expect(near(mdp.occupancy(of: policy), [0.5 * d0, 0.5 * d0, 0.25 * d1, 0.75 * d1, 0, 0]))
    #expect(mdp.startMean([2, 4, 100]) == 3)
    #expect(near(try policy.values(in: mdp, discount: 0), [1.5, 0.25, 0]))
    // Within two steps and without discount.
    let one = [1.5, 0.25, 0.0]
    #expect(policy.values(in: mdp, steps: 0) == [0, 0, 0] && policy.values(in: mdp, steps: 1) == one)
    let two = [0.5 * (1 + 0.75 * one[0] + 0.25 * one[1]) + 1, 0.25 * 4 + 0.75 * (-1 + one[0]), 0]
    #expect(near(policy.values(in: mdp, steps: 2), two))
    #expect(
      complaint { try policy.values(in: mdp, maximumSweeps: 2) }
        == "the policy's values still move after 2 sweeps; allow a larger tolerance")
  }

  @Test("which states are reached, which never end, and the same world without an end")
  func structure() throws {
    let mdp = try world()
    #expect(mdp.reachableStates == [true, true, true] && mdp.transitions(1, 1) == 4..<6)
    #expect(mdp.denseTransitions == [0.75, 0.25, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    let endless = try mdp.absorbing()
    #expect(endless.denseTransitions == Array(mdp.denseTransitions[..<12]) + [0, 0, 1, 0, 0, 1])
    #expect(
      endless.rewards == [1, 2, 4, -1, 0, 0] && endless.isTerminal == [false, false, false]
        && endless.start == mdp.start)
    #expect(try endless.absorbing() == endless)
    // Staying in 0 for ever; going from 1 to 0 gets stuck; going to the end does not.
    func stuck(_ probabilities: [Double]) -> [Int] {
      TabularPolicy(probabilities: probabilities, actionCount: 2).neverEndingStates(in: mdp)
    }
    #expect(
      stuck([0, 1, 1, 0, 1, 0]) == [] && stuck([1, 0, 1, 0, 1, 0]) == [] && stuck([1, 0, 0, 1, 1, 0]) == [0, 1])
    #expect(stuck([0.5, 0.5, 0, 1, 1, 0]) == [])
    let split = try TabularMDP(
      stateCount: 3, actionCount: 1, rowStarts: [0, 2, 3, 3], successors: [1, 2, 1], probabilities: [0.5, 0.5, 1],
      rewards: [1, 1, 0], start: [1, 0, 0], isTerminal: [false, false, true], discount: 1)
    let only = TabularPolicy(actions: [0, 0, 0], actionCount: 1)
    #expect(only.neverEndingStates(in: split) == [0, 1])
    #expect(
      complaint { try only.values(in: split) }
        == "the policy may never end from state 0, so its undiscounted value does not exist; use a discount below 1, or a "
        + "horizon")
    #expect(throws: Never.self) { try only.values(in: split, discount: 0.9) }
    let dense = try TabularMDP(states: 2, actions: 1, transitions: [0.5, 0.5, 1, 0], discount: 0.5)
    #expect(
      dense.rowStarts == [0, 2, 3] && dense.successors == [0, 1, 0] && dense.start == [0.5, 0.5]
        && dense.rewards == [0, 0])
    #expect(
      try TabularMDP(states: 1, actions: 1, transitions: [1], rewards: [3], start: [1], discount: 0).rewards == [3])
  }

  @Test("policies: their likeliest actions, and those made of occupancies")
  func policies() throws {
    let policy = TabularPolicy(probabilities: [0.2, 0.5, 0.3, 0.4, 0.2, 0.4, 0, 0, 1], actionCount: 3)
    #expect(policy.actions == [1, 0, 2] && policy.stateCount == 3)
    #expect(TabularPolicy(actions: [2, 0], actionCount: 3).probabilities == [0, 0, 1, 1, 0, 0])
    #expect(TabularPolicy.uniform(stateCount: 2, actionCount: 4).probabilities == [Double](repeating: 0.25, count: 8))
    #expect(TabularPolicy(actions: [0, 0], actionCount: 1).actions == [0, 0])
    let mdp = try world()
    #expect(mdp.policy(fromOccupancy: [1, 3, -1, 2, 0, 0]).probabilities == [0.25, 0.75, 0, 1, 0.5, 0.5])
    #expect(mdp.policy(fromOccupancy: [1e-13, 0, 1e-11, 0, -1, -1]).probabilities == [0.5, 0.5, 1, 0, 0.5, 0.5])
  }

  @Test("grids, cliffs, paths and trees: each step, and what cannot be, by its words")
  func shapes() throws {
    func next(_ made: ShapedWorlds.Named, _ state: Int, _ action: Int) -> [Int] {
      Array(made.mdp.successors[made.mdp.transitions(state, action)])
    }
    let grid = try ShapedWorlds.grid(rows: 2, columns: 3)
    // Stay, up, down, left, right from the upper left and the lower right corner.
    #expect(
      (0..<5).map { next(grid, 0, $0)[0] } == [0, 0, 3, 0, 1]
        && (0..<5).map { next(grid, 5, $0)[0] } == [5, 2, 5, 4, 5])
    #expect(
      grid.mdp.discount == 0.99 && grid.mdp.start == [Double](repeating: 1.0 / 6, count: 6)
        && grid.stateNames == ["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"])
    let path = try ShapedWorlds.path(length: 4, slip: 0.5)
    #expect(path.stateNames == ["0", "1", "2", "3"] && path.mdp.start == [1, 0, 0, 0] && path.mdp.discount == 0.95)
    #expect(next(path, 1, 1) == [2, 0] && Array(path.mdp.probabilities[path.mdp.transitions(1, 1)]) == [0.75, 0.25])
    #expect(next(path, 0, 0) == [0, 1] && Array(path.mdp.probabilities[path.mdp.transitions(0, 0)]) == [0.75, 0.25])
    #expect(next(path, 3, 0) == [3] && path.mdp.probabilities[path.mdp.transitions(3, 0).lowerBound] == 1)
    let sure = try ShapedWorlds.path(length: 3, slip: 1)
    #expect(next(sure, 1, 0) == [0, 2] && Array(sure.mdp.probabilities[sure.mdp.transitions(1, 0)]) == [0.5, 0.5])
    let one = try ShapedWorlds.path(length: 1)
    #expect(next(one, 0, 0) == [0] && one.mdp.start == [1])
    let cliff = try ShapedWorlds.cliff(rows: 2, columns: 3)
    // Three cells on top, the corner, the goal, the pit.
    #expect(cliff.stateNames == ["0,0", "0,1", "0,2", "1,0", "1,2", "pit"] && cliff.mdp.start == [0, 0, 0, 1, 0, 0])
    #expect(
      (0..<5).map { next(cliff, 3, $0)[0] } == [3, 0, 3, 3, 5]
        && (0..<5).map { next(cliff, 2, $0)[0] } == [2, 2, 4, 1, 2])
    #expect(
      next(cliff, 1, 2) == [5] && next(cliff, 0, 2) == [3]
        && (0..<5).allSatisfy { next(cliff, 4, $0) == [4] && next(cliff, 5, $0) == [5] })
    let tree = try ShapedWorlds.tree(depth: 2, branching: 2)
    #expect(tree.stateNames == ["root", "0", "1", "0.0", "0.1", "1.0", "1.1"] && tree.actionNames == ["0", "1"])
    #expect(
      (0..<7).map { next(tree, $0, 1)[0] } == [2, 4, 6, 3, 4, 5, 6]
        && (0..<3).map { next(tree, $0, 0)[0] } == [1, 3, 5])
    let two = try ShapedWorlds.twoStates()
    #expect(
      two.mdp.discount == 0.5 && two.actionNames == ["to 0", "to 1"] && next(two, 1, 0) == [0]
        && two.mdp.start == [0.5, 0.5])

    #expect(
      complaint { try ShapedWorlds.grid(rows: 0, columns: 3).stateNames } == "a grid with rows 0; give at least 1")
    #expect(
      complaint { try ShapedWorlds.grid(rows: 1, columns: -3).stateNames } == "a grid with columns -3; give at least 1")
    #expect(
      complaint { try ShapedWorlds.grid(rows: 1, columns: 4_000_001).stateNames } == "a grid of that size is too large")
    #expect(
      complaint { try ShapedWorlds.grid(rows: 1, columns: 1, slip: 1.5).stateNames }
        == "a slip of 1.5; it lies between 0 and 1")
    #expect(
      complaint { try ShapedWorlds.grid(rows: 1, columns: 1, slip: -0.5).stateNames }
        == "a slip of -0.5; it lies between 0 and 1")
    for (rows, columns) in [(1, 3), (2, 2)] {
      #expect(
        complaint { try ShapedWorlds.cliff(rows: rows, columns: columns).stateNames }
          == "a cliff of \(rows) × \(columns) cells; give at least 2 rows and 3 columns")
    }
    #expect(complaint { try ShapedWorlds.path(length: 0).stateNames } == "a path with length 0; give at least 1")
    #expect(
      complaint { try ShapedWorlds.tree(depth: -1, branching: 2).stateNames } == "a tree with depth 0; give at least 1")
    #expect(
      complaint { try ShapedWorlds.tree(depth: 2, branching: 0).stateNames }
        == "a tree with branching 0; give at least 1")
    #expect(
      complaint { try ShapedWorlds.tree(depth: 20, branching: 2).stateNames.count }
        == "a tree of depth 20 and 2 branches is too large; give less of either")
  }

  @Test("random worlds are made of the stream's numbers as their sources say", arguments: [7, 49, 50, 99, 100])
  func randomWorlds(states: Int) throws {
    let random = RandomSource(seed: 6).stream("w")
    let mdp = try RandomWorlds.starc(states: states, actions: 1, discount: 0.5, random: random)
    var same = random
    let threshold = states < 50 ? 1.0 : states < 100 ? 1.5 : 1.8
    let first = (0..<states).map { _ in same.normal() }.map { exp($0 < threshold ? -20 : $0) }
    let sum = first.reduce(0, +)
    #expect(near(Array(mdp.denseTransitions[..<states]), first.map { $0 / sum }, 1e-12) && mdp.discount == 0.5)
    // The rewards, drawn again in the order that is documented.
    var checked: Set<String> = []
    for seed in 0..<40 {
      let stream = RandomSource(seed: UInt64(seed)).stream("r")
      let rewards = RandomWorlds.starcReward(states: states, actions: 1, discount: 0.9, random: stream)
      var draws = stream
      var wanted = (0..<states * states).map { _ in draws.normal() }
      if draws.bernoulli(0.2) {
        checked.insert("sparse")
        let least = states < 50 ? 3.0 : states < 100 ? 3.5 : 3.8
        wanted = wanted.map { $0 > least ? $0 : 0 }
      }
      if draws.bernoulli(0.7) {
        let scale = 10 * draws.uniform()
        wanted = wanted.map { $0 * scale }
      }
      if draws.bernoulli(0.3) {
        let shift = 10 * draws.uniform()
        wanted = wanted.map { $0 + shift }
      }
      if draws.bernoulli(0.5) {
        checked.insert("shaped")
        let (scale, shift) = (10 * draws.uniform(), draws.uniform())
        let potential = (0..<states).map { _ in draws.normal() * scale + shift }
        for index in wanted.indices { wanted[index] += 0.9 * potential[index % states] - potential[index / states] }
      }
      #expect(near(rewards, wanted, 1e-9), "seed \(seed)")
    }
    #expect(checked == ["sparse", "shaped"])
  }

  @Test("sparse worlds: Floyd's subsets, exponential weights, and sizes that cannot be, by their words")
  func sparseWorlds() throws {
    let random = RandomSource(seed: 9).stream("w")
    let mdp = try RandomWorlds.sparse(states: 6, actions: 2, branching: 3, random: random)
    var draws = random
    for row in 0..<12 {
      var chosen: [Int] = []
      for last in 3..<6 {
        let candidate = draws.below(last + 1)
        chosen.append(chosen.contains(candidate) ? last : candidate)
      }
      let weights = chosen.map { _ in -log(1 - draws.uniform()) }
      let sum = weights.reduce(0, +)
      #expect(Array(mdp.successors[3 * row..<3 * row + 3]) == chosen)
      #expect(near(Array(mdp.probabilities[3 * row..<3 * row + 3]), weights.map { $0 / sum }, 1e-12))
    }
    #expect(
      mdp.rewards == (0..<12).map { _ in draws.normal() } && mdp.start == [Double](repeating: 1.0 / 6, count: 6)
        && mdp.discount == 0.95)
    for (states, actions) in [(0, 1), (1, 0)] {
      let words = "a random world with \(states) states and \(actions) actions; give at least 1 of each"
      #expect(
        complaint { try RandomWorlds.sparse(states: states, actions: actions, branching: 1, random: random).stateCount }
          == words)
      #expect(
        complaint { try RandomWorlds.starc(states: states, actions: actions, random: random).stateCount } == words)
    }
    for branching in [0, 4] {
      #expect(
        complaint { try RandomWorlds.sparse(states: 3, actions: 1, branching: branching, random: random).stateCount }
          == "each action of a random world has \(branching) successors; give 1 to 3")
    }
    #expect(try RandomWorlds.sparse(states: 1, actions: 1, branching: 1, random: random).probabilities == [1])
    let features = TabularWorld(
      mdp: try ShapedWorlds.twoStates().mdp, observations: [1, 0], observationSize: 1, featureNames: ["a", "b"],
      features: [1, 2, 3, 4, 5, 6, 7, 8], trueWeights: [1, 10])
    #expect(features.rewards(weights: [1, 10]) == [21, 43, 65, 87])
  }

  @Test("six hundred states are solved at once and six hundred and one by steps, to the same values")
  func denseLimit() throws {
    #expect(PolicyDynamics.denseLimit == 600)
    for length in [600, 601] {
      let mdp = try ShapedWorlds.path(length: length, discount: 0.5).mdp
      let policy = TabularPolicy(actions: [Int](repeating: 1, count: length), actionCount: 2)
      // A reward of 1 in the last state alone: 2 · ½ⁿ at n steps before it.
      var rewards = [Double](repeating: 0, count: 2 * length)
      (rewards[2 * length - 2], rewards[2 * length - 1]) = (1, 1)
      let dynamics = PolicyDynamics(mdp, policy)
      let values = dynamics.values((0..<length).map { rewards[2 * $0 + 1] })
      #expect((0..<40).allSatisfy { abs(values[length - 1 - $0] - 2 * pow(0.5, Double($0))) < 1e-9 })
      let visits = dynamics.visits(mdp.start)
      #expect((0..<40).allSatisfy { abs(visits[$0] - pow(0.5, Double($0))) < 1e-9 } && visits.allSatisfy { $0 >= 0 })
      #expect(dynamics.values([Double](repeating: 0, count: length)) == [Double](repeating: 0, count: length))
    }
  }
}
