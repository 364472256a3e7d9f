import Agents
import Compute
import Environments
import Testing

/// A deterministic world: `moves[state][action]` is where the action leads.
private func world(
  _ moves: [[Int]], rewards: [[Double]], terminal: Set<Int>, discount: Double = 1
) throws -> TabularMDP {
  let actionCount = moves[0].count
  let successors = moves.flatMap { $0 }
  return try TabularMDP(
    stateCount: moves.count, actionCount: actionCount, rowStarts: Array(0...successors.count),
    successors: successors, probabilities: [Double](repeating: 1, count: successors.count),
    rewards: rewards.flatMap { $0 }, start: moves.indices.map { $0 == 0 ? 1 : 0 },
    isTerminal: moves.indices.map { terminal.contains($0) }, discount: discount)
}

@Suite("Planning in finite worlds")
struct PlanningTests {
  // 0 → 1 → 2 (terminal) at −1 each with 10 at the end, or from 0 at once to 2 for 5.
  private func corridor(discount: Double) throws -> TabularMDP {
    try world([[1, 2], [2, 0], [2, 2]], rewards: [[-1, 5], [10, -1], [0, 0]], terminal: [2], discount: discount)
  }

  @Test("finds hand-computed values and the actions behind them, with and without a discount")
  func byHand() throws {
    let patient = try ValueIteration.solve(corridor(discount: 0.9))
    #expect(zip(patient.values, [8, 10, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(patient.policy.actions[0] == 0 && patient.policy.actions[1] == 0)
    let hasty = try ValueIteration.solve(corridor(discount: 0.5))
    #expect(zip(hasty.values, [5, 10, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(hasty.policy.actions[0] == 1)
    let undiscounted = try ValueIteration.solve(corridor(discount: 1))
    #expect(undiscounted.values == [9, 10, 0])
    #expect(undiscounted.neverEnding.isEmpty)
  }

  @Test("a geometric sum: the value of staying for ever is r ÷ (1 − γ)")
  func geometric() throws {
    let solution = try ValueIteration.solve(
      world([[0, 1], [1, 1]], rewards: [[1, 0], [0, 0]], terminal: [1], discount: 0.99), tolerance: 1e-8)
    #expect(abs(solution.values[0] - 100) < 1e-8)
    #expect(solution.neverEnding == [0])
  }

  @Test("chance: a step that works half the time costs twice")
  func chance() throws {
    let mdp = try TabularMDP(
      stateCount: 2, actionCount: 1, rowStarts: [0, 2, 3], successors: [0, 1, 1], probabilities: [0.5, 0.5, 1],
      rewards: [-1, 0], start: [1, 0], isTerminal: [false, true], discount: 1)
    let solution = try ValueIteration.solve(mdp)
    #expect(abs(solution.values[0] + 2) < 1e-8)
    #expect(abs(solution.policy.values(in: mdp, steps: 3)[0] + 1.75) < 1e-12)
  }

  @Test("a loop of reward nought neither traps the plan nor hides the way out")
  func zeroLoop() throws {
    // 0 ⇄ 1 for nothing; from 1 out at −3, and nothing better exists.
    let mdp = try world([[1, 1], [0, 2], [2, 2]], rewards: [[0, 0], [0, -3], [0, 0]], terminal: [2])
    let solution = try ValueIteration.solve(mdp)
    #expect(solution.values == [-3, -3, 0])
    #expect(solution.neverEnding.isEmpty)
  }

  @Test("a loop that pays is refused undiscounted, and with a discount reported as never ending")
  func payingLoop() throws {
    let mdp = try world([[1, 2], [0, 2], [2, 2]], rewards: [[1, 20], [-0.5, 0], [0, 0]], terminal: [2])
    #expect(throws: InputError.self) { try ValueIteration.solve(mdp) }
    let solution = try ValueIteration.solve(mdp, discount: 0.999)
    #expect(solution.neverEnding == [0, 1])
    #expect(solution.policy.neverEndingStates(in: mdp) == [0, 1])
  }

  @Test("where no policy ever ends the undiscounted value is −∞, and no plan goes there")
  func deadEnd() throws {
    // From 0 to the trap 1 for a reward of 100, or out at −1.
    let mdp = try world([[1, 2], [1, 1], [2, 2]], rewards: [[100, -1], [-1, -1], [0, 0]], terminal: [2])
    let solution = try ValueIteration.solve(mdp)
    #expect(solution.values == [-1, -.infinity, 0])
    #expect(solution.policy.actions[0] == 1)
    #expect(solution.neverEnding == [1])
  }

  @Test("the value of a policy: the uniform one in the corridor, by hand")
  func policyValues() throws {
    let mdp = try corridor(discount: 1)
    let uniform = TabularPolicy.uniform(stateCount: 3, actionCount: 2)
    // v0 = (−1 + v1)/2 + 5/2 and v1 = 10/2 + (−1 + v0)/2: v0 = 17/3, v1 = 22/3.
    let values = try uniform.values(in: mdp)
    #expect(abs(values[0] - 17.0 / 3) < 1e-8 && abs(values[1] - 22.0 / 3) < 1e-8)
    #expect(abs(mdp.startMean(values) - 17.0 / 3) < 1e-8)
    // Two steps: v0 = 2 + v1(1)/2 with v1(1) = 4.5.
    #expect(abs(uniform.values(in: mdp, steps: 2)[0] - 4.25) < 1e-12)
  }

  @Test("a policy that never ends has no undiscounted value, but one over a horizon")
  func neverEnding() throws {
    let mdp = try corridor(discount: 1)
    let circling = TabularPolicy(actions: [0, 1, 0], actionCount: 2)
    #expect(circling.neverEndingStates(in: mdp) == [0, 1])
    #expect(throws: InputError.self) { try circling.values(in: mdp) }
    #expect(circling.values(in: mdp, steps: 500)[0] == -500)
  }

  @Test("random worlds: the discounted solution satisfies Bellman's equation and beats random policies")
  func bellman() throws {
    for seed in 0..<5 {
      var random = RandomSource(seed: UInt64(seed)).stream("test")
      let (states, actions, branching) = (20, 3, 4)
      var successors: [Int] = []
      var probabilities: [Double] = []
      for _ in 0..<states * actions {
        let weights = (0..<branching).map { _ in random.uniform() }
        let sum = weights.reduce(0, +)
        successors += (0..<branching).map { _ in random.below(states) }
        probabilities += weights.map { $0 / sum }
      }
      let mdp = try TabularMDP(
        stateCount: states, actionCount: actions, rowStarts: (0...states * actions).map { $0 * branching },
        successors: successors, probabilities: probabilities,
        rewards: (0..<states * actions).map { _ in random.normal() },
        start: [Double](repeating: 1 / Double(states), count: states),
        isTerminal: [Bool](repeating: false, count: states), discount: 0.95)
      let solution = try ValueIteration.solve(mdp, tolerance: 1e-10)
      let own = try solution.policy.values(in: mdp, tolerance: 1e-12)
      #expect(zip(own, solution.values).allSatisfy { abs($0 - $1) < 1e-8 })
      for _ in 0..<20 {
        let other = TabularPolicy(actions: (0..<states).map { _ in random.below(actions) }, actionCount: actions)
        let values = try other.values(in: mdp)
        #expect(zip(values, solution.values).allSatisfy { $0 <= $1 + 1e-8 })
      }
    }
  }

  // Knox et al.'s delivery task, γ = 0.999, mean over its 92 starts; computed independently in Python from the task's
  // description: optimum 41.208, uniform policy −71.257.
  @Test("the delivery task's optimum and the uniform policy's return are an independent reckoning's")
  func delivery() throws {
    let world = try #require(try EnvironmentRegistry.standard.entry("pactolus/Delivery-v0").tabular)
    let best = try ValueIteration.solve(world.mdp, discount: 0.999)
    #expect(abs(world.mdp.startMean(best.values) - 41.208) < 5e-4)
    #expect(best.neverEnding.isEmpty)
    let uniform = TabularPolicy.uniform(stateCount: world.mdp.stateCount, actionCount: world.mdp.actionCount)
    #expect(abs(world.mdp.startMean(try uniform.values(in: world.mdp, discount: 0.999)) + 71.257) < 5e-4)
  }

  @Test("a delivery reward that pays for each step is found out: the plan never ends")
  func payingForSteps() throws {
    let world = try #require(try EnvironmentRegistry.standard.entry("pactolus/Delivery-v0").tabular)
    var weights = world.trueWeights
    weights[0] = 0.1
    let mdp = try world.mdp.with(rewards: world.rewards(weights: weights))
    #expect(try !ValueIteration.solve(mdp, discount: 0.999).neverEnding.isEmpty)
    #expect(throws: InputError.self) { try ValueIteration.solve(mdp, discount: 1) }
  }
}
