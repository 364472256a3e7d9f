import Compute

/// Factored worlds as influence diagrams: a node for each variable at each step.
extension FactoredWorld {
  /// The world unrolled: `interest@2` is the interest after two steps, `action@2` the decision then, which sees all
  /// variables of its time; `clicks@2` is what that step pays, discounted.
  ///
  /// ```swift
  /// let diagram = try FactoredWorld.recommender.diagram()
  /// try Incentives(in: diagram, decision: "action@0").admits(.instrumentalControl, "interest@1")
  /// ```
  ///
  /// - Parameter steps: how many; the horizon unless given.
  /// - Throws: `InputError` for a world without a horizon if no steps are given, and for fewer than one.
  /// - Complexity: O(steps × the world's tables).
  public func diagram(steps: Int? = nil) throws -> InfluenceDiagram {
    let steps = try unrolled(steps)
    var nodes = zip(variables, starts).map { variable, factor in
      InfluenceDiagram.Node.chance(
        Self.node(variable.name, 0), parents: variable.startReads.map { Self.node($0, 0) }, outcomes: variable.values,
        table: factor.table)
    }
    var weight = 1.0
    for step in 0..<steps {
      nodes.append(
        .decision(
          Self.node("action", step), parents: variables.map { Self.node($0.name, step) }, outcomes: actions))
      for (variable, factor) in zip(variables, self.steps) {
        nodes.append(
          .chance(
            Self.node(variable.name, step + 1), parents: parents(of: factor, at: step), outcomes: variable.values,
            table: factor.table))
      }
      nodes += payments(at: step, weight: weight)
      weight *= discount
    }
    return try InfluenceDiagram(name: title, nodes: nodes)
  }

  /// Whether the first decision can have an incentive to change a variable, by the graph of the unrolled world: an
  /// instrumental control incentive on its value after some step.
  ///
  /// - Parameters:
  ///   - name: the variable.
  ///   - steps: how many steps are looked at; the horizon unless given.
  /// - Throws: `InputError` for an unknown variable, and as ``diagram(steps:)``.
  public func admitsIncentive(toChange name: String, steps: Int? = nil) throws -> Bool {
    _ = try position(of: name)
    let steps = try unrolled(steps)
    let incentives = try Incentives(in: try diagram(steps: steps), decision: Self.node("action", 0))
    return try (1...steps).contains { try incentives.admits(.instrumentalControl, Self.node(name, $0)) }
  }

  /// How many steps a diagram has.
  func unrolled(_ steps: Int?) throws -> Int {
    guard let steps = steps ?? horizon, steps >= 1 else {
      throw InputError("a diagram of \(steps ?? 0) steps", at: title, remedy: "give at least 1 step")
    }
    return steps
  }

  /// What a step pays, as nodes.
  func payments(at step: Int, weight: Double) -> [InfluenceDiagram.Node] {
    zip(reward, payments).map { term, factor in
      .utility(
        Self.node(term.name, step), parents: parents(of: factor, at: step), table: factor.table.map { weight * $0 })
    }
  }

  /// The nodes that a table reads; `copy` says how a variable is called in the world that is meant.
  func parents(
    of factor: FactoredTable, at step: Int, action: String = "action", copy: (Int) -> String = { _ in "" }
  ) -> [String] {
    factor.sources.map { source in
      switch source {
      case .now(let index): Self.node(variables[index].name + copy(index), step)
      case .action: Self.node(action, step)
      case .next(let index): Self.node(variables[index].name + copy(index), step + 1)
      }
    }
  }

  static func node(_ name: String, _ step: Int) -> String { "\(name)@\(step)" }
}

extension PathSpecificWorld {
  /// The path-specific objective as a diagram: delicate variables go their natural course, `interest@2`, after the
  /// baseline's actions, `baseline@1`, and after the natural course of what they depend on, `habit natural@1`. No path
  /// leads from a decision to them, so that no incentive to change them is left.
  ///
  /// A decision sees the variables and remembers all that it saw and did. Where the two worlds share their chance the
  /// diagram has a node for it, `chance of habit@1`, and no tables: only the graph is known.
  ///
  /// - Parameter steps: how many; the horizon unless given.
  /// - Throws: as `FactoredWorld.diagram(steps:)`.
  public func diagram(steps: Int? = nil) throws -> InfluenceDiagram {
    let steps = try world.unrolled(steps)
    let (isDelicate, isHidden) = (Set(delicate), Set(hidden))
    let hasTables = chance == .apart || hidden.isEmpty
    let natural: (Int) -> String = { isHidden.contains(world.variables[$0].name) ? " natural" : "" }
    func node(
      _ index: Int, _ step: Int, _ suffix: String, _ factor: FactoredTable, _ parents: [String]
    ) -> InfluenceDiagram.Node {
      let variable = world.variables[index]
      let isShared = !hasTables && isHidden.contains(variable.name) && step > 0
      let cause = isShared ? [FactoredWorld.node("chance of " + variable.name, step)] : []
      return .chance(
        FactoredWorld.node(variable.name + suffix, step), parents: parents + cause, outcomes: variable.values,
        table: hasTables ? factor.table : nil)
    }
    var nodes: [InfluenceDiagram.Node] = []
    var seen: [String] = []
    for (index, factor) in world.starts.enumerated() {
      let variable = world.variables[index]
      nodes.append(node(index, 0, "", factor, world.parents(of: factor, at: 0)))
      guard isHidden.contains(variable.name) else { continue }
      // One start: the natural course begins with the same value.
      let count = variable.values.count
      nodes.append(
        .chance(
          FactoredWorld.node(variable.name + " natural", 0), parents: [FactoredWorld.node(variable.name, 0)],
          outcomes: variable.values,
          table: hasTables ? (0..<count * count).map { $0 / count == $0 % count ? 1 : 0 } : nil))
    }
    var weight = 1.0
    for step in 0..<steps {
      seen += world.variables.map { FactoredWorld.node($0.name, step) }
      nodes.append(.decision(FactoredWorld.node("action", step), parents: seen, outcomes: world.actions))
      seen.append(FactoredWorld.node("action", step))
      nodes.append(
        .chance(
          FactoredWorld.node("baseline", step),
          parents: world.parents(of: baseline.factor, at: step, copy: natural),
          outcomes: world.actions, table: hasTables ? baseline.factor.table : nil))
      for (index, factor) in world.steps.enumerated() {
        let name = world.variables[index].name
        let own = world.parents(of: factor, at: step)
        let other = world.parents(of: factor, at: step, action: "baseline", copy: natural)
        if !hasTables, isHidden.contains(name) {
          nodes.append(.chance(FactoredWorld.node("chance of " + name, step + 1)))
        }
        nodes.append(node(index, step + 1, "", factor, isDelicate.contains(name) ? other : own))
        if isHidden.contains(name) { nodes.append(node(index, step + 1, " natural", factor, other)) }
      }
      nodes += world.payments(at: step, weight: weight).map { payment in
        hasTables ? payment : .utility(payment.name, parents: payment.parents)
      }
      weight *= world.discount
    }
    return try InfluenceDiagram(name: world.title + ", path-specific", nodes: nodes)
  }
}
