import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("Maximum-causal-entropy inverse reinforcement learning")
struct MaximumEntropyIRLTests {
  /// Four states, two actions, and a stochastic map; the reward is on states.
  static func small(discount: Double = 0.9) throws -> TabularMDP {
    var rows = [Double](repeating: 0, count: 32)
    func lead(_ state: Int, _ action: Int, _ next: [Int: Double]) {
      for (target, weight) in next { rows[(state * 2 + action) * 4 + target] = weight }
    }
    lead(0, 0, [1: 0.75, 2: 0.25])
    lead(0, 1, [2: 1])
    lead(1, 0, [3: 0.5, 0: 0.5])
    lead(1, 1, [1: 1])
    lead(2, 0, [0: 1])
    lead(2, 1, [3: 0.25, 2: 0.75])
    lead(3, 0, [3: 1])
    lead(3, 1, [0: 0.5, 1: 0.5])
    return try TabularMDP(states: 4, actions: 2, transitions: rows, start: [0.5, 0.5, 0, 0], discount: discount)
  }
  static let truth = [0, 1, -1, 2.0]

  static func expected(_ mdp: TabularMDP) throws -> [Double] {
    try RewardTable(states: 4, actions: 2, axes: .state, values: truth).expected(in: mdp)
  }

  // imitation 1.0.1 (mce_partition_fh, mce_occupancy_measures, MCEIRL) on this world, horizon 5, discount 1, one-hot linear
  // reward starting at 0.
  static let imitationOccupancy = [1.4001774637430293, 2.581162764298076, 0.5662895753737004, 1.452370196585193]
  static let imitationFirstPolicy = [0.960818330660921, 0.48461994426252253, 0.5131108184414197, 0.9756456682527059]
  static let imitationIterations = 586
  static let imitationReward = [-0.5043849349021912, 0.49519720673561096, -1.496512532234192, 1.492808222770691]

  @Test("policy and occupancy over a horizon are imitation's")
  func agreesInPlanning() throws {
    let mdp = try Self.small()
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 5, discount: 1)
    let planner = CausalPlannerProbe(mdp, demonstrator)
    let (policies, occupancy) = try planner.visits(Self.expected(mdp))
    for state in 0..<4 {
      #expect(abs(policies[0].probabilities[state * 2] - Self.imitationFirstPolicy[state]) < 1e-12)
      #expect(abs(occupancy[state] - Self.imitationOccupancy[state]) < 1e-12)
    }
  }

  @Test("learning takes imitation's steps and stops where it stops")
  func agreesInLearning() throws {
    let mdp = try Self.small()
    var settings = MaximumEntropyIRLSettings()
    settings.countsLastState = true
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 5, discount: 1)
    let fit = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state), settings: settings)
      .fit(occupancy: Self.imitationOccupancy)
    #expect(fit.stop == .occupancyGap)
    // Its arithmetic is 32-bit.
    #expect(abs(fit.iterations - Self.imitationIterations) <= 3)
    for state in 0..<4 { #expect(abs(fit.reward.values[state] - Self.imitationReward[state]) < 0.03) }
    #expect(Statistics.pearson(fit.reward.values, Self.truth) > 0.9999)
  }

  @Test("with a discount it plans with that discount, unlike imitation's MCEIRL")
  func plansDiscounted() throws {
    // mce_partition_fh(discount=.9) and mce_occupancy_measures with its policy.
    let theirs = [1.1596275949360981, 2.0834978823482277, 0.445714579142072, 0.9967499435736018]
    let mdp = try Self.small()
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 5, discount: 0.9)
    let (_, occupancy) = try CausalPlannerProbe(mdp, demonstrator).visits(Self.expected(mdp))
    for state in 0..<4 { #expect(abs(occupancy[state] - theirs[state]) < 1e-12) }
  }

  @Test("the planner is soft value iteration, with and without a horizon", arguments: [nil, 1, 7])
  func plansAlike(horizon: Int?) throws {
    for (seed, branching) in [(1, 2), (2, 12), (3, 1)] {
      let random = RandomSource(seed: UInt64(seed))
      let mdp = try RandomWorlds.sparse(
        states: 12, actions: 3, branching: branching, discount: 0.8, random: random.stream("world"))
      let demonstrator = try Demonstrator(.maximumEntropy, rationality: 2, horizon: horizon, discount: 0.8)
      let policies = try demonstrator.policies(mdp.rewards, in: mdp)
      let theirs =
        if let horizon {
          try SoftValueIteration.solve(mdp, rewards: mdp.rewards, temperature: 0.5, horizon: horizon).policies
        } else {
          [try SoftValueIteration.solve(mdp, rewards: mdp.rewards, temperature: 0.5, tolerance: 1e-12).policy]
        }
      #expect(policies.count == theirs.count)
      for (ours, theirs) in zip(policies, theirs) {
        #expect(zip(ours.probabilities, theirs.probabilities).allSatisfy { abs($0 - $1) < 1e-9 })
      }
    }
  }

  @Test("a Boltzmann-rational demonstrator is softmax over optimal action values")
  func boltzmann() throws {
    let mdp = try RandomWorlds.sparse(
      states: 9, actions: 3, branching: 3, discount: 0.9, random: RandomSource(seed: 4).stream("world"))
    let ours = try Demonstrator(.boltzmann, rationality: 3, discount: 0.9).policies(mdp.rewards, in: mdp)[0]
    let theirs = TabularPolicy.boltzmann(mdp.rewards, in: mdp, temperature: 1 / 3)
    #expect(zip(ours.probabilities, theirs.probabilities).allSatisfy { abs($0 - $1) < 1e-8 })
  }

  @Test("one state, two actions: the learned difference is the log odds")
  func logOdds() throws {
    let mdp = try TabularMDP(states: 1, actions: 2, transitions: [1, 1], discount: 0.5)
    let demonstrations = try Demonstrations(
      [.init(states: [0, 0, 0, 0], actions: [0, 0, 0, 1])], in: mdp)
    var settings = MaximumEntropyIRLSettings()
    (settings.gapTolerance, settings.gradientTolerance) = (1e-9, 1e-9)
    let fit = try MaximumEntropyIRL(
      mdp, try Demonstrator(.maximumEntropy, discount: 0.5), RewardForm(.stateAction), settings: settings
    )
    .fit(demonstrations)
    #expect(abs(fit.reward.values[0] - fit.reward.values[1] - log(3)) < 1e-6)
    #expect(abs((fit.logLikelihood ?? 0) - (0.75 * log(0.75) + 0.25 * log(0.25))) < 1e-9)
  }

  @Test("demonstrations of the true reward give it back up to a constant")
  func recovers() throws {
    let mdp = try Self.small()
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 5, discount: 1)
    let policies = try demonstrator.policies(Self.expected(mdp), in: mdp)
    let demonstrations = try Demonstrations(
      simulating: policies, in: mdp, count: 4000, length: 5, random: RandomSource(seed: 5))
    let fit = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state)).fit(demonstrations)
    #expect(Statistics.pearson(fit.reward.values, Self.truth) > 0.99)
  }
}
