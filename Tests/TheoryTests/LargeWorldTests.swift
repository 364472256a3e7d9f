import Compute
import Environments
import Rewards
import Testing
import Theory

/// Two copies of one world side by side, each started half of the time, have the ranges, regrets and angles of one; but
/// they are large enough for the sparse solvers, and one is not.
@Suite("Theory in large sparse worlds")
struct LargeWorldTests {
  private func two(_ one: TabularMDP) throws -> TabularMDP {
    let size = one.stateCount
    return try TabularMDP(
      stateCount: 2 * size, actionCount: one.actionCount,
      rowStarts: one.rowStarts + one.rowStarts.dropFirst().map { $0 + one.successors.count },
      successors: one.successors + one.successors.map { $0 + size },
      probabilities: one.probabilities + one.probabilities, rewards: one.rewards + one.rewards,
      start: one.start.map { $0 / 2 } + one.start.map { $0 / 2 }, isTerminal: one.isTerminal + one.isTerminal,
      discount: one.discount)
  }

  /// The same world with its states in another order.
  private func shuffled(_ mdp: TabularMDP) throws -> TabularMDP {
    // 89 and 200 have no common factor.
    let size = mdp.stateCount
    let place = (0..<size).map { $0 * 89 % size }
    var transitions = [Double](repeating: 0, count: size * mdp.actionCount * size)
    for state in 0..<size {
      for action in 0..<mdp.actionCount {
        for index in mdp.transitions(state, action) {
          transitions[(place[state] * mdp.actionCount + action) * size + place[mdp.successors[index]]] +=
            mdp.probabilities[index]
        }
      }
    }
    return try TabularMDP(states: size, actions: mdp.actionCount, transitions: transitions, discount: mdp.discount)
  }

  private func pair(_ mdp: TabularMDP, _ seed: UInt64) -> [[Double]] {
    var random = RandomSource(seed: seed).stream("rewards")
    return (0..<2).map { _ in (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() } }
  }

  @Test("losses of best policies and the bracket of the worst case are those of one copy")
  func comparison() throws {
    let one = try RandomWorlds.sparse(
      states: 210, actions: 3, branching: 4, discount: 0.97, random: RandomSource(seed: 5).stream("world"))
    let rewards = pair(one, 6)
    let both = try two(one)
    let small = try rewards.map { try RewardTable(expected: $0, in: one) }
    let large = try rewards.map { try RewardTable(expected: $0 + $0, in: both) }
    let (a, b) = (
      try OptimalPolicyRegret(one, truth: small[0], proxy: small[1]),
      try OptimalPolicyRegret(both, truth: large[0], proxy: large[1])
    )
    #expect(abs(try #require(a.worst) - (try #require(b.worst))) < 1e-9)
    #expect(abs(try #require(a.best) - (try #require(b.best))) < 1e-9)
    let (c, d) = (
      try #require(try WorstCaseBracket(one, truth: small[0], proxy: small[1])),
      try #require(try WorstCaseBracket(both, truth: large[0], proxy: large[1]))
    )
    #expect(max(c.lower, d.lower) <= min(c.upper, d.upper), "\(c) and \(d)")
    #expect(d.upper - d.lower <= 2 * WorstCaseBracket.resolution)
  }

  /// A random world's factor is full; a corridor's is as narrow as the corridor, in whatever order its states come.
  @Test("the angle, the paths and the ascent are those of one copy", arguments: [false, true])
  func goodhart(isNarrow: Bool) throws {
    let one =
      try isNarrow
      ? shuffled(ShapedWorlds.grid(rows: 2, columns: 100, slip: 0.1, discount: 0.9).mdp)
      : RandomWorlds.sparse(
        states: 200, actions: 2, branching: 3, discount: 0.9, random: RandomSource(seed: 7).stream("world"))
    let rewards = pair(one, 8)
    let small = try GoodhartAudit(one, truth: rewards[0], proxy: rewards[1], points: 4, resolution: 1e6)
    let large = try GoodhartAudit(
      two(one), truth: rewards[0] + rewards[0], proxy: rewards[1] + rewards[1], points: 4, resolution: 1e6)
    #expect(abs(try #require(small.angle) - (try #require(large.angle))) < 1e-9)
    for (a, b) in zip(small.paths, large.paths) {
      for pressure in [0, 1.0 / 3, 2.0 / 3, 1] {
        let p = try #require(a.points.first { $0.pressure == pressure })
        let q = try #require(b.points.first { $0.pressure == pressure })
        #expect(abs(p.truth - q.truth) < 1e-8 && abs(p.proxy - q.proxy) < 1e-8, "\(a.kind) at \(pressure)")
      }
      #expect(abs(a.peak.truth - b.peak.truth) < 1e-6)
    }
    #expect(small.ascent.segments.count == large.ascent.segments.count)
    for (a, b) in zip(small.ascent.segments, large.ascent.segments) {
      #expect(abs(a.cosine - b.cosine) < 1e-7)
    }
    for (a, b) in zip(small.ascentTruth, large.ascentTruth) { #expect(abs(a - b) < 1e-7) }
    #expect(small.stop == large.stop)
    // The end is optimal for the proxy, which no geometry was needed for.
    #expect(abs((large.ascentProxy.last ?? 0) - 1) < 1e-8)
  }
}
