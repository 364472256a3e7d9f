import Compute

/// Exact sums over all outcomes of a diagram in which every decision has a rule, by eliminating variables.
///
/// Decisions without a rule of their own choose uniformly.
package struct DiagramInference: Sendable {
  /// How a decision is made: for each combination of outcomes of some of its parents, the probabilities of its
  /// outcomes.
  package struct Rule: Sendable, Hashable {
    /// What the rule looks at: parents of the decision, not necessarily all.
    package let parents: [Int]
    /// Rows as in ``InfluenceDiagram/Node/table``.
    package let table: [Double]

    package init(parents: [Int], table: [Double]) {
      self.parents = parents
      self.table = table
    }
  }

  package let diagram: InfluenceDiagram
  package var rules: [Int: Rule]
  /// Nodes that are set from outside to an outcome, whatever their parents.
  package var interventions: [Int: Int] = [:]
  /// The most entries that a table may have.
  package var limit: Int

  /// Sixteen million entries take 128 MiB.
  package static let standardLimit = 1 << 24

  /// - Throws: `InputError` that names a node without outcomes or table.
  package init(_ diagram: InfluenceDiagram, rules: [Int: Rule] = [:], limit: Int = standardLimit) throws {
    if let node = diagram.firstWithoutNumbers {
      let what = diagram.nodes[node].kind.isDecision ? "outcomes" : "table"
      throw InputError(
        "\(diagram.nodes[node].name) has no \(what), so that nothing can be computed", at: diagram.name,
        remedy: "give it one, or ask only what follows from the graph")
    }
    self.diagram = diagram
    self.rules = rules
    self.limit = limit
  }

  func size(_ node: Int) -> Int { diagram.nodes[node].outcomes.count }

  /// The factor of a chance node or a decision.
  private func factor(_ node: Int) -> Factor {
    if let outcome = interventions[node] {
      return Factor(
        variables: [node], sizes: [size(node)], values: (0..<size(node)).map { $0 == outcome ? 1 : 0 })
    }
    let (parents, table): ([Int], [Double]) =
      if let rule = rules[node], diagram.nodes[node].kind.isDecision {
        (rule.parents, rule.table)
      } else if diagram.nodes[node].kind.isDecision {
        ([], [Double](repeating: 1 / Double(size(node)), count: size(node)))
      } else {
        (diagram.parents[node], diagram.nodes[node].table!)
      }
    return Factor(variables: parents + [node], sizes: parents.map(size) + [size(node)], values: table)
  }

  /// The sum, over all outcomes of all other nodes, of their joint probability times the extra factors: a factor over
  /// the kept nodes. Nodes that are `free` have no probability of their own.
  func sum(keeping keep: [Int], free: Set<Int> = [], times extra: [Factor]) throws -> Factor {
    // Whatever is not above a kept node or the extra factors sums to one.
    var needed: Set<Int> = []
    var stack = keep + extra.flatMap(\.variables)
    var factors = extra
    while let node = stack.popLast() {
      guard needed.insert(node).inserted, !free.contains(node) else { continue }
      let own = factor(node)
      factors.append(own)
      stack += own.variables
    }
    let kept = Set(keep)
    let plan = EliminationOrder(scopes: factors.map(\.variables) + [keep], keep: kept, size: size)
    try plan.checkFits(limit, at: diagram.name)
    for variable in plan.order {
      let own = factors.filter { $0.variables.contains(variable) }
      factors.removeAll { $0.variables.contains(variable) }
      let rest = Set(own.flatMap(\.variables)).subtracting([variable]).sorted()
      factors.append(.product(own, keep: rest.map { ($0, size($0)) }, sum: [(variable, size(variable))]))
    }
    return .product(factors, keep: keep.map { ($0, size($0)) }, sum: [])
  }

  /// A utility as a factor over its parents.
  func utility(_ node: Int) -> Factor {
    let parents = diagram.parents[node]
    return Factor(variables: parents, sizes: parents.map(size), values: diagram.nodes[node].table!)
  }

  /// The expected sum of these utilities.
  package func expectedUtility(_ utilities: [Int]) throws -> Double {
    try utilities.reduce(0) { try $0 + sum(keeping: [], times: [utility($1)]).values[0] }
  }

  /// The probabilities of a node's outcomes.
  package func distribution(of node: Int) throws -> [Double] { try sum(keeping: [node], times: []).values }

  /// The expected value of a node: of a utility, or of outcomes that are numbers (or count as 0, 1, 2, …).
  package func expectedValue(of node: Int) throws -> Double {
    if diagram.nodes[node].kind.isUtility { return try expectedUtility([node]) }
    return try zip(distribution(of: node), diagram.nodes[node].values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// How much the expected value of a node grows when another is set from one outcome to a second, whatever its causes.
  package func totalEffect(of cause: Int, from before: Int, to after: Int, on node: Int) throws -> Double {
    var world = self
    world.interventions[cause] = after
    let second = try world.expectedValue(of: node)
    world.interventions[cause] = before
    return try second - world.expectedValue(of: node)
  }
}
