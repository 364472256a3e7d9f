import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

@Suite("Gymnasium's environments", .serialized, .enabled(if: TestPython.hasGymnasium))
struct GymnasiumTests {
  @Test("CartPole is step by step what Gymnasium plays without us")
  func parity() throws {
    let entry = try TestPython.gymnasium("gym/CartPole-v1")
    let world = entry.environment as! PythonEnvironment
    #expect(entry.specification.maximumEpisodeSteps == 500)
    var random = RandomSource(seed: 8).stream("parity")
    var choice = RandomSource(seed: 9).stream("parity")
    for _ in 0..<3 {
      var state = world.reset(random: &random)
      let actions = (0..<100).map { _ in choice.below(2) }
      let direct = try DirectEpisode.play(
        "gymnasium.make('CartPole-v1')", seed: state.seed, actions: actions)
      #expect(direct.terminated && world.observation(of: state) == direct.observations[0])
      for (step, reward) in direct.rewards.enumerated() {
        let outcome = world.step(&state, .read([Float(actions[step])].span), random: &random)
        #expect(Float(outcome.reward) == reward && world.observation(of: state) == direct.observations[step + 1])
        #expect(outcome.terminated == (step == direct.rewards.count - 1))
      }
    }
  }

  @Test("options reach the environment: ice that is not slippery does what it is told")
  func options() throws {
    let world = try TestPython.gymnasium("gym/FrozenLake-v1:is_slippery=false").environment as! PythonEnvironment
    var random = RandomSource(seed: 1).stream("lake")
    var state = world.reset(random: &random)
    // Down, down, right, right, down, right: the way to the goal of the 4 × 4 map.
    let outcomes = [1, 1, 2, 2, 1, 2].map { world.step(&state, .read([$0].span), random: &random) }
    #expect(outcomes.last == Outcome(reward: 1, terminated: true))
    #expect(outcomes.dropLast().allSatisfy { $0 == Outcome(reward: 0, terminated: false) })
  }

  @Test("an unknown id has near misses from Gymnasium's registry")
  func unknown() throws {
    let error = #expect(throws: InputError.self) { try TestPython.gymnasium("gym/CartPol-v1") }
    #expect(error?.description.contains("did you mean gym/CartPole-v1") == true, "\(String(describing: error))")
  }

  @Test("CartPole keeps the whole contract")
  func contract() throws {
    try expectContract(of: try TestPython.gymnasium("gym/CartPole-v1").environment, steps: 200)
  }
}
