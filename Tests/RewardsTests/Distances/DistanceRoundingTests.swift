import Compute
import Environments
import Rewards
import Testing

/// What of a distance may be rounding: never nothing where there is something to round, and always enough.
@Suite("The rounding of distances")
struct DistanceRoundingTests {
  private let space: RewardSpace
  /// The second is the first, moved and scaled; the third pays for something else; the fourth for nothing.
  private let rewards: [CanonicalReward]

  init() throws {
    // Action a leads to state a, γ = ½.
    let mdp = try TabularMDP(
      stateCount: 2, actionCount: 2, rowStarts: [0, 1, 2, 3, 4], successors: [0, 1, 0, 1],
      probabilities: [1, 1, 1, 1], rewards: [0, 0, 0, 0], start: [0.5, 0.5], isTerminal: [false, false], discount: 0.5)
    space = try RewardSpace(mdp, .valueAdjusted)
    let tables = [[0, 1, 0, 1], [0.3, 1.0, 0.3, 1.0], [0.1, 1, 0.1, 0.1], [0.7, 0.7, 0.7, 0.7]]
    let built = space
    rewards = try tables.map { try built.canonical(RewardTable(states: 2, actions: 2, axes: .stateAction, values: $0)) }
  }

  private static let comparisons: [(normalization: RewardNorm?, comparison: RewardComparison)] = [
    (.l2, .norm(.l2)), (.l1, .norm(.l1)), (.maximum, .norm(.maximum)), (nil, .norm(.l2)), (.l2, .angle),
  ]

  @Test("two rewards that are something each have a rounding, which is small", arguments: 0..<5)
  func something(index: Int) {
    let (normalization, comparison) = Self.comparisons[index]
    for (i, j) in [(0, 1), (0, 2), (1, 2), (2, 0)] {
      let distance = space.distance(rewards[i], rewards[j], normalization: normalization, comparison: comparison)
      // Each vector of four numbers and its norm are rounded at least once.
      let rounding: Double = distance.rounding
      #expect(rounding > Double.ulpOfOne, "\(i) \(j)")
      #expect(rounding < 1e-12, "\(i) \(j)")
    }
  }

  @Test(
    "the same reward, moved and scaled by numbers that are none in binary, is 0 within the rounding",
    arguments: [0, 1, 2, 4])
  func same(index: Int) {
    let (normalization, comparison) = Self.comparisons[index]
    let distance = space.distance(rewards[0], rewards[1], normalization: normalization, comparison: comparison)
    #expect(distance.value <= distance.rounding && distance.degeneracy == nil, "\(distance)")
    let apart = space.distance(rewards[0], rewards[2], normalization: normalization, comparison: comparison)
    #expect(apart.value > 0.1)
  }

  @Test("a trivial reward adds none: beside it only the other's rounding counts, and two of them have none")
  func trivial() {
    let one = space.distance(rewards[3], rewards[0])
    #expect(one.degeneracy == .firstTrivial)
    #expect(one.rounding > 0)
    #expect(abs(one.value - 1) <= one.rounding)
    let other = space.distance(rewards[0], rewards[3])
    #expect(other.degeneracy == .secondTrivial && other.rounding == one.rounding)
    let two = space.distance(rewards[3], rewards[3])
    #expect(two.degeneracy == .bothTrivial)
    #expect(two.rounding == 0)
    #expect(two.value == 0)
    #expect(space.distance(rewards[0], rewards[2]).rounding > one.rounding)
  }
}
