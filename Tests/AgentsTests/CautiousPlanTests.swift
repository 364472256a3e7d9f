import Agents
import Compute
import Environments
import Testing

@Suite("Plans for the worst of several rewards")
struct CautiousPlanTests {
  /// One decision among three actions, after which nothing happens.
  private static func choice() throws -> TabularMDP {
    try TabularMDP(
      stateCount: 2, actionCount: 3, rowStarts: [0, 1, 2, 3, 4, 5, 6], successors: [1, 1, 1, 1, 1, 1],
      probabilities: [1, 1, 1, 1, 1, 1], rewards: [Double](repeating: 0, count: 6), start: [1, 0],
      isTerminal: [false, true], discount: 0.9)
  }

  /// A grid with rewards at random, and several of them.
  private static func grid(_ seed: Int) throws -> (mdp: TabularMDP, rewards: [[Double]]) {
    let mdp = try ShapedWorlds.grid(rows: 3, columns: 3, slip: 0.2, discount: 0.8).mdp
    var random = RandomSource(seed: 5).stream("rewards", seed)
    return (mdp, (0..<4).map { _ in mdp.rewards.map { _ in random.normal() } })
  }

  @Test(
    "of a bet, its opposite and a sure thing: the sure thing if it is worth more than half the bets' sum, else a mixture"
  )
  func bets() throws {
    let mdp = try Self.choice()
    let rewards = { (sure: Double) in [[1.0, 0, sure, 0, 0, 0], [0, 1, sure, 0, 0, 0]] }
    let sure = try CautiousPlan.forWholePlan(mdp, rewards: rewards(0.6))
    #expect(abs(sure.worst - 0.6) < 1e-9 && abs(sure.policy.probabilities[2] - 1) < 1e-9)
    let mixed = try CautiousPlan.forWholePlan(mdp, rewards: rewards(0.4))
    #expect(abs(mixed.worst - 0.5) < 1e-9)
    #expect(abs(mixed.policy.probabilities[0] - 0.5) < 1e-9 && abs(mixed.policy.probabilities[1] - 0.5) < 1e-9)
    for share in mixed.binding { #expect(abs(share - 0.5) < 1e-9) }
    // Each step for itself sees 0, 0 and the sure thing.
    let step = try CautiousPlan.forEachStep(mdp, rewards: rewards(0.4))
    #expect(step.policy.actions[0] == 2 && abs(step.worst - 0.4) < 1e-9)
  }

  @Test("an offset says what a reward is measured from: the binding reward, and with it the plan, changes")
  func offsets() throws {
    let mdp = try Self.choice()
    let rewards = [[3.0, 1, 0, 0, 0, 0], [-4, -3.5, -9, 0, 0, 0]]
    #expect(try CautiousPlan.forWholePlan(mdp, rewards: rewards).policy.actions[0] == 1)
    let measured = try CautiousPlan.forWholePlan(mdp, rewards: rewards, offsets: [3, -4])
    #expect(measured.policy.actions[0] == 0 && abs(measured.worst) < 1e-9)
  }

  @Test("one reward: the optimal plan", arguments: 0..<3)
  func one(seed: Int) throws {
    let (mdp, rewards) = try Self.grid(seed)
    let best = mdp.startMean(PolicyIteration.solve(mdp, rewards: rewards[0]).values)
    #expect(abs(try CautiousPlan.forWholePlan(mdp, rewards: [rewards[0]]).worst - best) < 1e-7)
    #expect(abs(try CautiousPlan.forEachStep(mdp, rewards: [rewards[0]]).worst - best) < 1e-9)
  }

  @Test(
    "its worst return is what it says, the mixture that binds proves that none is better, and each step's caution promises less"
  )
  func duality() throws {
    for seed in 0..<5 {
      let (mdp, rewards) = try Self.grid(seed)
      let offsets = [0.3, -0.2, 0, 0.1]
      let plan = try CautiousPlan.forWholePlan(mdp, rewards: rewards, offsets: offsets)
      let returns = zip(rewards, offsets).map { mdp.expectedReturn(of: plan.policy, rewards: $0) - $1 }
      #expect(abs((returns.min() ?? 0) - plan.worst) < 1e-7)
      #expect(abs(plan.binding.reduce(0, +) - 1) < 1e-9)
      // The mixture that binds proves it: nobody gets more than this from it, so nobody guarantees more.
      let mixture = mdp.rewards.indices.map { row in
        zip(plan.binding, rewards).reduce(0) { $0 + $1.0 * $1.1[row] }
      }
      let bound =
        mdp.startMean(PolicyIteration.solve(mdp, rewards: mixture).values)
        - zip(plan.binding, offsets).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(bound - plan.worst) < 1e-7)
      let unmeasured = try CautiousPlan.forWholePlan(mdp, rewards: rewards)
      #expect(try CautiousPlan.forEachStep(mdp, rewards: rewards).worst <= unmeasured.worst + 1e-9)
    }
  }

  @Test("no rewards, wrong sizes and an undiscounted world are refused")
  func refusals() throws {
    let mdp = try Self.choice()
    #expect(throws: InputError.self) { try CautiousPlan.forWholePlan(mdp, rewards: []) }
    #expect(throws: InputError.self) { try CautiousPlan.forEachStep(mdp, rewards: [[1, 2]]) }
    #expect(throws: InputError.self) {
      try CautiousPlan.forWholePlan(mdp, rewards: [mdp.rewards], offsets: [1, 2])
    }
  }
}
