import Compute

/// A causal influence diagram: chance nodes, decisions and utilities of one agent or of several, and what depends on what.
///
/// ```swift
/// let recommender = try InfluenceDiagram(
///   name: "content-recommender",
///   nodes: [
///     .chance("opinions"), .chance("model", parents: ["opinions"]), .decision("post", parents: ["model"]),
///     .chance("influenced", parents: ["opinions", "post"]), .utility("clicks", parents: ["influenced", "post"]),
///   ])
/// let incentives = try Incentives(in: recommender)
/// ```
///
/// The parents of a decision are what its agent knows when it decides; the parents of any other node are its causes.
/// Nodes may have outcomes and tables; without them the graphical criteria are answered all the same, and with them
/// expected utilities, policies and the worth of information and control are exact. A diagram is a value, checked when
/// it is made: it has no cycle, its utilities have no children, its tables fit and sum to one.
///
/// Source: Everitt, Carey, Langlois, Ortega, Legg, "Agent incentives: a causal perspective", AAAI 2021.
public struct InfluenceDiagram: Sendable, Hashable {
  /// What the diagram is called.
  public let name: String
  /// A sentence about what it stands for.
  public let about: String?
  /// The nodes, in the order in which they were given.
  public let nodes: [Node]
  /// For each node its parents' indices, in the order of ``Node/parents``.
  package let parents: [[Int]]
  /// For each node its children's indices, ascending.
  package let children: [[Int]]
  /// All nodes, parents before children; of those that could come next, the first given.
  package let order: [Int]
  private let indices: [String: Int]

  /// A diagram of these nodes, in any order.
  ///
  /// Takes time linear in the nodes, edges and table entries, but for a logarithm.
  ///
  /// - Parameters:
  ///   - name: what the diagram is called.
  ///   - about: a sentence about what it stands for.
  ///   - nodes: the nodes; each names its parents.
  /// - Throws: `InputError` for nodes of one name, unknown parents (with near misses), cycles (named), utilities with
  ///   children, decisions that tables depend on and that have no outcomes, and tables that do not fit, have entries
  ///   that are no probabilities or rows that do not sum to one within 1e-9.
  public init(name: String = "diagram", about: String? = nil, nodes: [Node]) throws {
    try self.init(name: name, about: about, nodes: nodes, places: DiagramPlaces())
  }

  /// The same with places in a file for the errors.
  package init(name: String, about: String?, nodes: [Node], places: DiagramPlaces) throws {
    let checks = try DiagramChecks(nodes: nodes, places: places)
    self.name = name
    self.about = about
    self.nodes = nodes
    self.indices = checks.indices
    self.parents = checks.parents
    self.children = checks.children
    self.order = try checks.sorted()
    try checks.checkUtilities()
    try checks.checkTables()
  }

  /// The index of a node in ``nodes``.
  ///
  /// - Parameters:
  ///   - name: the node's name.
  ///   - place: where the name was given, for the error.
  /// - Throws: `InputError` with near misses when there is no such node.
  public func index(of name: String, at place: String? = nil) throws -> Int {
    guard let index = indices[name] else {
      throw InputError.unknown("node", name, among: nodes.map(\.name), at: place)
    }
    return index
  }

  /// The agents, in the order of their first node.
  public var agents: [String] {
    var seen: Set<String> = []
    return nodes.compactMap(\.kind.agent).filter { seen.insert($0).inserted }
  }

  /// The decisions of an agent (or of all), as indices, ancestors first.
  package func decisions(of agent: String? = nil) -> [Int] {
    order.filter {
      if case .decision(let owner) = nodes[$0].kind { agent == nil || owner == agent } else { false }
    }
  }

  /// The utilities of an agent (or of all), as indices, in the order given.
  package func utilities(of agent: String? = nil) -> [Int] {
    nodes.indices.filter {
      if case .utility(let owner) = nodes[$0].kind { agent == nil || owner == agent } else { false }
    }
  }

  /// The first node whose table or outcomes are missing, so that nothing can be computed; nil when none is.
  package var firstWithoutNumbers: Int? {
    nodes.indices.first { nodes[$0].kind.isDecision ? nodes[$0].outcomes.isEmpty : nodes[$0].table == nil }
  }
}

extension InfluenceDiagram {
  /// What a node is: a draw of nature, a choice of an agent, or what an agent wants more of.
  public enum Kind: Sendable, Hashable {
    /// Drawn by nature given its parents.
    case chance
    /// Chosen by this agent, who then knows the parents.
    case decision(agent: String)
    /// One term of the sum that this agent maximises.
    case utility(agent: String)

    /// Whose node it is; nil for chance.
    public var agent: String? {
      switch self {
      case .chance: nil
      case .decision(let agent), .utility(let agent): agent
      }
    }

    /// Whether an agent chooses it.
    public var isDecision: Bool { if case .decision = self { true } else { false } }

    /// Whether it is a term of some agent's utility.
    public var isUtility: Bool { if case .utility = self { true } else { false } }
  }

  /// A node: its name, its kind, the names of its parents and, where they are known, its outcomes and its table.
  public struct Node: Sendable, Hashable {
    /// The name; no other node of the diagram has it.
    public let name: String
    /// Chance, decision or utility.
    public let kind: Kind
    /// The parents' names. For a decision: what is known when it is made.
    public let parents: [String]
    /// The names of the outcomes; empty where only the graph is known, and for utilities. Names that are numbers count
    /// as these numbers in expected values.
    public let outcomes: [String]
    /// Rows, one for each combination of the parents' outcomes, the last parent's outcome changing fastest. A chance
    /// node's row has a probability for each outcome, a utility's row is one value. Nil where it is not known.
    public let table: [Double]?

    /// A node of any kind.
    ///
    /// - Parameters:
    ///   - name: the node's name.
    ///   - kind: chance, decision or utility.
    ///   - parents: the parents' names.
    ///   - outcomes: the outcomes' names, none where only the graph is known.
    ///   - table: probabilities or values, row by row.
    public init(_ name: String, _ kind: Kind, parents: [String], outcomes: [String] = [], table: [Double]? = nil) {
      self.name = name
      self.kind = kind
      self.parents = parents
      self.outcomes = outcomes
      self.table = table
    }

    /// A chance node.
    ///
    /// - Parameters:
    ///   - name: the node's name.
    ///   - parents: its causes.
    ///   - outcomes: what may happen.
    ///   - table: for each combination of the parents' outcomes the probabilities of the outcomes.
    public static func chance(
      _ name: String, parents: [String] = [], outcomes: [String] = [], table: [Double]? = nil
    ) -> Node { Node(name, .chance, parents: parents, outcomes: outcomes, table: table) }

    /// A decision.
    ///
    /// - Parameters:
    ///   - name: the node's name.
    ///   - parents: what is known when it is made.
    ///   - outcomes: what may be chosen.
    ///   - agent: who decides.
    public static func decision(
      _ name: String, parents: [String] = [], outcomes: [String] = [], agent: String = InfluenceDiagram.onlyAgent
    ) -> Node { Node(name, .decision(agent: agent), parents: parents, outcomes: outcomes) }

    /// A utility.
    ///
    /// - Parameters:
    ///   - name: the node's name.
    ///   - parents: what it depends on.
    ///   - table: its value for each combination of the parents' outcomes.
    ///   - agent: who gains it.
    public static func utility(
      _ name: String, parents: [String], table: [Double]? = nil, agent: String = InfluenceDiagram.onlyAgent
    ) -> Node { Node(name, .utility(agent: agent), parents: parents, table: table) }

    /// The outcomes as numbers: what their names say if all are numbers, or else 0, 1, 2, …
    package var values: [Double] {
      let read = outcomes.compactMap { Double($0) }
      return read.count == outcomes.count ? read : outcomes.indices.map(Double.init)
    }
  }

  /// The agent of nodes that name none.
  public static let onlyAgent = "agent"
}
