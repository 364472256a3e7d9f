import Compute

/// What knowing or controlling a node is worth in a diagram with numbers, in units of utility.
///
/// ```swift
/// let values = try IncentiveValues(diagram)
/// try values.information("forecast", at: "party")   // the gain from knowing it, against not knowing it
/// try values.control("weather")                     // the gain from choosing it as well
/// ```
///
/// Other agents' rules are held fixed: those given, or uniform ones. Each answer solves one or two changed diagrams.
/// Source: Everitt et al. 2021, definitions of value of information and of control.
package struct IncentiveValues: Sendable {
  package let diagram: InfluenceDiagram
  package let agent: String
  /// The best policy in the diagram as it is.
  package let optimum: OptimalPolicy
  private let others: [Int: DiagramInference.Rule]
  private let limit: Int

  /// - Throws: `InputError` where numbers are missing or inference does not fit.
  package init(
    _ diagram: InfluenceDiagram, agent: String? = nil, others: [Int: DiagramInference.Rule] = [:],
    limit: Int = DiagramInference.standardLimit
  ) throws {
    self.diagram = diagram
    self.agent = try AgentView(diagram, agent: agent).agent
    self.others = others
    self.limit = limit
    optimum = try OptimalPolicy(diagram, agent: self.agent, others: others, limit: limit)
  }

  private func best(_ diagram: InfluenceDiagram) throws -> Double {
    try OptimalPolicy(diagram, agent: agent, others: others, limit: limit).expectedUtility
  }

  /// The best expected utility when the decision knows the node less the best when it does not.
  ///
  /// - Throws: `InputError` for a node that the decision can change: it cannot be known beforehand; and where a changed
  ///   diagram cannot be solved.
  package func information(_ node: Int, at decision: Int) throws -> Double {
    guard !DiagramGraph(diagram).descendants(of: [decision])[node] else {
      let names = [node, decision].map { diagram.nodes[$0].name }
      throw InputError(
        "\(names[0]) comes after \(names[1]), so that it cannot be known there",
        remedy: "ask about a node that the decision does not change")
    }
    guard !diagram.nodes[node].kind.isUtility else {
      throw InputError(
        "\(diagram.nodes[node].name) is a utility, which no decision can know",
        remedy: "make it a chance node with the values as outcomes")
    }
    let isKnown = diagram.parents[decision].contains(node)
    let other = try best(diagram.observing(node, at: decision, !isKnown))
    return isKnown ? optimum.expectedUtility - other : other - optimum.expectedUtility
  }

  /// The best expected utility when the agent chooses the node too, knowing its parents, less the best as it is.
  ///
  /// - Throws: `InputError` for decisions and utilities, and where the changed diagram cannot be solved.
  package func control(_ node: Int) throws -> Double {
    guard diagram.nodes[node].kind == .chance else {
      throw InputError(
        "\(diagram.nodes[node].name) is no chance node", remedy: "control is asked about what nature decides")
    }
    return try best(diagram.controlling(node, by: agent)) - optimum.expectedUtility
  }

  /// ``information(_:at:)`` by names.
  package func information(_ node: String, at decision: String) throws -> Double {
    try information(diagram.index(of: node), at: diagram.index(of: decision))
  }

  /// ``control(_:)`` by name.
  package func control(_ node: String) throws -> Double { try control(diagram.index(of: node)) }
}
