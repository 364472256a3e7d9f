import Compute
import Environments
import Rewards
import Testing

@Suite("Distances in large sparse worlds")
struct LargeWorldTests {
  @Test("iterated values and projections agree with the factorised ones")
  func agree() throws {
    // Two copies of one world side by side are beyond the limit of the dense solvers; one copy is not.
    let size = 380
    let one = try RandomWorlds.sparse(
      states: size, actions: 3, branching: 4, discount: 0.97, random: RandomSource(seed: 5).stream("world"))
    let two = try TabularMDP(
      stateCount: 2 * size, actionCount: 3,
      rowStarts: one.rowStarts + one.rowStarts.dropFirst().map { $0 + one.successors.count },
      successors: one.successors + one.successors.map { $0 + size },
      probabilities: one.probabilities + one.probabilities,
      rewards: one.rewards + one.rewards, start: one.start.map { $0 / 2 } + one.start.map { $0 / 2 },
      isTerminal: one.isTerminal + one.isTerminal, discount: one.discount)
    var random = RandomSource(seed: 6).stream("rewards")
    let rewards = (0..<2).map { _ in (0..<size * 3).map { _ in random.normal() } }
    for canonicalization in [Canonicalization.valueAdjusted, .projection, .minimal(.l2)] {
      let small = try RewardSpace(one, canonicalization).distance(
        RewardTable(expected: rewards[0], in: one), RewardTable(expected: rewards[1], in: one))
      let large = try RewardSpace(two, canonicalization).distance(
        RewardTable(expected: rewards[0] + rewards[0], in: two), RewardTable(expected: rewards[1] + rewards[1], in: two)
      )
      #expect(abs(small.value - large.value) < 1e-9)
    }
  }

  @Test("a reward on all transitions of a large world is refused, not attempted")
  func refuses() throws {
    let mdp = try RandomWorlds.sparse(
      states: 20_000, actions: 2, branching: 2, random: RandomSource(seed: 7).stream("world"))
    let reward = try RewardTable(
      states: 20_000, actions: 2, axes: .state, values: [Double](repeating: 1, count: 20_000))
    expectProblem("use VAL") { _ = try RewardSpace(mdp, .epic).canonical(reward) }
  }
}
