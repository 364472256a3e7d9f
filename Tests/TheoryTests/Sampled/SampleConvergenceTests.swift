import Agents
import Compute
import Environments
import Rewards
import Testing
import Theory

/// Samples of a finite world whose coverage is known exactly: episodes of one step from evenly drawn states, so that all
/// states and actions are as likely.
@Suite("Sampled distances as samples grow")
struct SampleConvergenceTests {
  private struct World {
    let mdp: TabularMDP
    let entry: EnvironmentEntry
    let rewards: [ComparedReward]
    /// By the tables: STARC, EPIC and DARD.
    let exact: [Double]

    /// - `apart`: how much of the second reward is not the first.
    init(branching: Int, apart: Double, seed: UInt64) throws {
      let mdp = try SampledWorlds.world(states: 6, actions: 3, branching: branching, discount: 0.8, seed: seed)
      entry = EnvironmentEntry(NumberedWorld(mdp, steps: 1))
      let first = try SampledWorlds.table(mdp, seed + 1)
      let second = try SampledWorlds.mixed(first, 1, try SampledWorlds.table(mdp, seed + 2), apart)
      rewards = [("first", first), ("second", second)].map { ComparedReward($0.0, TableReward(table: $0.1)) }
      let space = try RewardSpace(mdp, .valueAdjusted, reachableOnly: false)
      let starc = space.distance(try space.canonical(first), try space.canonical(second)).value
      let pearson = try [PearsonDistance.Transform.epic, .dard].map { transform in
        try #require(
          try PearsonDistance(mdp, transform, coverage: .feasible, reachableOnly: false).distance(first, second).value)
      }
      self.mdp = mdp
      exact = [starc] + pearson
    }

    func sampled(_ transitions: Int, seed: Int) throws -> [SampledDistance] {
      let plan = WorldDrawing(discount: mdp.discount, transitions: transitions, asksEnvironment: false)
      let sample = plan.draw(entry, [.random], others: [], random: RandomSource(seed: UInt64(seed))).sample
      let found = try SampledWorlds.distances(sample, rewards[0], rewards[1])
      return [found.starc, found.epic, found.dard]
    }
  }

  @Test(
    "intervals cover the exact value; new seeds would fail right ones of 95 % here once in 15,000 times",
    arguments: [1, 2])
  func coverage(branching: Int) throws {
    var covered = [0, 0, 0]
    let samples = 30
    for index in 0..<samples {
      let world = try World(
        branching: branching, apart: [0.2, 0.7, 2][index % 3], seed: UInt64(100 * branching + index))
      for (metric, found) in try world.sampled(128, seed: index).enumerated() {
        guard let interval = found.interval else { continue }
        if interval.lower <= world.exact[metric], world.exact[metric] <= interval.upper { covered[metric] += 1 }
      }
    }
    // P(Binomial(30, 0.95) < 22) = 10⁻⁵, for each of six counts.
    #expect(covered.allSatisfy { $0 >= 22 }, "\(covered) of \(samples)")
  }

  @Test(
    "eight times the transitions bring errors down by their root, or near it, with and without chance in the dynamics",
    arguments: [1, 2])
  func rate(branching: Int) throws {
    let world = try World(branching: branching, apart: 0.7, seed: 7)
    var errors: [[Double]] = []
    for transitions in [128, 1024] {
      var squares = [0.0, 0, 0]
      for seed in 0..<10 {
        for (metric, found) in try world.sampled(transitions, seed: seed).enumerated() {
          let error = try #require(found.value) - world.exact[metric]
          squares[metric] += error * error / 10
        }
      }
      errors.append(squares.map { $0.squareRoot() })
    }
    // 1 / √8 = 0.35; EPIC has 256 pairs in both, so that it gains less.
    for (metric, share) in [0.7, 0.85, 0.7].enumerated() {
      #expect(errors[1][metric] < share * errors[0][metric], "\(errors)")
    }
  }
}
