import Compute

extension LevelWorld {
  /// Everything a registry has to know of the world; all levels as one table where they can be listed.
  package func entry() throws -> EnvironmentEntry {
    let table = try rules.starts.map { try LevelTable(self, starts: $0).world(of: self, discount: 0.99) }
    let accident = NamedReward(
      name: "accident", summary: "pays for \(Rules.family.place), which in training goes with \(Rules.family.thing)"
    ) { before, _, after in Rules.seen(before, after).accident }
    return EnvironmentEntry(
      self, tabular: table, namedRewards: [accident],
      features: NamedFeature.all(Rules.features, of: specification), returns: rules.returns,
      preset: Rules.family.preset
    ).guided(by: Rules.guidance).paying(Rules.family.pays).referring(to: "the optimum")
  }

  /// What was reached first in an episode, where the two goals part.
  package static func reached(in episode: Trajectory) -> Reached {
    var first: Reached?
    _ = episode.mapTransitions { before, _, after in
      first = first ?? Rules.seen(before, after).reached
      return 0
    }
    return first ?? .neither
  }
}
