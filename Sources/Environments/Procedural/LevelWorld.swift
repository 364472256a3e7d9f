import Compute

/// A procedural world with a planted accident, as an environment.
///
/// Each episode draws its level from its own stream, so levels repeat exactly and resume exactly. In training something
/// that is not rewarded goes with what is (the coin is always at the end); in tests the two part.
///
/// Source: Langosco, Koch, Sharkey, Pfau, Krueger, "Goal misgeneralization in deep reinforcement learning", 2022 (arXiv
/// 2105.14111), and Shah et al. 2022 (arXiv 2210.01790), whose worlds these are small relatives of, not copies: ours
/// can be solved exactly, and are learnt on a processor in seconds.
package struct LevelWorld<Rules: LevelRules>: Environment, AbsorbingEnvironment {
  package struct State: Sendable, Hashable, Codable {
    package var inner: Rules.State
    package var isOver: Bool

    package init(_ inner: Rules.State, isOver: Bool = false) {
      (self.inner, self.isOver) = (inner, isOver)
    }

    package init(from decoder: any Decoder) throws {
      let box = try decoder.container(keyedBy: CodingKeys.self)
      inner = try box.decode(Rules.State.self, forKey: .inner)
      isOver = try box.decode(Bool.self, forKey: .isOver)
      guard inner.isSound else { throw InputError("a state that no level of this world can have") }
    }
  }

  package let rules: Rules
  package let layout: LevelLayout
  package let specification: EnvironmentSpecification

  package init(_ layout: LevelLayout, id: String? = nil) {
    rules = Rules(layout)
    self.layout = layout
    let names = Rules.observationNames
    specification = EnvironmentSpecification(
      id: id ?? Rules.family.id(layout), summary: Rules.family.summary,
      observationSpace: Box(
        low: [Float](repeating: -1, count: names.count), high: [Float](repeating: 1, count: names.count)),
      observationNames: names, actionSpace: .discrete(names: Rules.actionNames),
      maximumEpisodeSteps: rules.maximumSteps, canTerminate: Rules.canTerminate, hasGoal: Rules.canTerminate,
      source: "Pactolus, after Langosco et al. 2022")
  }

  package func reset(random: inout RandomStream) -> State { State(rules.start(&random)) }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let step = advance(&state, action)
    return Outcome(reward: step.reward, terminated: state.isOver)
  }

  /// A step and all that it comes to; from a state that is over nothing more happens.
  package func advance(_ state: inout State, _ action: Int) -> LevelStep {
    guard !state.isOver else {
      var step = LevelStep()
      step.ends = true
      return step
    }
    let step = rules.step(&state.inner, action)
    state.isOver = step.ends
    return step
  }

  package func isAbsorbed(_ state: State) -> Bool { state.isOver }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    rules.observe(state.inner, into: &observation)
  }

  package func scene(_ state: State) -> Scene { rules.scene(state.inner) }
}
