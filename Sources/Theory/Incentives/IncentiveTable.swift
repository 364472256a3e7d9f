import Compute

/// Everything about the incentives of one decision, as values for a table, a picture or JSON: which each node admits, and
/// where the diagram has numbers what information and control are worth.
package struct IncentiveTable: Sendable, Encodable {
  /// One node.
  package struct Row: Sendable, Encodable {
    package let node: String
    /// "chance", "decision" or "utility".
    package let kind: String
    package let agent: String?
    package let parents: [String]
    package let valueOfInformation: Bool
    package let responseIncentive: Bool
    package let valueOfControl: Bool
    package let directValueOfControl: Bool
    package let indirectValueOfControl: Bool
    package let instrumentalControlIncentive: Bool
    /// What knowing it is worth, in units of utility, where that can be computed.
    package let worthOfKnowing: Double?
    /// What choosing it is worth, likewise.
    package let worthOfChoosing: Double?
  }

  /// One row of a decision's best rule.
  package struct Choice: Sendable, Encodable {
    package let decision: String
    package let knowing: [String: String]
    package let choice: String
  }

  package let diagram: String
  package let about: String?
  package let agent: String
  package let decision: String
  package let rows: [Row]
  /// Links of information that are worth nothing: from, to.
  package let worthless: [[String]]
  /// The agent's best expected utility, and a policy that has it.
  package let bestExpectedUtility: Double?
  package let policy: [Choice]?
  /// Whose rules are held fixed, choosing uniformly, in the numbers.
  package let fixed: [String]
  /// Why there are no numbers, or why some are missing.
  package let whyNoNumbers: String?

  /// - Parameter mostNodes: with more nodes than this, only the best policy is computed, not what each node is worth.
  package init(_ incentives: Incentives, mostNodes: Int = 60, limit: Int = DiagramInference.standardLimit) {
    let diagram = incentives.diagram
    self.diagram = diagram.name
    about = diagram.about
    agent = incentives.agent
    decision = incentives.decision
    fixed = diagram.decisions().filter { diagram.nodes[$0].kind.agent != incentives.agent }.map {
      diagram.nodes[$0].name
    }
    var reason: String?
    func attempt<Value>(_ body: () throws -> Value) -> Value? {
      do { return try body() } catch {
        reason = reason ?? ((error as? InputError)?.problem ?? "\(error)")
        return nil
      }
    }
    let values: IncentiveValues? =
      diagram.nodes.allSatisfy { $0.table == nil }
      ? nil : attempt { try IncentiveValues(diagram, agent: incentives.agent, limit: limit) }
    if values != nil, diagram.nodes.count > mostNodes {
      reason = "the worth of each node is computed for diagrams of at most \(mostNodes) nodes"
    }
    let priced = diagram.nodes.count > mostNodes ? nil : values
    let below = DiagramGraph(diagram).descendants(of: [incentives.decisionIndex])
    rows = diagram.order.map { index in
      let node = diagram.nodes[index]
      func admits(_ criterion: Incentives.Criterion) -> Bool { incentives.admits(criterion, index) }
      return Row(
        node: node.name, kind: node.kind.word, agent: node.kind.agent, parents: node.parents,
        valueOfInformation: admits(.valueOfInformation), responseIncentive: admits(.response),
        valueOfControl: admits(.valueOfControl), directValueOfControl: admits(.directValueOfControl),
        indirectValueOfControl: admits(.indirectValueOfControl),
        instrumentalControlIncentive: admits(.instrumentalControl),
        worthOfKnowing: below[index] || node.kind.isUtility
          ? nil : priced.flatMap { values in attempt { try values.information(index, at: incentives.decisionIndex) } },
        worthOfChoosing: node.kind == .chance
          ? priced.flatMap { values in attempt { try values.control(index) } } : nil)
    }
    worthless = diagram.order.flatMap { child in
      diagram.parents[child].filter { !incentives.requisite.graph.parents[child].contains($0) }
        .map { [diagram.nodes[$0].name, diagram.nodes[child].name] }
    }
    bestExpectedUtility = values?.optimum.expectedUtility
    policy = values.map { Self.choices($0.optimum, incentives) }
    whyNoNumbers = reason
  }

  private static func choices(_ optimum: OptimalPolicy, _ incentives: Incentives) -> [Choice] {
    let diagram = incentives.diagram
    return diagram.decisions(of: incentives.agent).flatMap { decision -> [Choice] in
      guard let rule = optimum.inference.rules[decision] else { return [] }
      let outcomes = diagram.nodes[decision].outcomes
      return (0..<(rule.table.count / outcomes.count)).map { row in
        var rest = row
        var knowing: [String: String] = [:]
        for parent in rule.parents.reversed() {
          let names = diagram.nodes[parent].outcomes
          knowing[diagram.nodes[parent].name] = names[rest % names.count]
          rest /= names.count
        }
        let chosen = outcomes.indices.first { rule.table[row * outcomes.count + $0] == 1 }!
        return Choice(decision: diagram.nodes[decision].name, knowing: knowing, choice: outcomes[chosen])
      }
    }
  }
}

extension InfluenceDiagram.Kind {
  /// "chance", "decision" or "utility".
  package var word: String {
    switch self {
    case .chance: "chance"
    case .decision: "decision"
    case .utility: "utility"
    }
  }
}
