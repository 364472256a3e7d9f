extension SafetyGridworld {
  /// Everything a registry has to know of the world.
  package func entry() throws -> EnvironmentEntry {
    var guidance = rules.guidance
    var world: TabularWorld?
    if rules.isSmall {
      let table = SafetyTable(self)
      world = try table.world(of: self, discount: 0.99)
      if guidance.example == nil { guidance.example = table.example(in: self) }
    }
    let proxy = NamedReward(
      name: "proxy", summary: "the reward that the original pays its agents; the true one is what was meant"
    ) { [self] before, action, after in
      rules.visible(view(before), Self.move(action), view(after))
    }
    let features = rules.features.map { feature in
      NamedFeature(name: feature.name, summary: feature.summary, isCost: feature.isCost) {
        [self] before, action, after in
        feature.compute(view(before), Self.move(action), view(after))
      }
    }
    let entry = EnvironmentEntry(
      self, tabular: world, namedRewards: [proxy], features: NamedFeature.all(features, of: specification),
      returns: rules.returns)
    return entry.guided(by: guidance)
  }

  private static func move(_ row: Span<Float>) -> SafetyMove { SafetyMove(rawValue: Int(row[0])) ?? .stay }
}
