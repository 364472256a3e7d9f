import Agents
import Compute
import Environments
import PactolusTesting
import Rewards
import Testing

@Suite("Gradients of inverse reinforcement learning")
struct InverseReinforcementGradientTests {
  @Test("are the finite differences of the objective, whatever is learnt")
  func finiteDifferences() throws {
    let random = RandomSource(seed: 11)
    let sparse = try RandomWorlds.sparse(
      states: 6, actions: 3, branching: 2, discount: 0.8, random: random.stream("sparse"))
    let dense = try RandomWorlds.sparse(
      states: 10, actions: 2, branching: 10, discount: 0.8, random: random.stream("dense"))
    for mdp in [sparse, dense, try Self.ending()] {
      for horizon in [nil, 4] as [Int?] {
        let demonstrator = try Demonstrator(
          .maximumEntropy, rationality: 1.7, horizon: horizon, discount: horizon == nil ? 0.8 : 0.95)
        let policy = try demonstrator.policies(mdp.rewards, in: mdp)
        let demonstrations = try Demonstrations(simulating: policy, in: mdp, count: 3, length: 4, random: random)
        for axes in RewardTable.Axes.allCases {
          for objective in MaximumEntropyIRLSettings.Objective.allCases {
            try Self.checkSlopes(mdp, demonstrator, axes, objective, demonstrations, random)
          }
        }
      }
    }
  }

  /// A world that ends in its last state.
  static func ending() throws -> TabularMDP {
    try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: [0, 2, 3, 4, 6, 6, 6], successors: [0, 1, 1, 2, 0, 2],
      probabilities: [0.5, 0.5, 1, 1, 0.25, 0.75], rewards: [0.3, -0.2, 1, 0.5, 0, 0], start: [0.75, 0.25, 0],
      isTerminal: [false, false, true], discount: 0.8)
  }

  private static func checkSlopes(
    _ mdp: TabularMDP, _ demonstrator: Demonstrator, _ axes: RewardTable.Axes,
    _ objective: MaximumEntropyIRLSettings.Objective, _ demonstrations: Demonstrations, _ random: RandomSource
  ) throws {
    let entries = RewardForm(axes).entryCount(in: mdp)
    var stream = random.stream("features", entries)
    let features = (0..<entries * 3).map { _ in stream.normal() }
    let kinds: [(RewardForm.Kind, step: Double, tolerance: Double)] = [
      (.table, 1e-5, 1e-6), (.linear(features: features, count: 3), 1e-5, 1e-6),
      (.network(features: features, count: 3, hidden: [5]), 1e-2, 5e-3),
    ]
    for (kind, step, tolerance) in kinds {
      var settings = MaximumEntropyIRLSettings()
      (settings.objective, settings.ridge) = (objective, 0.01)
      let irl = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(axes, kind), settings: settings, random: random)
      var point = try irl.initialParameters()
      if case .network = kind {} else { for index in point.indices { point[index] = 0.5 * stream.normal() } }
      try expectGradient(
        of: {
          let objective = try irl.objective(demonstrations, at: $0)
          return (value: objective.value, gradient: objective.gradient)
        }, at: point, step: step, tolerance: tolerance,
        "\(axes) \(kind) \(objective) horizon \(String(describing: demonstrator.horizon))")
    }
  }

  @Test("with exact whole demonstrations, matching is likelihood: both vanish at the truth")
  func vanishes() throws {
    let mdp = try MaximumEntropyIRLTests.small()
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 5, discount: 1)
    let (_, occupancy) = try CausalPlannerProbe(mdp, demonstrator, countsLast: false)
      .visits(MaximumEntropyIRLTests.expected(mdp))
    let irl = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state))
    let fit = try irl.fit(occupancy: occupancy)
    #expect(fit.gap < 1e-3)
    #expect(Statistics.pearson(fit.reward.values, MaximumEntropyIRLTests.truth) > 0.999)
  }
}
