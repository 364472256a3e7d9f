import Compute

/// The incentives of one decision in an influence diagram, from the graph alone: what is worth knowing, what a good
/// policy responds to, what is worth controlling, and what the decision has a reason to change on the way to its goal.
///
/// ```swift
/// let incentives = try Incentives(in: recommender)
/// incentives.admits(.instrumentalControl, "influenced")   // true: changing the reader is a way to clicks
/// ```
///
/// A graph says what *can* be: where it admits no incentive there is none, whatever the tables hold; where it admits one,
/// some tables have it. For one decision everything takes O((nodes + edges) · log(nodes)). Several decisions of an agent
/// need sufficient recall, and value of information may then cost one pass for each node in doubt.
///
/// Source: Everitt, Carey, Langlois, Ortega, Legg, "Agent incentives: a causal perspective", AAAI 2021; van Merwijk,
/// Carey, Everitt, "A complete criterion for value of information in soluble influence diagrams", AAAI 2022. Same
/// answers as PyCID's `admits_*`, where its own are right: see the guide.
public struct Incentives: Sendable {
  /// What can be asked about a node.
  public enum Criterion: String, Sendable, Hashable, Codable, CaseIterable {
    /// Knowing the node when deciding can raise the expected utility.
    case valueOfInformation
    /// The best policies can depend on the node: a change in it changes the decision.
    case response
    /// Choosing the node as well can raise the expected utility.
    case valueOfControl
    /// Control is worth something on a path that avoids all decisions.
    case directValueOfControl
    /// Control is worth something through the decision, because the node would tell it more.
    case indirectValueOfControl
    /// The decision can change the node, and the node the utility: changing it is a means.
    case instrumentalControl
  }

  /// The diagram.
  public let diagram: InfluenceDiagram
  /// Whose incentives these are.
  public let agent: String
  /// The decision's name.
  public let decision: String
  package let decisionIndex: Int
  /// The diagram's arrows without the worthless information.
  package let requisite: RequisiteGraph
  private let answers: [Criterion: [Bool]]

  /// - Parameters:
  ///   - diagram: the diagram.
  ///   - agent: whose incentives; nil where there is one agent. Other agents' policies are held fixed.
  ///   - decision: at which decision; nil where the agent has one.
  /// - Throws: `InputError` for unknown names, where a name is missing, and without sufficient recall.
  public init(in diagram: InfluenceDiagram, agent: String? = nil, decision: String? = nil) throws {
    let view = try AgentView(diagram, agent: agent)
    try self.init(view, at: try view.decision(named: decision))
  }

  package init(_ view: AgentView, at decision: Int) throws {
    let order = try SufficientRecall(view).orderOrRefusal()
    diagram = view.diagram
    agent = view.agent
    self.decision = diagram.nodes[decision].name
    decisionIndex = decision
    requisite = RequisiteGraph(view, order: order)
    let trimmed = requisite.graph
    let isDecision = Self.flags(view.decisions, diagram.nodes.count)

    var information = InformationValue(view, order: order)
    var response = trimmed.ancestors(of: [decision])
    response[decision] = false
    let useful = trimmed.ancestors(of: view.utilities)
    let control = useful.indices.map { useful[$0] && !isDecision[$0] }
    let direct = trimmed.ancestors(of: view.utilities, barring: isDecision)
    let below = view.graph.descendants(of: [decision])
    let means = view.graph.ancestors(of: view.utilities)
    answers = [
      .valueOfInformation: information.nodes(for: decision),
      .response: response,
      .valueOfControl: control,
      .directValueOfControl: direct,
      .indirectValueOfControl: Self.indirect(view, decision, in: trimmed, control: control, response: response),
      .instrumentalControl: below.indices.map { below[$0] && means[$0] },
    ]
  }

  private static func flags(_ nodes: [Int], _ count: Int) -> [Bool] {
    var flags = [Bool](repeating: false, count: count)
    for node in nodes { flags[node] = true }
    return flags
  }

  /// Nodes with a path to the decision whose back door leads, by a trail that is active given the decision's family
  /// without the node, to a utility below the decision.
  ///
  /// A trail through the back door of X enters X from a parent and uses none of X's own arrows. In the search for trails
  /// from the utilities that is: X is entered from a parent on a way that does not first enter X from a child. One
  /// dominator tree answers for all nodes.
  private static func indirect(
    _ view: AgentView, _ decision: Int, in graph: DiagramGraph, control: [Bool], response: [Bool]
  ) -> [Bool] {
    let count = graph.nodeCount
    let goals = view.utilities(below: decision, in: graph)
    let states = TrailStates(graph, observed: view.family(of: decision))
    let tree = DominatorTree(root: 2 * count, stateCount: 2 * count + 1) { state, visit in
      if state == 2 * count { for goal in goals { visit(2 * goal) } } else { states.forEachNext(after: state, visit) }
    }
    return (0..<count).map { node in
      control[node] && response[node] && tree.isReached(2 * node + 1) && !tree.dominates(2 * node, 2 * node + 1)
    }
  }

  /// Whether the graph admits an incentive on a node.
  ///
  /// - Parameters:
  ///   - criterion: which incentive.
  ///   - node: the node's index in the diagram.
  public func admits(_ criterion: Criterion, _ node: Int) -> Bool { answers[criterion]![node] }

  /// Whether the graph admits an incentive on a node.
  ///
  /// - Parameters:
  ///   - criterion: which incentive.
  ///   - node: the node's name.
  /// - Throws: `InputError` for an unknown node.
  public func admits(_ criterion: Criterion, _ node: String) throws -> Bool {
    admits(criterion, try diagram.index(of: node))
  }

  /// The names of the nodes on which the graph admits an incentive, in the diagram's order.
  ///
  /// - Parameter criterion: which incentive.
  public func nodes(_ criterion: Criterion) -> [String] {
    diagram.nodes.indices.filter { admits(criterion, $0) }.map { diagram.nodes[$0].name }
  }

  /// The parents of a decision of the agent that are worth knowing there, in the requisite graph.
  package func requisiteParents(of node: Int) -> [Int] { requisite.graph.parents[node] }
}
