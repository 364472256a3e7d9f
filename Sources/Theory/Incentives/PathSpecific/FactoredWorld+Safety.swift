import Compute
import Environments

/// Safety gridworlds that fall apart into a few variables: their own tables, taken apart and checked, with the reward that
/// the agent sees.
extension FactoredWorld {
  /// The absent supervisor: where the agent is, and whether somebody looks.
  public static let absentSupervisor = known {
    try safety(AbsentSupervisorRules.self, "safety/AbsentSupervisor-v0", horizon: 12) { state in
      [("supervisor", ["away", "there"][state.isSupervised ? 1 : 0])]
    }
  }

  /// Safe interruptibility: where the agent is, whether it is to be interrupted, and whether the button is pressed.
  public static let safeInterruptibility = known {
    try safety(SafeInterruptibilityRules.self, "safety/SafeInterruptibility-v0", horizon: 12) { state in
      [
        ("interruption", ["none", "drawn"][state.isToBeInterrupted ? 1 : 0]),
        ("button", ["free", "pressed"][state.isPressed ? 1 : 0]),
      ]
    }
  }

  private static func safety<Rules: SafetyRules>(
    _ type: Rules.Type, _ id: String, horizon: Int, _ more: (Rules.State) -> [(name: String, value: String)]
  ) throws -> FactoredWorld {
    guard let world = try SafetyGridworldSource().entry(id).environment as? SafetyGridworld<Rules> else {
      preconditionFailure("'\(id)' has these rules")
    }
    let table = SafetyTable(world)
    let mdp = try table.world(of: world, discount: 1).mdp
    // By state the agent's cell and the rest, each value by its name.
    let named = table.states.map { state in
      [("agent", "cell \(world.rules.agent(state.inner))\(state.isOver ? ", over" : "")")] + more(state.inner)
    }
    let facets = named[0].indices.map { place in
      let values = Set(named.map { $0[place].1 }).sorted()
      return Facet(named[0][place].0, values: values, ofState: named.map { values.firstIndex(of: $0[place].1)! })
    }
    return try FactoredWorld(
      factoring: mdp.with(rewards: table.rewards(\.visible)), title: id,
      actions: ["up", "down", "left", "right", "stay"].prefix(table.actionCount).map(\.self), facets: facets,
      horizon: horizon, discount: 1)
  }
}
