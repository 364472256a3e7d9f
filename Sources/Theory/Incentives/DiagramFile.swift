import Compute
import Files
import Foundation
import Yams

/// A diagram as a file.
///
/// ```yaml
/// diagram: party
/// about: Inside or outside, by the forecast.
/// chance:
///   weather: {outcomes: [dry, rain], table: [0.7, 0.3]}
///   forecast:
///     parents: [weather]
///     outcomes: [sunny, wet]
///     table:
///       dry: [0.9, 0.1]
///       rain: {sunny: 0.2, wet: 0.8}
/// decisions:
///   place: {parents: [forecast], outcomes: [inside, outside]}
/// utilities:
///   fun:
///     parents: [weather, place]
///     table: {"dry, inside": 5, "dry, outside": 10, "rain, inside": 5, "rain, outside": 0}
/// ```
///
/// Where only the graph is known, a node is the list of its parents: `fun: [weather, place]`. Decisions and utilities
/// may name an `agent`. The arguments of PyCID's constructors are read too: `edges` with lists `decisions` and
/// `utilities`, or `agent_decisions` and `agent_utilities`. JSON is YAML. `Documentation/incentives.md` has the format.
struct DiagramFile {
  let file: String
  private var name = "diagram"
  private var about: String?
  private var nodes: [InfluenceDiagram.Node] = []
  private var places: DiagramPlaces
  private var drafts: [Draft] = []

  private enum Field: String, CaseIterable {
    case diagram, about, chance, decisions, utilities, edges
    case agentDecisions = "agent_decisions"
    case agentUtilities = "agent_utilities"
  }

  private enum NodeField: String, CaseIterable { case parents, outcomes, table, agent, about }

  /// A node before its table is read, which needs the outcomes of its parents.
  private struct Draft {
    var name: String
    var kind: InfluenceDiagram.Kind
    var parents: [String] = []
    var outcomes: [String] = []
    var table: DiagramNode?
  }

  /// - Throws: `InputError` with file, line and field.
  static func diagram(text: String, file: String) throws -> InfluenceDiagram {
    do {
      guard let yaml = try Yams.compose(yaml: text) else {
        throw InputError("the file is empty", at: file, remedy: "give chance, decisions and utilities")
      }
      let root = DiagramNode(yaml, file: file, field: "the file")
      let entries = try root.entries().map { key, value in
        (key: key, value: DiagramNode(value.node, file: file, field: try key.text(), line: key.line))
      }
      var reader = DiagramFile(file: file)
      if try entries.contains(where: { try $0.key.text() == Field.edges.rawValue }) {
        return try reader.readEdges(entries)
      }
      return try reader.read(entries)
    } catch let error as YamlError {
      throw DiagramNode.explained(error, file)
    }
  }

  private init(file: String) {
    self.file = file
    places = DiagramPlaces(path: file)
  }

  private func field(_ key: DiagramNode, among known: [Field]) throws -> Field {
    let name = try key.text()
    guard let field = Field(rawValue: name), known.contains(field) else {
      throw InputError.unknown("field", name, among: known.map(\.rawValue), at: key.place)
    }
    return field
  }

  private mutating func read(_ entries: [(key: DiagramNode, value: DiagramNode)]) throws -> InfluenceDiagram {
    for (key, value) in entries {
      switch try field(key, among: [.diagram, .about, .chance, .decisions, .utilities, .edges]) {
      case .diagram: name = try value.text()
      case .about: about = try value.text()
      case .chance: try readNodes(value) { _ in .chance }
      case .decisions: try readNodes(value) { .decision(agent: $0) }
      case .utilities: try readNodes(value) { .utility(agent: $0) }
      case .edges, .agentDecisions, .agentUtilities: break
      }
    }
    let outcomes = Dictionary(drafts.map { ($0.name, $0.outcomes) }, uniquingKeysWith: { first, _ in first })
    for (index, draft) in drafts.enumerated() {
      var table: [Double]?
      if let written = draft.table {
        var reader = DiagramTable(
          node: draft.name, isUtility: draft.kind.isUtility, parents: draft.parents,
          parentOutcomes: draft.parents.map { outcomes[$0] ?? [] }, outcomes: draft.outcomes)
        table = try reader.read(written)
        for (row, line) in reader.lines { places.lines[.row(index, row)] = line }
      }
      nodes.append(
        InfluenceDiagram.Node(
          draft.name, draft.kind, parents: draft.parents, outcomes: draft.outcomes, table: table))
    }
    return try InfluenceDiagram(name: name, about: about, nodes: nodes, places: places)
  }

  private mutating func readNodes(_ group: DiagramNode, _ kind: (String) -> InfluenceDiagram.Kind) throws {
    for (key, value) in try group.entries() {
      let index = drafts.count
      var draft = Draft(name: try key.text(), kind: kind(InfluenceDiagram.onlyAgent))
      places.lines[.node(index)] = key.line
      if value.isMapping {
        for (key, value) in try value.entries() {
          let name = try key.text()
          guard let field = NodeField(rawValue: name) else {
            throw InputError.unknown(
              "field of \(draft.name)", name, among: NodeField.allCases.map(\.rawValue), at: key.place)
          }
          switch field {
          case .parents:
            draft.parents = try value.list().map { try $0.text() }
            places.lines[.parents(index)] = key.line
          case .outcomes:
            draft.outcomes = try value.outcomes()
            places.lines[.outcomes(index)] = key.line
          case .table:
            draft.table = value
            places.lines[.table(index)] = key.line
          case .agent:
            guard draft.kind != .chance else {
              throw value.refused("a chance node has no agent", remedy: "make it a decision, or leave the agent out")
            }
            draft.kind = kind(try value.text())
          case .about: _ = try value.text()
          }
        }
      } else {
        draft.parents = try value.list().map { try $0.text() }
      }
      drafts.append(draft)
    }
  }

  /// The arguments of PyCID's constructors.
  private mutating func readEdges(_ entries: [(key: DiagramNode, value: DiagramNode)]) throws -> InfluenceDiagram {
    var edges: [(String, String)] = []
    var decisions: [(agent: String, names: [String])] = []
    var utilities = decisions
    for (key, value) in entries {
      switch try field(key, among: Field.allCases.filter { $0 != .chance }) {
      case .diagram: name = try value.text()
      case .about: about = try value.text()
      case .edges:
        for edge in try value.list() {
          let ends = try edge.list()
          guard ends.count == 2 else {
            throw edge.refused("an edge has \(ends.count) ends", remedy: "write [parent, child]")
          }
          edges.append((try ends[0].text(), try ends[1].text()))
        }
      case .decisions: decisions.append((InfluenceDiagram.onlyAgent, try value.list().map { try $0.text() }))
      case .utilities: utilities.append((InfluenceDiagram.onlyAgent, try value.list().map { try $0.text() }))
      case .agentDecisions: decisions += try agents(value)
      case .agentUtilities: utilities += try agents(value)
      case .chance: break
      }
    }
    return try InfluenceDiagram(name: name, edges: edges, decisions: decisions, utilities: utilities, path: file)
  }

  private func agents(_ value: DiagramNode) throws -> [(agent: String, names: [String])] {
    try value.entries().map { (try $0.key.text(), try $0.value.list().map { try $0.text() }) }
  }
}

extension InfluenceDiagram {
  /// A diagram from a `.yaml`, `.yml` or `.json` file; the format is in `Documentation/incentives.md`.
  ///
  /// - Parameter path: the file.
  /// - Throws: `InputError` with file, line and field.
  public init(path: String) throws {
    let bytes = try WholeFile.read(URL(fileURLWithPath: path))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError("the diagram's file is not text", at: path, remedy: "save it as UTF-8")
    }
    try self.init(yaml: text, place: path)
  }

  /// A diagram from the text of a file.
  ///
  /// - Parameters:
  ///   - text: YAML, of which JSON is a part.
  ///   - place: what errors call it.
  /// - Throws: `InputError` with place, line and field.
  public init(yaml text: String, place: String = "diagram") throws {
    self = try DiagramFile.diagram(text: text, file: place)
  }
}
