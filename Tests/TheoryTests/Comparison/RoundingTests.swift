import Compute
import Environments
import Rewards
import Testing
import Theory

@Suite("Distances judged by rounding, not by thresholds")
struct RoundingTests {
  /// A small reward, and the same after shaping by a potential of a million: written down in doubles, of which the
  /// shaped one keeps five digits of the reward.
  private func shapedSmall() throws -> (TabularMDP, RewardTable, RewardTable) {
    let mdp = try SmallWorlds.world([[[1, 0], [0, 1]], [[0.5, 0.5], [0, 1]]], start: [0.5, 0.5], discount: 0.9)
    let small = try RewardTable(states: 2, actions: 2, axes: .stateAction, values: [0, 1e-5, 1e-5, 0])
    let shaped = try RewardTable(
      states: 2, actions: 2, axes: .transition,
      values: [0, 900_000, 1e-5, 900_000.00001, -999_999.99999, -99_999.99999000004, -1_000_000, -100_000])
    return (mdp, small, shaped)
  }

  @Test("a small reward under large shaping is not trivial, and in the same order as without")
  func largeShaping() throws {
    let (mdp, small, shaped) = try shapedSmall()
    let space = try RewardSpace(mdp)
    #expect(try !space.canonical(shaped).isTrivial)
    let two = try TwoRewards(mdp, ("small", small), ("shaped", shaped), random: RandomSource(seed: 0))
    #expect(two.distance.degeneracy == nil)
    #expect(two.distance.value <= 1e-4 && two.distance.value <= two.distance.rounding)
    #expect(two.distance.rounding < 0.1)
    #expect(two.equivalence != nil && two.equivalence != .bothTrivial)
    let order = try #require(two.findings.first { $0.id == "comparison/same-order" })
    #expect(order.verdict == .holds && order.reason.contains("may be rounding"))
    #expect(order.evidence.contains { $0.name == "how much of it may be rounding" })
  }

  @Test("rewards that pay for nothing are trivial at every size of shaping, and others are not")
  func triviality() throws {
    let source = RandomSource(seed: 4)
    for index in 0..<60 {
      var random = source.stream("world", index)
      let mdp = try RandomWorlds.sparse(
        states: 2 + index % 9, actions: 2 + index % 3, branching: 2 + index % 3, discount: [0.5, 0.9, 0.99][index % 3],
        random: source.stream("transitions", index))
      let potential = (0..<mdp.stateCount).map { _ in random.normal() }
      let nothing = try RewardTable(
        states: mdp.stateCount, actions: mdp.actionCount, axes: .state,
        values: [Double](repeating: 3.7, count: mdp.stateCount))
      let something = try RewardTable(
        expected: (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }, in: mdp)
      for size in [1e-8, 1, 1e6] {
        let shaping = potential.map { size * $0 }
        for canonicalization in [Canonicalization.valueAdjusted, .minimal(.l2), .projection] {
          let space = try RewardSpace(mdp, canonicalization)
          #expect(
            try space.canonical(nothing.shaped(by: shaping, discount: mdp.discount)).isTrivial,
            "\(index) \(size) \(canonicalization.name)")
          #expect(
            try !space.canonical(something.shaped(by: shaping, discount: mdp.discount)).isTrivial,
            "\(index) \(size) \(canonicalization.name)")
        }
        // The distance of a reward from its shaped and scaled self is 0, to the bound that is given.
        let other = something.scaled(by: 2.5).shaped(by: shaping, discount: mdp.discount)
        for (canonicalization, pairs) in RewardMetric.shown where canonicalization.isSTARC {
          let space = try RewardSpace(mdp, canonicalization)
          for (norm, comparison) in pairs {
            let distance = try space.distance(something, other, normalization: norm, comparison: comparison)
            #expect(distance.isZero, "\(index) \(size) \(canonicalization.name) \(distance)")
          }
        }
      }
    }
  }

  @Test("rewards that differ by a millionth are not in the same order, and their distance is not called 0")
  func tinyDistance() throws {
    let mdp = try SmallWorlds.twoStates()
    let first = try RewardTable(expected: [0, 1, 0, 1], in: mdp)
    let second = try RewardTable(expected: [0, 1, 1e-9, 1], in: mdp)
    let two = try TwoRewards(mdp, ("first", first), ("second", second), random: RandomSource(seed: 0))
    let order = try #require(two.findings.first { $0.id == "comparison/same-order" })
    #expect(order.verdict == .fails && order.reason.contains("·10⁻"))
    #expect(two.distance.value > 1e-10 && two.distance.rounding < 1e-13)
  }

  /// The pair of rewards of one state and four actions whose L1 minimisers lie as far apart as they can.
  @Test("minimal L1 and maximum jump, and are not called STARC metrics")
  func minimalJumps() throws {
    let mdp = try SmallWorlds.bandit(4)
    let first = try RewardTable(expected: [1, 0, 1, 0], in: mdp)
    let second = try RewardTable(
      expected: [0.9999988696188943, 1.2691623572596914e-06, 0.9999983452711158, 1.00815040178096e-06], in: mdp)
    let two = try TwoRewards(mdp, ("a", first), ("b", second), random: RandomSource(seed: 0))
    for named in two.distances where named.isSTARC {
      #expect(named.distance.value < 1e-5, "\(named.metric)")
    }
    #expect(two.distances.contains { $0.metric == "minimal1-1-1" && !$0.isSTARC })
    #expect(two.distances.contains { $0.metric == "minimalInf-inf-inf" && !$0.isSTARC })
    #expect(!two.distances.contains { $0.metric == "VAL-w1-w1" })
  }

  @Test("a distance by visits: by hand, and next to nothing where nobody goes")
  func byVisits() throws {
    // Discount 0: the uniform policy visits each state as often as it starts there, each action half the time.
    let rare = 0.01
    let mdp = try SmallWorlds.world(
      [[[1, 0], [1, 0]], [[0, 1], [0, 1]]], start: [1 - rare, rare], discount: 0)
    let (a, b) = (
      try RewardTable(expected: [1, 0, 1, 0], in: mdp), try RewardTable(expected: [1, 0, 0, 1], in: mdp)
    )
    let two = try TwoRewards(mdp, ("a", a), ("b", b), random: RandomSource(seed: 0))
    let distance = try #require(two.distances.first { $0.metric == TwoRewards.occupancyMetric }?.distance.value)
    // Advantages are ±½ everywhere; they are opposite in the rare state alone: the root of 0.01 · 2².
    #expect(abs(distance - (rare * 4).squareRoot()) < 1e-12)
  }
}
