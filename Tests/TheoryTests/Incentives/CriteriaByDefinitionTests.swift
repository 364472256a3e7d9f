import Compute
import Testing
import Theory

/// The fast searches against what the definitions say, word for word, on random graphs.
@Suite("Graphical criteria by their definitions")
struct CriteriaByDefinitionTests {
  /// d-separation by another theorem: separation in the moral graph of the ancestors (Lauritzen et al. 1990).
  private static func isConnectedInMoralGraph(_ a: Int, _ b: Int, given: Set<Int>, in graph: DiagramGraph) -> Bool {
    let kept = graph.ancestors(of: [a, b] + given)
    var near = [Set<Int>](repeating: [], count: graph.nodeCount)
    func join(_ first: Int, _ second: Int) {
      near[first].insert(second)
      near[second].insert(first)
    }
    for node in 0..<graph.nodeCount where kept[node] {
      for parent in graph.parents[node] {
        join(parent, node)
        for other in graph.parents[node] where other != parent { join(parent, other) }
      }
    }
    var seen: Set<Int> = [a]
    var stack = [a]
    while let node = stack.popLast() {
      if node == b { return true }
      for next in near[node] where !given.contains(next) && seen.insert(next).inserted { stack.append(next) }
    }
    return false
  }

  @Test("d-separation is separation in the moral graph of ancestors, and observed nodes count without themselves")
  func moralGraphs() throws {
    var random = RandomSource(seed: 1).stream("moral")
    var connected = 0
    var asked = 0
    for _ in 0..<150 {
      let diagram = try RandomDiagrams.graph(
        &random, nodes: 4 + random.below(9), decisions: 1, utilities: 1, density: random.uniform(0.1, 0.5))
      let graph = DiagramGraph(diagram)
      for _ in 0..<6 {
        let source = random.below(graph.nodeCount)
        let given = Set((0..<graph.nodeCount).filter { _ in random.bernoulli(0.3) }).subtracting([source])
        let trails = ActiveTrails(
          from: [source], given: (0..<graph.nodeCount).map(given.contains), in: graph)
        for node in 0..<graph.nodeCount where node != source {
          let other = Self.isConnectedInMoralGraph(source, node, given: given.subtracting([node]), in: graph)
          #expect(trails.reaches(node) == other, "\(diagram.nodes), \(source) to \(node) given \(given)")
          connected += other ? 1 : 0
          asked += 1
        }
      }
    }
    #expect(connected > asked / 5 && connected < asked * 4 / 5)
  }

  /// Everything below is the definition, with the moral graph for d-separation and all simple paths for paths.
  private struct ByDefinition {
    let view: AgentView
    let order: [Int]

    func trimmed(_ start: DiagramGraph) -> DiagramGraph {
      var graph = start
      for decision in order {
        let keep = graph.parents[decision].filter { isRequisite($0, decision, graph) }
        graph.keepParents(of: decision, keep.contains)
      }
      return graph
    }

    func isRequisite(_ node: Int, _ decision: Int, _ graph: DiagramGraph) -> Bool {
      let below = graph.descendants(of: [decision])
      let given = Set(graph.parents[decision] + [decision]).subtracting([node])
      return view.utilities.contains {
        below[$0] && CriteriaByDefinitionTests.isConnectedInMoralGraph(node, $0, given: given, in: graph)
      }
    }

    func hasInformationValue(_ node: Int, _ decision: Int) -> Bool {
      guard !view.graph.descendants(of: [decision])[node] else { return false }
      var graph = view.graph
      if !graph.parents[decision].contains(node) { graph.add(node, to: decision) }
      return trimmed(graph).parents[decision].contains(node)
    }

    /// All simple trails between two nodes.
    func trails(_ from: Int, _ to: Int, _ graph: DiagramGraph, _ visit: ([Int]) -> Bool) -> Bool {
      var path = [from]
      func extend() -> Bool {
        let end = path[path.count - 1]
        if end == to { return visit(path) }
        for next in graph.parents[end] + graph.children[end] where !path.contains(next) {
          path.append(next)
          if extend() { return true }
          path.removeLast()
        }
        return false
      }
      return extend()
    }

    func hasIndirectControlValue(_ node: Int, _ decision: Int) -> Bool {
      let graph = trimmed(view.graph)
      let below = graph.descendants(of: [decision])
      guard graph.descendants(of: [node])[decision], !view.decisions.contains(node) else { return false }
      let given = Set(view.diagram.parents[decision] + [decision]).subtracting([node])
      let opened = graph.ancestors(of: given)
      return view.utilities.contains { goal in
        below[goal]
          && trails(node, goal, graph) { path in
            graph.parents[node].contains(path[1])
              && path.indices.dropFirst().dropLast().allSatisfy { i in
                let isCollider =
                  graph.parents[path[i]].contains(path[i - 1]) && graph.parents[path[i]].contains(path[i + 1])
                return isCollider ? opened[path[i]] : !given.contains(path[i])
              }
          }
      }
    }
  }

  @Test("requisite links, value of information, response and control are what the definitions say", arguments: 1...3)
  func definitions(decisions: Int) throws {
    var random = RandomSource(seed: 2).stream("definitions", decisions)
    var tried = 0
    var found = [0, 0, 0]
    while tried < 120 {
      let diagram = try RandomDiagrams.graph(
        &random, nodes: 6 + random.below(5), decisions: decisions, utilities: 1 + random.below(2),
        density: random.uniform(0.2, 0.5))
      let view = try AgentView(diagram)
      guard let order = try? SufficientRecall(view).orderOrRefusal() else { continue }
      tried += 1
      let definition = ByDefinition(view: view, order: order)
      let trimmed = definition.trimmed(view.graph)
      for decision in view.decisions {
        let incentives = try Incentives(view, at: decision)
        #expect(incentives.requisite.graph.parents.map(Set.init) == trimmed.parents.map(Set.init))
        let useful = trimmed.ancestors(of: view.utilities)
        for node in diagram.nodes.indices {
          let information = node != decision && definition.hasInformationValue(node, decision)
          let indirect = definition.hasIndirectControlValue(node, decision)
          #expect(incentives.admits(.valueOfInformation, node) == information, "\(diagram.nodes) \(decision) \(node)")
          #expect(incentives.admits(.indirectValueOfControl, node) == indirect, "\(diagram.nodes) \(decision) \(node)")
          #expect(
            incentives.admits(.response, node) == (node != decision && trimmed.descendants(of: [node])[decision]))
          #expect(incentives.admits(.valueOfControl, node) == (useful[node] && !view.decisions.contains(node)))
          found[0] += information ? 1 : 0
          found[1] += indirect ? 1 : 0
          found[2] += 1
        }
      }
    }
    // Neither answer is rare.
    #expect(found[0] * 25 > found[2] && found[0] * 10 < found[2] * 9)
    #expect(found[1] > 3 && found[1] * 2 < found[2])
  }

  @Test("trimming twice changes nothing more than trimming once")
  func fixedPoint() throws {
    var random = RandomSource(seed: 3).stream("fixed point")
    var removed = 0
    for _ in 0..<60 {
      let diagram = try RandomDiagrams.graph(
        &random, nodes: 8, decisions: 2, utilities: 2, density: 0.4)
      let view = try AgentView(diagram)
      guard let order = try? SufficientRecall(view).orderOrRefusal() else { continue }
      let once = ByDefinition(view: view, order: order).trimmed(view.graph)
      let twice = ByDefinition(view: view, order: order).trimmed(once)
      #expect(once == twice)
      removed += view.graph.edgeCount - once.edgeCount
    }
    #expect(removed > 20)
  }
}
