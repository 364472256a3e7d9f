/// Which nodes have value of information for a decision: those that stay its parent in the requisite graph once a link
/// from them is added.
///
/// With one decision, one search from the utilities answers for all nodes: the added link itself carries no trail, since
/// every other parent of the decision is known. With several, an added link may keep information of *later* decisions
/// requisite that would be trimmed without it. Links only ever help one another, so trimming without any added link
/// bounds the answer from below, and trimming with all links in doubt bounds it from above; what lies between is tried
/// node by node. The cost is then O(nodes in doubt · decisions · (nodes + edges)), in the worst case quadratic; with one
/// decision, or where the bounds agree, it is linear.
struct InformationValue {
  let view: AgentView
  /// The decisions, each relying only on those before it.
  let order: [Int]
  private(set) var triedOneByOne = 0

  init(_ view: AgentView, order: [Int]) {
    self.view = view
    self.order = order
  }

  /// - Returns: for each node whether it has value of information.
  mutating func nodes(for decision: Int) -> [Bool] {
    let below = view.graph.descendants(of: [decision])
    let later = Array(order.prefix { $0 != decision })
    func isValued(adding extra: [Int]) -> [Bool] {
      var graph = view.graph
      for node in extra where !view.diagram.parents[decision].contains(node) { graph.add(node, to: decision) }
      for other in later { RequisiteGraph.trim(other, in: &graph, view) }
      // The links have kept what they keep; for the decision's own trails they do not matter.
      graph.keepParents(of: decision) { view.diagram.parents[decision].contains($0) }
      let trails = view.trails(to: decision, in: graph)
      return below.indices.map { !below[$0] && trails.reaches($0) }
    }
    var surely = isValued(adding: [])
    guard !later.isEmpty else { return surely }
    var candidates = below.indices.filter { !below[$0] && !surely[$0] }
    while !candidates.isEmpty {
      let possibly = isValued(adding: candidates)
      let remaining = candidates.filter { possibly[$0] }
      if remaining.count == candidates.count { break }
      candidates = remaining
    }
    for node in candidates {
      triedOneByOne += 1
      if isValued(adding: [node])[node] { surely[node] = true }
    }
    return surely
  }
}
