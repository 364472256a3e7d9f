import Compute

/// Diagrams that differ in one thing from this one. Decisions have no tables, so that their links come and go freely.
extension InfluenceDiagram {
  /// A diagram from its edges and the kinds of some nodes, as PyCID's constructor takes them: what is neither decision
  /// nor utility is chance, and nodes come in the order in which edges name them.
  ///
  /// - Parameters:
  ///   - name: what the diagram is called.
  ///   - edges: parent and child.
  ///   - decisions: decisions of the only agent.
  ///   - utilities: its utilities.
  /// - Throws: `InputError` as ``init(name:about:nodes:)`` does, and for decisions or utilities that no edge names.
  public init(name: String = "diagram", edges: [(String, String)], decisions: [String], utilities: [String]) throws {
    let only = Self.onlyAgent
    try self.init(
      name: name, edges: edges, decisions: decisions.isEmpty ? [] : [(only, decisions)],
      utilities: utilities.isEmpty ? [] : [(only, utilities)])
  }

  /// The same for several agents.
  package init(
    name: String, edges: [(String, String)], decisions: [(agent: String, names: [String])],
    utilities: [(agent: String, names: [String])], alone: [String] = [], path: String? = nil
  ) throws {
    var names: [String] = []
    var parents: [String: [String]] = [:]
    for name in edges.flatMap({ [$0.0, $0.1] }) + alone where parents[name] == nil {
      parents[name] = []
      names.append(name)
    }
    for (parent, child) in edges { parents[child]!.append(parent) }
    var kinds: [String: Kind] = [:]
    func set(_ kind: Kind, _ name: String, _ word: String) throws {
      guard parents[name] != nil else { throw InputError.unknown(word, name, among: names, at: path) }
      guard kinds.updateValue(kind, forKey: name) == nil else {
        throw InputError("\(name) is given twice as decision or utility", at: path, remedy: "keep one")
      }
    }
    for (agent, own) in decisions { for name in own { try set(.decision(agent: agent), name, "decision") } }
    for (agent, own) in utilities { for name in own { try set(.utility(agent: agent), name, "utility") } }
    try self.init(
      name: name, about: nil, nodes: names.map { Node($0, kinds[$0] ?? .chance, parents: parents[$0]!) },
      places: DiagramPlaces(path: path))
  }

  /// The diagram in which a decision is made with knowledge of one node more, or of one less.
  ///
  /// - Throws: `InputError` where that closes a cycle.
  package func observing(_ node: Int, at decision: Int, _ observes: Bool = true) throws -> InfluenceDiagram {
    precondition(nodes[decision].kind.isDecision)
    var changed = nodes
    let old = nodes[decision]
    var known = old.parents.filter { $0 != nodes[node].name }
    if observes { known.append(nodes[node].name) }
    changed[decision] = Node(old.name, old.kind, parents: known, outcomes: old.outcomes)
    return try InfluenceDiagram(name: name, about: about, nodes: changed)
  }

  /// The diagram in which an agent chooses a chance node too, knowing the parents of that node.
  package func controlling(_ node: Int, by agent: String) throws -> InfluenceDiagram {
    precondition(nodes[node].kind == .chance)
    var changed = nodes
    let old = nodes[node]
    changed[node] = Node(old.name, .decision(agent: agent), parents: old.parents, outcomes: old.outcomes)
    return try InfluenceDiagram(name: name, about: about, nodes: changed)
  }
}
