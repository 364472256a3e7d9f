extension SealsTable {
  /// With exact optimum and bounds for episodes of the task's length.
  var entry: EnvironmentEntry {
    let returns = world.mdp.episodeReturns(steps: horizon)
    return EnvironmentEntry(
      self, tabular: world,
      returns: KnownReturns(
        reference: returns.optimum, bounds: returns.bounds, random: RandomReturn(exactly: returns.uniform)))
  }

  /// The time limit.
  package var horizon: Int { specification.maximumEpisodeSteps ?? 0 }

  /// For worlds drawn as places with ways between them.
  func placesGuidance(_ goal: String) -> Guidance {
    Guidance(
      goal: goal,
      legend: [
        Guidance.Sign(.disc, .agent, "where the agent is"),
        Guidance.Sign(.disc, .goal, "a place that pays for each step begun in it"),
        Guidance.Sign(.disc, .danger, "a place that costs for each step begun in it"),
        Guidance.Sign(.disc, .track, "a place that pays nothing"), Guidance.Sign(.arrow, .neutral, "a way"),
      ],
      unsure: "Add up what the places pay, one step after the other. About as good? Say so.", example: example)
  }

  var cliffGuidance: Guidance {
    Guidance(
      goal: "Get to the goal and stay there. Keep off the cliff: the wind blows the agent up towards it.",
      legend: [
        Guidance.Sign(.disc, .agent, "the agent, which moves diagonally"),
        Guidance.Sign(.area, .goal, "the goal: pays for each step begun on it"),
        Guidance.Sign(.area, .danger, "the cliff: costs ten times as much as a step"),
        Guidance.Sign(.area, .track, "the ground: each step costs a little"),
      ],
      unsure: "Choose the one that is nearer to the goal without being on the cliff. About as good? Say so.",
      example: example)
  }

  /// What a best policy begins with in each state.
  private var example: @Sendable ([Float]) -> [Float] {
    let actions = world.mdp.episodeReturns(steps: horizon).firstActions
    if isOneHot {
      return { observation in [Float(observation.firstIndex { $0 > 0.5 }.map { actions[$0] } ?? 0)] }
    }
    let (rows, width) = (world.observations, world.observationSize)
    return { observation in
      // Every row is an exact one but for rounding, so the nearest is the state's.
      func distance(_ state: Int) -> Float {
        observation.indices.reduce(0) {
          let difference = observation[$1] - rows[state * width + $1]
          return $0 + difference * difference
        }
      }
      let state = actions.indices.min { distance($0) < distance($1) } ?? 0
      return [Float(actions[state])]
    }
  }
}
