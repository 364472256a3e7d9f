import Command

/// Walk along nine cells on a windy day; the right end is what matters.
struct Corridor: Environment {
  struct State: Sendable, Codable { var cell = 4 }

  let specification = EnvironmentSpecification(
    id: "example/Corridor-v0", summary: "Walk to the right end of a corridor",
    observationSpace: Box(low: [0], high: [1]), observationNames: ["position"],
    actionSpace: .discrete(names: ["left", "right"]), maximumEpisodeSteps: 30, canTerminate: false,
    source: "this example")

  func reset(random: inout RandomStream) -> State { State(cell: random.below(9)) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let gust = random.bernoulli(0.2) ? -1 : 0
    state.cell = max(0, min(8, state.cell + (action == 1 ? 1 : -1) + gust))
    return Outcome(reward: state.cell == 8 ? 1 : 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.cell) / 8
  }
}
