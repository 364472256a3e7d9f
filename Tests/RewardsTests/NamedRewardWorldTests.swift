import Compute
import Environments
import Rewards
import Testing

@Suite("Environments as finite worlds with the rewards that they name")
struct NamedRewardWorldTests {
  /// The total of a reward along these actions from the start, in a world without chance.
  private func total(_ actions: [Int], _ name: String, in world: FiniteWorld) throws -> Double {
    var state = try #require(world.mdp.start.firstIndex(of: 1))
    var sum = 0.0
    let reward = try #require(world.rewards.first { $0.name == name }).table
    for action in actions {
      let range = world.mdp.transitions(state, action)
      let next = world.mdp.successors[range.lowerBound]
      sum += reward[state, action, next]
      state = next
    }
    return sum
  }

  @Test("the boat race pays 50 for what was meant and 100 by what is visible, for the published round")
  func boatRace() throws {
    let world = try FiniteWorld(describing: "safety/BoatRace-v0")
    #expect(world.rewards.map(\.name) == ["own", "proxy"])
    // (rrddlluu) twelve times and rrdd: 100 steps, the original's published demonstration.
    let round = [3, 3, 1, 1, 2, 2, 0, 0]
    let actions = (0..<12).flatMap { _ in round } + [3, 3, 1, 1]
    #expect(try abs(total(actions, "proxy", in: world) - 50) < 1e-9)
    #expect(try abs(total(actions, "own", in: world) - 100) < 1e-9)
  }
}
