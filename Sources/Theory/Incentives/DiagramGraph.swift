/// The arrows of a diagram alone, from which arrows can be taken: nodes are 0 …, and there is no cycle.
package struct DiagramGraph: Sendable, Hashable {
  package private(set) var parents: [[Int]]
  package private(set) var children: [[Int]]

  package init(_ diagram: InfluenceDiagram) {
    parents = diagram.parents
    children = diagram.children
  }

  package var nodeCount: Int { parents.count }
  package var edgeCount: Int { parents.reduce(0) { $0 + $1.count } }

  /// Leaves only these of a node's parents: O(edges at the node and at the parents that go).
  package mutating func keepParents(of node: Int, _ keep: (Int) -> Bool) {
    for parent in parents[node] where !keep(parent) { children[parent].removeAll { $0 == node } }
    parents[node].removeAll { !keep($0) }
  }

  package mutating func add(_ parent: Int, to node: Int) {
    parents[node].append(parent)
    children[parent].append(node)
  }

  /// Which nodes can be reached from these along the arrows, themselves included, without entering a barred node.
  package func descendants(of sources: some Sequence<Int>, barring barred: [Bool]? = nil) -> [Bool] {
    reached(from: sources, by: children, barring: barred)
  }

  /// Which nodes these can be reached from along the arrows, themselves included, without leaving a barred node.
  package func ancestors(of sinks: some Sequence<Int>, barring barred: [Bool]? = nil) -> [Bool] {
    reached(from: sinks, by: parents, barring: barred)
  }

  private func reached(from sources: some Sequence<Int>, by next: [[Int]], barring barred: [Bool]?) -> [Bool] {
    var seen = [Bool](repeating: false, count: nodeCount)
    var stack: [Int] = []
    for node in sources where !seen[node] && barred?[node] != true {
      seen[node] = true
      stack.append(node)
    }
    while let node = stack.popLast() {
      for other in next[node] where !seen[other] && barred?[other] != true {
        seen[other] = true
        stack.append(other)
      }
    }
    return seen
  }
}
