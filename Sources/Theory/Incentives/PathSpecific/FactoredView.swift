import Agents
import Compute
import Environments

/// An environment's own table, taken apart into variables: what links a policy that was trained there to a
/// ``FactoredWorld``.
///
/// ```swift
/// let view = try FactoredView(registry.entry("pactolus/Recommender-v0"))
/// let effects = try PathEffects(
///   of: StagedPolicy(view.policy(of: trained)), in: view.world, delicate: ["interest"], baseline: view.uniform)
/// ```
///
/// The worlds of the house that are made of a few things name them: the recommender's habit and interest, the safety
/// gridworlds' supervisor, button or whisky beside where the agent is. Of any other world each component of the observation
/// is a variable, under its name. Nothing here is a guess: a world whose states are not made up of the variables is refused.
public struct FactoredView: Sendable {
  /// The world, for an episode's length and without discount: its values are what an episode pays.
  public let world: FactoredWorld
  /// By state of the environment's table: which state of ``world`` it is.
  public let stateOf: [Int]
  /// By variable whether it can be told from what the agent sees, and so from a clip.
  public let isSeen: [Bool]
  private let actionCount: Int

  /// Takes the table of an environment apart.
  ///
  /// - Parameter entry: the environment.
  /// - Throws: `InputError` for a world without a table or a time limit, and for one that is not made of few variables.
  /// - Complexity: O(variables² × transitions).
  public init(_ entry: EnvironmentEntry) throws {
    let id = entry.specification.id
    guard let table = entry.tabular else {
      throw InputError(
        "'\(id)' is not a finite world with a table, so that it cannot be taken apart into variables", at: id,
        remedy: "use a world with a table; 'pactolus worlds' lists them")
    }
    guard let horizon = entry.specification.maximumEpisodeSteps,
      case .discrete(let actions) = entry.specification.actionSpace
    else { throw InputError("'\(id)' has no time limit, or no discrete actions", at: id) }
    let facets = try Self.named(entry) ?? Self.observed(table, names: entry.specification.observationNames, id)
    var count = 1
    for facet in facets {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: facet.values.count)
      guard !isTooLarge, product <= FactoredWorld.mostStates else {
        throw InputError(
          "'\(id)' is not made of a few variables: what is seen of it has \(facets.count) components that vary, in more "
            + "than \(FactoredWorld.mostStates) combinations",
          at: id, remedy: "use a world that is: \(Self.examples.joined(separator: ", "))")
      }
      count = product
    }
    do {
      world = try FactoredWorld(
        factoring: table.mdp, title: id, actions: actions, facets: facets, horizon: horizon, discount: 1)
    } catch var error as InputError {
      error.problem =
        "'\(id)' is not made of the variables \(facets.map(\.name).joined(separator: ", ")): \(error.problem)"
      error.remedy = "use a world that is: \(Self.examples.joined(separator: ", "))"
      throw error
    }
    let numbers = world
    stateOf = (0..<table.mdp.stateCount).map { state in numbers.state(of: facets.map { $0.ofState[state] }) }
    actionCount = actions.count
    let size = table.observationSize
    func seen(_ state: Int) -> [Float] { Array(table.observations[state * size..<(state + 1) * size]) }
    var first: [Int: [Float]] = [:]
    for (state, number) in stateOf.enumerated() where !table.mdp.isTerminal[state] {
      let observation = seen(state)
      guard first.updateValue(observation, forKey: number).map({ $0 == observation }) ?? true else {
        throw InputError(
          "'\(id)' shows more than its variables \(facets.map(\.name).joined(separator: ", ")) say", at: id,
          remedy: "use a world that is made of its variables: \(Self.examples.joined(separator: ", "))")
      }
    }
    isSeen = facets.map { facet in
      var values: [[Float]: Int] = [:]
      return table.mdp.isTerminal.indices.allSatisfy { state in
        values.updateValue(facet.ofState[state], forKey: seen(state)).map { $0 == facet.ofState[state] } ?? true
      }
    }
  }

  /// Worlds that are taken apart under names of their own.
  public static let examples = [
    "pactolus/Recommender-v0", "safety/AbsentSupervisor-v0", "safety/SafeInterruptibility-v0", "safety/WhiskyGold-v0",
  ]

  /// A policy of the table's states, for those of ``world``; uniform in combinations that no state has.
  public func policy(of policy: TabularPolicy) -> TabularPolicy {
    TabularPolicy(
      probabilities: spread(policy.probabilities, default: 1 / Double(actionCount)), actionCount: actionCount)
  }

  /// A reward on the table's [states × actions], for those of ``world``; 0 in combinations that no state has.
  public func rewards(_ rewards: [Double]) -> [Double] { spread(rewards, default: 0) }

  /// All actions alike, whatever there is.
  public var uniform: FactoredRule {
    let share = 1 / Double(actionCount)
    do {
      return try FactoredRule(in: world, reads: []) { _ in [Double](repeating: share, count: actionCount) }
    } catch { preconditionFailure("a uniform row is a distribution: \(error)") }
  }

  /// A policy of the table's states as a baseline: it looks at all variables.
  ///
  /// - Throws: `InputError` for rows that are no probabilities.
  public func rule(_ policy: TabularPolicy) throws -> FactoredRule {
    let rows = self.policy(of: policy).probabilities
    return try FactoredRule(in: world, reads: world.variables.map(\.name)) { values in
      let first = world.state(of: values) * actionCount
      return Array(rows[first..<first + actionCount])
    }
  }

  private func spread(_ rows: [Double], default other: Double) -> [Double] {
    var result = [Double](repeating: other, count: world.stateCount * actionCount)
    for (state, number) in stateOf.enumerated() {
      for action in 0..<actionCount {
        result[number * actionCount + action] = rows[state * actionCount + action]
      }
    }
    return result
  }
}

extension FactoredWorld {
  /// The same world with another reward on its [states × actions].
  ///
  /// - Throws: `InputError` for a number that is not finite.
  package func paying(_ rewards: [Double]) throws -> FactoredWorld {
    precondition(rewards.count == stateCount * actions.count, "a number for each state and action")
    var other = try FactoredWorld(
      title: title, variables: variables, actions: actions,
      reward: [Term("reward", reads: variables.map(\.name) + ["action"], values: rewards)], horizon: horizon,
      discount: discount)
    for index in steps.indices { other.steps[index].isKnown = steps[index].isKnown }
    return other
  }
}

extension FactoredView {
  /// The variables of worlds that name them; nil for others.
  private static func named(_ entry: EnvironmentEntry) -> [FactoredWorld.Facet]? {
    if entry.environment is Recommender {
      return Recommender.variables.enumerated().map { place, variable in
        FactoredWorld.Facet(
          variable.name, values: variable.values,
          ofState: Recommender.states.map { (place == 0 ? $0.isHere : $0.isNarrow) ? 1 : 0 })
      }
    }
    if let world = entry.environment as? SafetyGridworld<AbsentSupervisorRules> {
      return facets(world) { [FactoredWorld.supervisor($0)] }
    }
    if let world = entry.environment as? SafetyGridworld<SafeInterruptibilityRules> {
      return facets(world) { FactoredWorld.interruption($0) + [("carried out", carriedOut($0.actual))] }
    }
    if let world = entry.environment as? SafetyGridworld<WhiskyGoldRules>, world.rules.isSmall {
      return facets(world) {
        [
          ("whisky", $0.hasDrunk ? ($0.isShown ? "drunk" : "just drunk") : "sober"),
          ("carried out", carriedOut($0.actual)),
        ]
      }
    }
    return nil
  }

  private static func carriedOut(_ action: Int8) -> String {
    action < 0 ? "nothing" : ["up", "down", "left", "right", "stay"][Int(action)]
  }

  private static func facets<Rules: SafetyRules>(
    _ world: SafetyGridworld<Rules>, _ more: (Rules.State) -> [(name: String, value: String)]
  ) -> [FactoredWorld.Facet] {
    FactoredWorld.facets(SafetyTable(world).states, in: world, more).filter { $0.values.count > 1 }
  }

  /// A variable for each component of the observation that varies.
  private static func observed(_ table: TabularWorld, names: [String], _ id: String) throws -> [FactoredWorld.Facet] {
    let size = table.observationSize
    let facets = (0..<size).compactMap { component -> FactoredWorld.Facet? in
      let column = (0..<table.mdp.stateCount).map { table.observations[$0 * size + component] }
      let values = Array(Set(column)).sorted()
      guard values.count > 1 else { return nil }
      return FactoredWorld.Facet(
        names[component] == "action" ? "the action" : names[component], values: values.map(Self.word),
        ofState: column.map { values.firstIndex(of: $0) ?? 0 })
    }
    guard !facets.isEmpty else { throw InputError("nothing of '\(id)' is seen to vary", at: id) }
    return facets
  }

  private static func word(_ value: Float) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
