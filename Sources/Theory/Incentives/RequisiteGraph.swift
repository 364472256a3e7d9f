/// A diagram without the information that is worth nothing: going from the last decision to the first, every link into
/// a decision is taken out whose source is d-separated from the utilities below the decision, given what else is
/// known there and the decision.
///
/// One search finds all requisite links of a decision: O(decisions · (nodes + edges)).
/// Source: Lauritzen & Nilsson 2001 (minimal reduction); Everitt et al. 2021.
package struct RequisiteGraph: Sendable {
  package private(set) var graph: DiagramGraph
  /// How many links went.
  package private(set) var removed = 0

  /// - Parameter order: the decisions to trim, each relying only on those before it.
  init(_ view: AgentView, order: [Int]) {
    graph = view.graph
    for decision in order { removed += Self.trim(decision, in: &graph, view) }
  }

  /// Takes the worthless links into one decision out of a graph; returns how many there were.
  ///
  /// The links that may be trimmed are those in the graph, which may have more than the diagram has.
  @discardableResult
  static func trim(_ decision: Int, in graph: inout DiagramGraph, _ view: AgentView) -> Int {
    var family = [Bool](repeating: false, count: graph.nodeCount)
    family[decision] = true
    for parent in graph.parents[decision] { family[parent] = true }
    let trails = ActiveTrails(from: view.utilities(below: decision, in: graph), given: family, in: graph)
    let before = graph.parents[decision].count
    graph.keepParents(of: decision, trails.reaches)
    return before - graph.parents[decision].count
  }
}
