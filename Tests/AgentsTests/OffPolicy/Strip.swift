import Compute
import Environments

/// A walk on a strip: the action is a step (continuous, or left and right), the reward is one less the distance from
/// the middle. Leaving the strip terminates; the time limit truncates.
struct Strip: Environment {
  var discrete = false
  var limit = 7
  var scale: Float = 2

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: discrete ? "test/StripDiscrete" : "test/Strip", summary: "stay in the middle",
      observationSpace: Box(low: [-4, 0], high: [4, 1]), observationNames: ["place", "one"],
      actionSpace: discrete
        ? .discrete(names: ["left", "right", "stay"]) : .continuous(Box(low: [-scale], high: [scale])),
      maximumEpisodeSteps: limit, canTerminate: true, source: "here")
  }

  struct State: Codable, Sendable { var place: Double }

  func reset(random: inout RandomStream) -> State { State(place: random.uniform(-1.5, 1.5)) }

  func move(_ state: inout State, by step: Double, random: inout RandomStream) -> Outcome {
    state.place += step + 0.05 * random.normal()
    return Outcome(reward: 1 - abs(state.place), terminated: abs(state.place) > 2)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.place)
    observation[1] = 1
  }

  func scene(_ state: State) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}

extension Strip {
  func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    move(&state, by: 0.5 * Double(action[0]), random: &random)
  }
}

/// The same with three actions.
struct DiscreteStrip: Environment {
  var strip = Strip(discrete: true)
  var specification: EnvironmentSpecification { strip.specification }
  func reset(random: inout RandomStream) -> Strip.State { strip.reset(random: &random) }
  func step(_ state: inout Strip.State, _ action: Int, random: inout RandomStream) -> Outcome {
    strip.move(&state, by: [-0.5, 0.5, 0][action], random: &random)
  }
  func observe(_ state: Strip.State, into observation: inout MutableSpan<Float>) {
    strip.observe(state, into: &observation)
  }
  func scene(_ state: Strip.State) -> Scene { strip.scene(state) }
}
