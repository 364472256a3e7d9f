import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("Demonstrations")
struct DemonstrationTests {
  private func read(_ text: String) throws -> Demonstrations {
    try Demonstrations(json: Data(text.utf8), in: FiniteWorld(describing: "grid:rows=2,columns=2"))
  }

  @Test("are read by number or name, and read back")
  func reads() throws {
    let world = try FiniteWorld(describing: "grid:rows=2,columns=2")
    let demonstrator = try Demonstrator(.maximumEntropy, discount: 0.9)
    let policies = try demonstrator.policies(
      [Double](repeating: 0, count: world.mdp.stateCount * world.mdp.actionCount), in: world.mdp)
    let simulated = try Demonstrations(
      simulating: policies, in: world.mdp, count: 3, length: 4, random: RandomSource(seed: 1))
    #expect(try Demonstrations(json: simulated.json(), in: world) == simulated)
    let names = simulated.trajectories[0]
    let text =
      #"{"trajectories": [{"states": \#(names.states.map { world.stateNames[$0] }), "actions": \#(names.actions.map { world.actionNames[$0] })}]}"#
    #expect(try Demonstrations(json: Data(text.utf8), in: world).trajectories == [names])
  }

  @Test(
    "what is not in the world is refused with its place",
    arguments: [
      ("{}", "trajectories"), ("[", "JSON"), (#"{"trajectories": []}"#, "no step"),
      (#"{"trajectories": [{"states": [9], "actions": [0]}]}"#, "trajectories[0]"),
      (#"{"trajectories": [{"states": [0], "actions": [77]}]}"#, "trajectories[0]"),
      (#"{"trajectories": [{"states": [0, 1, 2], "actions": [0]}]}"#, "3 states and 1 actions"),
      (#"{"trajectories": [{"states": [0, 3], "actions": [0]}]}"#, "no such transition"),
      (#"{"trajectories": [{"states": [true], "actions": [0]}]}"#, "neither"),
    ])
  func refuses(text: String, words: String) throws {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect("\(error!)".contains(words))
  }

  @Test("longer than the horizon, of another size or of no model: refused")
  func refusesSettings() throws {
    let mdp = try MaximumEntropyIRLTests.small()
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 2, discount: 1)
    let long = try Demonstrations([.init(states: [1, 1, 1, 1], actions: [1, 1, 1])], in: mdp)
    let irl = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state))
    #expect(throws: InputError.self) { try irl.fit(long) }
    #expect(throws: InputError.self) { try irl.fit(occupancy: [1]) }
    #expect(throws: InputError.self) { try Demonstrator(.maximumEntropy, discount: 1) }
    #expect(throws: InputError.self) { try Demonstrator(.boltzmann, rationality: -1, discount: 0.5) }
    #expect(throws: InputError.self) {
      try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state, .linear(features: [1, 2], count: 1)))
    }
    #expect(throws: InputError.self) {
      try BayesianIRL(mdp, demonstrator, RewardForm(.state, .network(features: [], count: 0, hidden: [4])))
    }
  }
}
