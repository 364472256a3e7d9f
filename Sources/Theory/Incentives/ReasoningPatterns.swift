import Compute

/// Why the agents of a diagram might care how they decide: the four reasoning patterns of games.
///
/// - *direct effect*: the decision reaches its agent's utility without passing another decision;
/// - *manipulation*: another decision, B, sees what this one does; B matters to this agent, and this decision matters to
///   B's agent by a way that does not pass B;
/// - *signalling*: B sees what this decision does, and this decision depends on something that B's agent wants to know;
/// - *revealing or denying*: this decision changes what B learns about something else.
///
/// A decision with none of them has no reason to do one thing rather than another; patterns that need such a decision
/// fall away until nothing changes. Simple paths are enumerated, so this is for small diagrams: more than
/// ``mostSteps`` steps are refused.
///
/// Source: Pfeffer & Gal, "On the reasoning patterns of agents in games", AAAI 2007.
package struct ReasoningPatterns: Sendable {
  package enum Pattern: String, Sendable, Codable, CaseIterable {
    case directEffect = "direct effect"
    case manipulation
    case signalling
    case revealingOrDenying = "revealing or denying"
  }

  /// For each decision, by index, its patterns; empty where nothing motivates it.
  package let patterns: [Int: [Pattern]]

  package static let mostSteps = 1_000_000

  /// - Throws: `InputError` where there are too many paths.
  package init(_ diagram: InfluenceDiagram) throws {
    let decisions = diagram.decisions()
    var search = PatternSearch(diagram)
    var found: [Int: [Pattern]] = [:]
    while true {
      found = [:]
      for decision in decisions { found[decision] = try search.patterns(of: decision) }
      let effective = search.effective.indices.map { search.effective[$0] && found[$0]?.isEmpty == false }
      if effective == search.effective { break }
      search.effective = effective
    }
    patterns = found
  }
}

/// The criteria of each pattern, given which decisions matter to somebody.
private struct PatternSearch {
  let diagram: InfluenceDiagram
  let graph: DiagramGraph
  let isDecision: [Bool]
  /// Decisions that something motivates.
  var effective: [Bool]
  private var steps = 0

  init(_ diagram: InfluenceDiagram) {
    self.diagram = diagram
    graph = DiagramGraph(diagram)
    isDecision = diagram.nodes.map(\.kind.isDecision)
    effective = isDecision
  }

  /// Decisions that motivate nobody: no effective path passes them.
  private var idle: [Bool] { isDecision.indices.map { isDecision[$0] && !effective[$0] } }

  mutating func patterns(of decision: Int) throws -> [ReasoningPatterns.Pattern] {
    guard effective[decision] else { return [] }
    let own = diagram.utilities(of: diagram.nodes[decision].kind.agent!)
    let free = graph.descendants(of: graph.children[decision], barring: isDecision)
    var found: Set<ReasoningPatterns.Pattern> = []
    if own.contains(where: { free[$0] }) { found.insert(.directEffect) }
    for other in diagram.decisions() where other != decision && effective[other] {
      // The other decision sees this one without a third between them, and matters to this agent.
      let sees = graph.parents[other].contains { $0 == decision || free[$0] }
      let matters = graph.descendants(of: graph.children[other], barring: idle)
      guard sees, own.contains(where: { matters[$0] }) else { continue }
      let theirs = diagram.utilities(of: diagram.nodes[other].kind.agent!)
      var barred = idle
      barred[other] = true
      let around = graph.descendants(of: graph.children[decision], barring: barred)
      if theirs.contains(where: { around[$0] }) { found.insert(.manipulation) }
      let known = self.known(at: other, besides: decision)
      for goal in theirs {
        if !found.contains(.signalling), try signals(decision, goal, known, to: own) { found.insert(.signalling) }
        if !found.contains(.revealingOrDenying) {
          let reveals = try hasTrail(from: decision, to: goal, given: known) { [graph] path in
            graph.isArrow(path[0], path[1]) && graph.hasCollider(path)
          }
          if reveals { found.insert(.revealingOrDenying) }
        }
      }
    }
    return ReasoningPatterns.Pattern.allCases.filter(found.contains)
  }

  /// A decision and what is known at it that a node does not change.
  private func known(at decision: Int, besides node: Int) -> [Bool] {
    let below = graph.descendants(of: [node])
    var known = [Bool](repeating: false, count: graph.nodeCount)
    known[decision] = true
    for parent in graph.parents[decision] where !below[parent] { known[parent] = true }
    return known
  }

  /// Whether a back-door trail leads to the goal whose first fork is a thing that the decision's own agent gains from
  /// being known.
  private mutating func signals(_ decision: Int, _ goal: Int, _ known: [Bool], to own: [Int]) throws -> Bool {
    var sources: Set<Int> = []
    _ = try hasTrail(from: decision, to: goal, given: known) { [graph] path in
      if graph.isArrow(path[1], path[0]), let fork = graph.firstFork(path) { sources.insert(fork) }
      return false
    }
    for source in sources.sorted() {
      let below = graph.descendants(of: [source])
      var given = [Bool](repeating: false, count: graph.nodeCount)
      given[decision] = true
      for parent in graph.parents[decision] where !below[parent] { given[parent] = true }
      for utility in own {
        if try hasTrail(from: source, to: utility, given: given, where: { _ in true }) { return true }
      }
    }
    return false
  }

  /// Whether some simple trail that is active given these nodes, and on which every decision but the first node and
  /// forks is effective, passes the test.
  private mutating func hasTrail(
    from start: Int, to end: Int, given: [Bool], where test: ([Int]) -> Bool
  ) throws -> Bool {
    let opened = graph.ancestors(of: given.indices.filter { given[$0] })
    var onPath = [Bool](repeating: false, count: graph.nodeCount)
    var path = [start]
    var waiting = [graph.parents[start] + graph.children[start]]
    onPath[start] = true
    while !path.isEmpty {
      guard let next = waiting[waiting.count - 1].popLast() else {
        onPath[path.removeLast()] = false
        waiting.removeLast()
        continue
      }
      steps += 1
      guard steps <= ReasoningPatterns.mostSteps else {
        throw InputError(
          "the diagram has too many paths for reasoning patterns: more than \(ReasoningPatterns.mostSteps) steps",
          at: diagram.name, remedy: "leave nodes out that play no part between the agents")
      }
      if onPath[next] { continue }
      if path.count > 1 {
        let (before, middle) = (path[path.count - 2], path[path.count - 1])
        let (enters, leaves) = (graph.isArrow(before, middle), graph.isArrow(middle, next))
        let isCollider = enters && !leaves
        if isCollider ? !opened[middle] : given[middle] { continue }
        let isFork = !enters && leaves
        if isDecision[middle], !effective[middle], !isFork { continue }
      }
      if next == end {
        if test(path + [next]) { return true }
        continue
      }
      path.append(next)
      onPath[next] = true
      waiting.append(graph.parents[next] + graph.children[next])
    }
    return false
  }
}

extension DiagramGraph {
  fileprivate func isArrow(_ parent: Int, _ child: Int) -> Bool { children[parent].contains(child) }

  fileprivate func hasCollider(_ path: [Int]) -> Bool {
    path.indices.dropFirst().dropLast().contains {
      isArrow(path[$0 - 1], path[$0]) && isArrow(path[$0 + 1], path[$0])
    }
  }

  fileprivate func firstFork(_ path: [Int]) -> Int? {
    path.indices.dropFirst().dropLast().first {
      isArrow(path[$0], path[$0 - 1]) && isArrow(path[$0], path[$0 + 1])
    }.map { path[$0] }
  }
}
