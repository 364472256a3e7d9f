import Compute

/// A diagram as one agent faces it: whose decisions are chosen and whose utilities are wanted. Other agents' decisions
/// count as chance: their policies are held fixed.
package struct AgentView: Sendable {
  package let diagram: InfluenceDiagram
  package let agent: String
  /// The agent's decisions, ancestors first.
  package let decisions: [Int]
  /// The agent's utilities.
  package let utilities: [Int]
  package let graph: DiagramGraph

  /// - Parameter agent: whose view; nil where the diagram has only one agent.
  /// - Throws: `InputError` for an unknown agent, for several where none is named, and where the agent has no decision
  ///   or no utility.
  package init(_ diagram: InfluenceDiagram, agent: String? = nil) throws {
    let agents = diagram.agents
    guard let agent = agent ?? (agents.count == 1 ? agents[0] : nil) else {
      throw agents.isEmpty
        ? InputError(
          "\(diagram.name) has neither decisions nor utilities", remedy: "an influence diagram has at least one of each"
        )
        : InputError(
          "\(diagram.name) has \(agents.count) agents", remedy: "choose one of them: " + agents.joined(separator: ", "))
    }
    guard agents.contains(agent) else { throw InputError.unknown("agent", agent, among: agents) }
    self.diagram = diagram
    self.agent = agent
    decisions = diagram.decisions(of: agent)
    utilities = diagram.utilities(of: agent)
    graph = DiagramGraph(diagram)
    guard !decisions.isEmpty else {
      throw InputError("agent \(agent) decides nothing", remedy: "make one of the nodes a decision")
    }
    guard !utilities.isEmpty else {
      throw InputError("agent \(agent) wants nothing", remedy: "make one of the nodes a utility")
    }
  }

  /// The decision that is meant: by name, or the only one.
  package func decision(named name: String?) throws -> Int {
    guard let name else {
      guard decisions.count == 1 else {
        throw InputError(
          "agent \(agent) has \(decisions.count) decisions",
          remedy: "choose one of them: " + decisions.map { diagram.nodes[$0].name }.joined(separator: ", "))
      }
      return decisions[0]
    }
    let index = try diagram.index(of: name)
    guard decisions.contains(index) else {
      throw InputError.unknown("decision of \(agent)", name, among: decisions.map { diagram.nodes[$0].name })
    }
    return index
  }

  /// What is known when a decision is made, and the decision itself.
  func family(of decision: Int) -> [Bool] {
    var family = [Bool](repeating: false, count: diagram.nodes.count)
    family[decision] = true
    for parent in diagram.parents[decision] { family[parent] = true }
    return family
  }

  /// The utilities that a decision can still change.
  func utilities(below decision: Int, in graph: DiagramGraph) -> [Int] {
    let reached = graph.descendants(of: [decision])
    return utilities.filter { reached[$0] }
  }

  /// Trails from the utilities below a decision, given what is known there.
  func trails(to decision: Int, in graph: DiagramGraph) -> ActiveTrails {
    ActiveTrails(from: utilities(below: decision, in: graph), given: family(of: decision), in: graph)
  }
}
