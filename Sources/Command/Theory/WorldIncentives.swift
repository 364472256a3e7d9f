import Foundation
import Pactolus

/// What `pactolus incentives WORLD` says of a world whose state is made of named variables.
struct WorldIncentives: Encodable {
  /// The worlds that are known to fall apart into variables, by name.
  static let worlds: [(name: String, about: String, world: FactoredWorld)] = [
    ("recommender", "A reader's interest and habit, and what is shown to them, for five steps.", .recommender),
    (
      "self-induced-shift", "The last action is all there is to remember; cooperating pays one step later.",
      .selfInducedShift
    ),
    ("safety/AbsentSupervisor-v0", "Where the agent is, and whether somebody looks.", .absentSupervisor),
    (
      "safety/SafeInterruptibility-v0",
      "Where the agent is, whether it is to be interrupted, and the button that prevents it.",
      .safeInterruptibility
    ),
  ]

  var world: String
  /// How many steps were looked at.
  var steps: Int
  var variables: [Variable]
  /// Where something was declared delicate.
  var effects: Effects?

  struct Variable: Encodable {
    var name: String
    /// Whether the first decision can have a reason to change it.
    var isMeans: Bool
  }

  /// How much of what agents gain comes through what is delicate.
  struct Effects: Encodable {
    var delicate: [String]
    var baseline: String
    var agents: [Agent]
  }

  struct Agent: Encodable {
    struct Drift: Encodable {
      var variable: String
      var fromNatural: Double
      var fromStart: Double
    }
    var name: String
    var value: Double
    var total: Double
    var direct: Double
    var indirect: Double
    var drift: [Drift]
  }

  /// - Throws: `InputError` for unknown variables and actions, with near misses.
  init(_ name: String, _ world: FactoredWorld, steps: Int?, delicate: [String], baseline: String?, penalty: Double)
    throws
  {
    self.world = name
    let steps = steps ?? world.horizon ?? 3
    self.steps = steps
    variables = try world.variables.map { variable in
      Variable(
        name: variable.name, isMeans: try world.admitsIncentive(toChange: variable.name, steps: steps))
    }
    guard !delicate.isEmpty else { return }
    let action = baseline ?? world.actions[0]
    let paths = try PathSpecificWorld(
      world, delicate: delicate, baseline: try FactoredRule(always: action, in: world))
    let report = try PathSpecificReport(paths, penaltyWeight: penalty)
    effects = Effects(
      delicate: delicate, baseline: action,
      agents: report.agents.map { agent in
        Agent(
          name: agent.name, value: agent.value, total: agent.total, direct: agent.direct, indirect: agent.indirect,
          drift: agent.drift.map {
            Agent.Drift(variable: $0.variable, fromNatural: $0.fromNatural, fromStart: $0.fromStart)
          })
      })
  }

  /// For a terminal.
  var text: String {
    var lines = ["\(world), \(steps) steps, at the first action", ""]
    for variable in variables {
      let answer = variable.isMeans ? "a means: changing it can raise what is paid" : "nothing is gained by changing it"
      lines.append("  \(variable.name): \(answer)")
    }
    guard let effects else { return lines.joined(separator: "\n") }
    let words = effects.delicate.joined(separator: ", ")
    lines += [
      "",
      "Agents that plan exactly, beside “\(effects.baseline)” in every step. Of what each gains, how much does not come through "
        + "\(words), and how much does;", "and how far it ends from its natural course (total variation).", "",
    ]
    func number(_ value: Double) -> String { String(format: "%.4f", value == 0 ? 0 : value) }
    let rows = effects.agents.map { agent in
      [agent.name] + [agent.value, agent.total, agent.direct, agent.indirect].map(number)
        + [agent.drift.map { number($0.fromNatural) }.joined(separator: ", ")]
    }
    lines.append(
      Screen.table([["agent", "earns", "gains", "not through it", "through it", "moved"]] + rows))
    lines += [
      "Path-specific: it does not try to influence \(words), which may be moved all the same. Punished: it tries not to."
    ]
    return lines.joined(separator: "\n")
  }
}
