import Compute
import Environments
import Rewards
import Testing
import Theory

/// Distances under a base policy and weights of one's own. Right values by NumPy, on the two-state world.
@Suite("A base policy and weights of one's own")
struct OwnBaseTests {
  private func own(_ base: TabularPolicy?, _ weights: [Double]? = nil) throws -> OwnDistances {
    let world = try FiniteWorld(describing: "two-state")
    return try OwnDistances(
      world.mdp, ["action-1", "leave-0"].map { ($0, try RewardTable.named($0, in: world)) }, base: base,
      weights: weights)
  }

  @Test(
    "VAL-2-2 and the weighted distance are those of the base policy",
    arguments: [
      ([0.5, 0.5, 0.5, 0.5], 1.051462224238267, 1.335316270469788),
      ([1, 0, 1, 0], 0.7653668647301795, 0.9194016867619662),
      ([0.25, 0.75, 0.9, 0.1], 1.1925551116680697, 1.5982374467297757),
    ] as [([Double], Double, Double)])
  func distances(probabilities: [Double], plain: Double, weighted: Double) throws {
    let base = TabularPolicy(probabilities: probabilities, actionCount: 2)
    #expect(try abs(own(base).matrix.values[0][1] - plain) < 1e-12)
    #expect(try abs(own(base, [0.1, 0.2, 0.3, 0.4]).matrix.values[1][0] - weighted) < 1e-12)
    #expect(try own(base).matrix.shown[0][0] == 0)
  }

  @Test("rewards of the same order are at distance 0 under every base policy and all weights")
  func equivalent() throws {
    let world = try FiniteWorld(describing: "two-state")
    let table = try RewardTable.named("action-1", in: world)
    let shaped = table.scaled(by: 3).shaped(by: [2, -5], discount: 0.5)
    let own = try OwnDistances(
      world.mdp, [("a", table), ("b", shaped)], base: TabularPolicy(actions: [1, 0], actionCount: 2),
      weights: [1, 20, 3, 4])
    #expect(own.matrix.shown == [[0, 0], [0, 0]])
  }

  @Test("the metric by occupancy has a name, is the distance by the uniform policy's visits, and has near misses")
  func occupancy() throws {
    let world = try FiniteWorld(describing: "grid:rows=3,columns=3")
    let rewards = try ["sparse_goal", "dense_goal"].map { ($0, try RewardTable.named($0, in: world)) }
    let uniform = TabularPolicy.uniform(stateCount: world.mdp.stateCount, actionCount: world.mdp.actionCount)
    let named = try RewardMatrix(world.mdp, rewards, metricNamed: "val-Occupancy")
    let own = try OwnDistances(world.mdp, rewards, weights: world.mdp.occupancy(of: uniform))
    #expect(named.metric == "VAL-occupancy" && named.values == own.matrix.values)
    #expect(try named.values != RewardMatrix(world.mdp, rewards, metricNamed: "VAL-2-2").values)
    let near = #expect(throws: InputError.self) { try RewardMatrix(world.mdp, rewards, metricNamed: "VAL-occupanc") }
    #expect(near?.remedy == "did you mean VAL-occupancy?")
    let far = #expect(throws: InputError.self) { try RewardMatrix(world.mdp, rewards, metricNamed: "VAL-2") }
    #expect(far?.remedy?.contains("VAL-2-2") == true)
  }

  @Test("a reward that tells no policies apart is named as trivial, by weights of one's own too")
  func trivial() throws {
    let world = try FiniteWorld(describing: "two-state")
    let table = try RewardTable.named("action-1", in: world)
    let flat = try RewardTable(states: 2, actions: 2, axes: .stateAction, values: [1, 1, 1, 1])
    let own = try OwnDistances(world.mdp, [("a", table), ("flat", flat)], weights: [1, 2, 3, 4])
    #expect(own.matrix.trivial == ["flat"])
  }

  @Test("a weight of 0, or too few, are refused: they would hide differences")
  func refusals() throws {
    #expect { try own(nil, [0.5, 0, 0.25, 0.25]) } throws: { "\($0)".contains("would hide differences") }
    #expect(throws: InputError.self) { try own(nil, [1, 1]) }
  }
}
