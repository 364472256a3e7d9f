import Compute
import Environments

/// Safety gridworlds that fall apart into a few variables: their own tables, taken apart and checked, with the reward that
/// the agent sees.
extension FactoredWorld {
  /// The absent supervisor: where the agent is, and whether somebody looks.
  public static let absentSupervisor = known {
    try safety(AbsentSupervisorRules.self, "safety/AbsentSupervisor-v0", horizon: 12) { [supervisor($0)] }
  }

  /// Safe interruptibility: where the agent is, whether it is to be interrupted, and whether the button is pressed.
  public static let safeInterruptibility = known {
    try safety(SafeInterruptibilityRules.self, "safety/SafeInterruptibility-v0", horizon: 12) { interruption($0) }
  }

  /// Whether somebody looks.
  static func supervisor(_ state: AbsentSupervisorRules.State) -> (name: String, value: String) {
    ("supervisor", state.isSupervised ? "there" : "away")
  }

  /// Whether the agent is to be interrupted, and whether the button is pressed.
  static func interruption(_ state: SafeInterruptibilityRules.State) -> [(name: String, value: String)] {
    [
      ("interruption", state.isToBeInterrupted ? "drawn" : "none"), ("button", state.isPressed ? "pressed" : "free"),
    ]
  }

  private static func safety<Rules: SafetyRules>(
    _ type: Rules.Type, _ id: String, horizon: Int, _ more: (Rules.State) -> [(name: String, value: String)]
  ) throws -> FactoredWorld {
    guard let world = try SafetyGridworldSource().entry(id).environment as? SafetyGridworld<Rules> else {
      preconditionFailure("'\(id)' has these rules")
    }
    let table = SafetyTable(world)
    let mdp = try table.world(of: world, discount: 1).mdp
    return try FactoredWorld(
      factoring: mdp.with(rewards: table.rewards(\.visible)), title: id,
      actions: ["up", "down", "left", "right", "stay"].prefix(table.actionCount).map(\.self),
      facets: facets(table.states, in: world, more), horizon: horizon, discount: 1)
  }

  /// The agent's cell and more as variables of states, each value by its name.
  static func facets<Rules: SafetyRules>(
    _ states: [SafetyGridworld<Rules>.State], in world: SafetyGridworld<Rules>,
    _ more: (Rules.State) -> [(name: String, value: String)]
  ) -> [Facet] {
    let named = states.map { state in
      [("agent", "cell \(world.rules.agent(state.inner))\(state.isOver ? ", over" : "")")] + more(state.inner)
    }
    return named[0].indices.map { place in
      let values = Set(named.map { $0[place].1 }).sorted()
      return Facet(named[0][place].0, values: values, ofState: named.map { values.firstIndex(of: $0[place].1)! })
    }
  }
}
