import Compute
import Environments
import Rewards
import Testing
import Theory

@Suite("Sampled distances over all there is to sample")
struct ExactSampleTests {
  @Test(
    "are those of the tables to 10⁻¹⁰",
    arguments: [
      (5, 3, 2, [Int](), 0.9), (6, 2, 3, [5], 0.99), (4, 2, 1, [], 0.5), (7, 3, 2, [0, 3], 0.95), (4, 4, 4, [], 0.0),
    ])
  func exact(states: Int, actions: Int, branching: Int, terminal: [Int], discount: Double) throws {
    let mdp = try SampledWorlds.world(
      states: states, actions: actions, branching: branching, terminal: terminal, discount: discount, seed: 4)
    let first = try SampledWorlds.table(mdp, 1)
    let second = try SampledWorlds.mixed(first, 1, try SampledWorlds.table(mdp, 2), 0.7)
    let rewards = [first, second].map { TableReward(table: $0) }
    let (a, b) = (ComparedReward("first", rewards[0]), ComparedReward("second", rewards[1]))

    let possible = try SampledWorlds.distances(SampledWorlds.enumerated(mdp), a, b)
    let space = try RewardSpace(mdp, .valueAdjusted, reachableOnly: false)
    let starc = space.distance(try space.canonical(first), try space.canonical(second)).value
    #expect(abs(try #require(possible.starc.value) - starc) < 1e-10)
    for (transform, value) in [(PearsonDistance.Transform.epic, possible.epic.value), (.dard, possible.dard.value)] {
      let table = try PearsonDistance(mdp, transform, coverage: .feasible, reachableOnly: false)
      let exact = try #require(try table.distance(first, second).value)
      #expect(abs(try #require(value) - exact) < 1e-10, "\(transform)")
    }

    let all = try SampledWorlds.distances(SampledWorlds.enumerated(mdp, isProduct: true), a, b)
    let table = try PearsonDistance(mdp, .epic, coverage: .product, reachableOnly: false)
    let exact = try #require(try table.distance(first, second).value)
    #expect(abs(try #require(all.epic.value) - exact) < 1e-10)
  }

  @Test("shaping and a positive factor change nothing, the opposite is as far as can be, a constant has no distance")
  func invariances() throws {
    let mdp = try SampledWorlds.world(states: 6, actions: 3, branching: 2, terminal: [5], discount: 0.75, seed: 2)
    let base = try SampledWorlds.table(mdp, 3)
    // Eighths and a factor of two, so that shaping is exact in single precision; 0 where it ends.
    let potential = [1.25, -0.5, 2, 0.125, -3, 0]
    let shaped = try RewardTable(
      states: 6, actions: 3, axes: .transition,
      values: (0..<6 * 3 * 6).map { index in
        let (s, n) = (index / 18, index % 6)
        return 2 * Double(Float16(base.values[index])) + 0.75 * potential[n] - potential[s]
      })
    let rounded = try RewardTable(
      states: 6, actions: 3, axes: .transition, values: base.values.map { Double(Float16($0)) })
    func reward(_ name: String, _ table: RewardTable) -> ComparedReward {
      ComparedReward(name, TableReward(table: table))
    }
    let sample = SampledWorlds.enumerated(mdp)
    let same = try SampledWorlds.distances(sample, reward("base", rounded), reward("shaped", shaped))
    for distance in [same.starc, same.epic, same.dard] {
      let value = try #require(distance.value)
      #expect(value < 1e-7 && distance.isZero && distance.text == "≈ 0")
    }
    let opposite = try SampledWorlds.distances(
      sample, reward("base", rounded), reward("minus", try SampledWorlds.mixed(shaped, -1, shaped, 0)))
    #expect(abs(try #require(opposite.starc.value) - 2) < 1e-12)
    #expect(abs(try #require(opposite.epic.value) - 1) < 1e-12)
    #expect(abs(try #require(opposite.dard.value) - 1) < 1e-12)
    let constant = try RewardTable(states: 6, actions: 3, axes: .state, values: [Double](repeating: 3, count: 6))
    let none = try SampledWorlds.distances(sample, reward("base", rounded), reward("constant", constant))
    #expect(none.epic.value == nil && none.dard.value == nil && none.epic.text == "undefined")
  }
}
