/// What some nodes are d-connected to, given observations: one pass over nodes and edges.
///
/// A trail from a source passes an unobserved node unless it enters and leaves along arrows into it, and such a
/// collider only where the node or a descendant is observed. Each node is entered from a child or from a parent, so the
/// search has two states a node and takes O(nodes + edges). An observed node counts as reached when a trail arrives
/// there; since a trail that needs this very observation to pass a collider can run down from the collider to the
/// node instead, that is d-connection given the *other* observations.
///
/// Source: the reachability form of Shachter, "Bayes-ball: the rational pastime", UAI 1998.
package struct ActiveTrails: Sendable {
  /// Whether a trail enters the node along an arrow that leaves it.
  package private(set) var fromChild: [Bool]
  /// Whether a trail enters the node along an arrow into it.
  package private(set) var fromParent: [Bool]
  private let observed: [Bool]
  private let opened: [Bool]

  /// - Parameters:
  ///   - sources: where trails begin; an observed source begins none.
  ///   - observed: what is known, by node.
  package init(from sources: [Int], given observed: [Bool], in graph: DiagramGraph) {
    let states = TrailStates(graph, observed: observed)
    self.observed = observed
    opened = states.opened
    fromChild = [Bool](repeating: false, count: graph.nodeCount)
    fromParent = fromChild
    var stack: [Int] = []
    for source in sources where !observed[source] && !fromChild[source] {
      fromChild[source] = true
      stack.append(2 * source)
    }
    while let state = stack.popLast() {
      states.forEachNext(after: state) { next in
        if next & 1 == 0 {
          if fromChild[next >> 1] { return }
          fromChild[next >> 1] = true
        } else {
          if fromParent[next >> 1] { return }
          fromParent[next >> 1] = true
        }
        stack.append(next)
      }
    }
  }

  /// Whether the node is d-connected to a source given the observations other than itself.
  package func reaches(_ node: Int) -> Bool { fromChild[node] || fromParent[node] }

  /// Whether a further parent of the node would be d-connected to a source: whether its mechanism matters to them.
  package func reachesMechanism(of node: Int) -> Bool {
    fromChild[node] && !observed[node] || fromParent[node] && opened[node]
  }
}

/// The states of a trail: node · 2 when it enters from a child, node · 2 + 1 when from a parent.
struct TrailStates {
  let graph: DiagramGraph
  let observed: [Bool]
  /// Whether the node or a descendant is observed, so that it lets a trail pass as a collider.
  let opened: [Bool]

  init(_ graph: DiagramGraph, observed: [Bool]) {
    self.graph = graph
    self.observed = observed
    opened = graph.ancestors(of: observed.indices.lazy.filter { observed[$0] })
  }

  @inline(__always)
  func forEachNext(after state: Int, _ body: (Int) -> Void) {
    let node = state >> 1
    let isOpen = !observed[node]
    if state & 1 == 0 ? isOpen : opened[node] {
      for parent in graph.parents[node] { body(2 * parent) }
    }
    if isOpen {
      for child in graph.children[node] { body(2 * child + 1) }
    }
  }
}
