import Agents
import Audits
import Compute
import Environments
import Testing

@Suite("Reward and result")
struct RewardResultGapTests {
  /// 1 at the right end of a corridor, which starts in its middle.
  private static func truth(_ corridor: Corridor) -> [Double] {
    (0..<2 * corridor.length).map { $0 == 2 * corridor.length - 1 ? 1 : 0 }
  }

  @Test("a right reward badly followed is the policy's fault, a wrong one well followed the reward's")
  func blame() throws {
    let corridor = try Corridor(5)
    let truth = Self.truth(corridor)
    let left = TabularPolicy(actions: [0, 0, 0, 0, 0], actionCount: 2)
    let right = TabularPolicy(actions: [1, 1, 1, 1, 1], actionCount: 2)
    // From the middle the end is two moves away, and each move at it pays: .9² ÷ (1 − .9).
    let best = 8.1
    let own = try RewardResultGap(corridor.mdp, truth: truth, learned: truth.map { 5 * $0 + 3 }, policy: left)
    #expect(abs(own.best - best) < 1e-9 && abs(own.achieved) < 1e-9)
    #expect(abs(own.rewardError.upperBound) < 1e-9 && abs(own.policyError.lowerBound - best) < 1e-9)
    let wrong = truth.indices.map { $0 == 0 ? 1.0 : 0 }
    let blamed = try RewardResultGap(corridor.mdp, truth: truth, learned: wrong, policy: left)
    #expect(abs(blamed.rewardError.lowerBound - best) < 1e-9 && abs(blamed.policyError.upperBound) < 1e-9)
    // A policy that did not learn the wrong reward does better than the plan for it.
    let lucky = try RewardResultGap(corridor.mdp, truth: truth, learned: wrong, policy: right)
    #expect(abs(lucky.regret) < 1e-9 && abs(lucky.policyError.upperBound + best) < 1e-9)
  }

  @Test("a reward that leaves everything open has plans from the worst to the best, and the parts add up to the regret")
  func ties() throws {
    let corridor = try Corridor(5)
    let truth = Self.truth(corridor)
    let even = TabularPolicy.uniform(stateCount: 5, actionCount: 2)
    let gap = try RewardResultGap(
      corridor.mdp, truth: truth, learned: [Double](repeating: 0, count: 10), policy: even)
    #expect(abs(gap.planned.lowerBound) < 1e-9 && abs(gap.planned.upperBound - 8.1) < 1e-9)
    #expect(abs(gap.random - gap.achieved) < 1e-12 && gap.random > 0)
    #expect(abs(gap.rewardError.lowerBound + gap.policyError.upperBound - gap.regret) < 1e-9)
    #expect(abs(gap.rewardError.upperBound + gap.policyError.lowerBound - gap.regret) < 1e-9)
  }

  @Test("on random worlds the planned returns are those of the best and worst of all plans for the learned reward")
  func exhaustive() throws {
    for seed in 0..<10 {
      var stream = RandomSource(seed: 5).stream("gap", seed)
      var rows: [Double] = []
      for _ in 0..<6 {
        let parts = (0..<3).map { _ in stream.uniform() + 0.01 }
        let total = parts.reduce(0, +)
        rows += parts.map { $0 / total }
      }
      let truth = (0..<6).map { _ in stream.normal() }
      // Action values tie in state 0: the rows of both actions and their rewards are the same there.
      var tied = rows
      for index in 0..<3 { tied[3 + index] = tied[index] }
      let world = try TabularMDP(states: 3, actions: 2, transitions: tied, discount: 0.8)
      var learned = (0..<6).map { _ in stream.normal() }
      learned[1] = learned[0]
      let gap = try RewardResultGap(
        world, truth: truth, learned: learned, policy: .uniform(stateCount: 3, actionCount: 2))
      let policies = Array(try DeterministicPolicies(world, everyState: true))
      let returns = policies.map { world.expectedReturn(of: $0, rewards: learned) }
      let most = returns.max() ?? 0
      let among = policies.indices.filter { returns[$0] > most - 1e-9 }
        .map { world.expectedReturn(of: policies[$0], rewards: truth) }
      #expect(abs(gap.planned.lowerBound - (among.min() ?? .nan)) < 1e-9)
      #expect(abs(gap.planned.upperBound - (among.max() ?? .nan)) < 1e-9)
      #expect(abs(gap.best - (policies.map { world.expectedReturn(of: $0, rewards: truth) }.max() ?? .nan)) < 1e-9)
    }
  }

  @Test("worlds without a discount, and what is of another world, are refused")
  func refused() throws {
    let endless = try Corridor(5, discount: 1).mdp
    let corridor = try Corridor(5)
    let zeros = [Double](repeating: 0, count: 10)
    let policy = TabularPolicy.uniform(stateCount: 5, actionCount: 2)
    #expect(throws: InputError.self) {
      try RewardResultGap(endless, truth: zeros, learned: zeros, policy: policy)
    }
    #expect(throws: InputError.self) {
      try RewardResultGap(corridor.mdp, truth: zeros, learned: [1], policy: policy)
    }
    #expect(throws: InputError.self) {
      try RewardResultGap(corridor.mdp, truth: zeros, learned: zeros, policy: .uniform(stateCount: 4, actionCount: 2))
    }
  }
}
