import Compute
import Environments

/// One step an episode: two contexts, some actions, reward 1 for the action that belongs to the context.
struct Bandit: Environment {
  var actions = 2

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Bandit", summary: "one step, two contexts", observationSpace: Box(low: [-1, 0], high: [1, 1]),
      observationNames: ["context", "one"], actionSpace: .discrete(names: (0..<actions).map { "action \($0)" }),
      maximumEpisodeSteps: 10, canTerminate: true, source: "here")
  }

  func reset(random: inout RandomStream) -> Int { random.below(2) }

  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    Outcome(reward: action == state ? 1 : 0, terminated: true)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = state == 0 ? -1 : 1
    observation[1] = 1
  }

  func scene(_ state: Int) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}

/// Continuous actions, reward −|action − 0.5|² summed; never terminates, the time limit cuts after `limit` steps.
struct Target: Environment {
  var size = 1
  var limit = 5

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Target", summary: "hit one half", observationSpace: Box(low: [0, 0, 0], high: [1, 1, 100]),
      observationNames: ["one", "noise", "step"],
      actionSpace: .continuous(
        Box(low: [Float](repeating: -1, count: size), high: [Float](repeating: 1, count: size))),
      maximumEpisodeSteps: limit, canTerminate: false, source: "here")
  }

  struct State: Codable, Sendable {
    var step = 0
    var noise: Float
  }

  func reset(random: inout RandomStream) -> State { State(noise: random.uniformFloat()) }

  func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    var reward = 0.0
    for index in 0..<action.count {
      let distance = Double(action[index]) - 0.5
      reward -= distance * distance
    }
    state.step += 1
    state.noise = random.uniformFloat()
    return Outcome(reward: reward, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = 1
    observation[1] = state.noise
    observation[2] = Float(state.step)
  }

  func scene(_ state: State) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}
