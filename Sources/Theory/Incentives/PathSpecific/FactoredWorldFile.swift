import Compute
import Files
import Foundation
import Yams

/// A factored world as a file, in the words of a diagram's (`DiagramFile`).
///
/// ```yaml
/// world: news
/// horizon: 5
/// actions: [sport, arts]
/// variables:
///   interest:
///     outcomes: [sport, arts]
///     start: [0.5, 0.5]
///     parents: [interest, action]
///     table:
///       sport, sport: {sport: 0.9, arts: 0.1}
///       sport, arts: [0.6, 0.4]
///       arts, sport: [0.4, 0.6]
///       arts, arts: arts
/// utilities:
///   click:
///     parents: [interest, action]
///     table: {"sport, sport": 1, "sport, arts": 0, "arts, sport": 0, "arts, arts": 1}
/// ```
///
/// A parent is a variable, for its value before the step; `action`; or a variable with a prime (`interest'`), for its
/// value after the step. One step is read as a diagram of its own, with a node for each variable before and after it:
/// cycles, unknown names and wrong tables are found as they are in diagrams, and so named. Tables are
/// written as in diagrams.
struct FactoredWorldFile {
  private let file: String
  private var title = "world"
  private var actions: [String] = []
  private var actionsLine: Int?
  private var horizon: Int?
  private var discount: Double?
  private var discountLine: Int?
  private var variables: [Draft] = []
  private var utilities: [Draft] = []

  /// The longest horizon: plans have a table for each step.
  static let longest = 1_000

  private enum Field: String, CaseIterable { case world, about, horizon, discount, actions, variables, utilities }

  private enum NodeField: String, CaseIterable {
    case outcomes, start
    case startParents = "start parents"
    case parents, table, about

    static let ofUtilities: [NodeField] = [.parents, .table, .about]
  }

  /// A variable or a utility before its tables are read, which needs the outcomes of all.
  private struct Draft {
    var name: String
    var line: Int
    var outcomes: [String] = []
    var outcomesLine: Int?
    var start: DiagramNode?
    var startParents: [String] = []
    var startParentsLine: Int?
    var parents: [String] = []
    var parentsLine: Int?
    var table: DiagramNode?
  }

  /// Whether a text is meant as a world: it has a field that worlds have and diagrams do not.
  static func isWorld(text: String) -> Bool {
    // What is no YAML at all is no world either, and whoever reads it as a diagram says what is wrong.
    guard let node = try? Yams.compose(yaml: text), case .mapping(let mapping) = node else { return false }
    let own: [Field] = [.world, .actions, .variables]
    return mapping.keys.contains { key in own.contains { key.string == $0.rawValue } }
  }

  /// - Throws: `InputError` with file, line and field.
  static func world(text: String, file: String) throws -> FactoredWorld {
    do {
      guard let yaml = try Yams.compose(yaml: text) else {
        throw InputError("the file is empty", at: file, remedy: "give actions, variables and utilities")
      }
      var reader = FactoredWorldFile(file: file)
      return try reader.read(DiagramNode(yaml, file: file, field: "the file"))
    } catch let error as YamlError {
      throw DiagramNode.explained(error, file)
    }
  }

  private init(file: String) { self.file = file }

  private mutating func read(_ root: DiagramNode) throws -> FactoredWorld {
    for (key, entry) in try root.entries() {
      let name = try key.text()
      let value = DiagramNode(entry.node, file: file, field: name, line: key.line)
      guard let field = Field(rawValue: name) else {
        throw InputError.unknown("field", name, among: Field.allCases.map(\.rawValue), at: key.place)
      }
      switch field {
      case .world: title = try value.text()
      case .about: _ = try value.text()
      case .horizon: horizon = try Self.horizon(value)
      case .discount:
        let number = try value.number()
        guard (0...1).contains(number) else { throw value.refused("it is \(number)", remedy: "give 0 to 1") }
        (discount, discountLine) = (number, key.line)
      case .actions: (actions, actionsLine) = (try value.outcomes(), key.line)
      case .variables: variables = try drafts(value, NodeField.allCases)
      case .utilities: utilities = try drafts(value, NodeField.ofUtilities)
      }
    }
    return try world()
  }

  private static func horizon(_ value: DiagramNode) throws -> Int {
    let word = try value.text()
    guard let steps = Int(word), (1...longest).contains(steps) else {
      throw value.refused("'\(word)' is no number of steps", remedy: "give a whole number from 1 to \(longest)")
    }
    return steps
  }

  private func drafts(_ group: DiagramNode, _ known: [NodeField]) throws -> [Draft] {
    try group.entries().map { key, value in
      var draft = Draft(name: try key.text(), line: key.line)
      for (key, value) in try value.entries() {
        let name = try key.text()
        guard let field = NodeField(rawValue: name), known.contains(field) else {
          throw InputError.unknown("field of \(draft.name)", name, among: known.map(\.rawValue), at: key.place)
        }
        switch field {
        case .outcomes: (draft.outcomes, draft.outcomesLine) = (try value.outcomes(), key.line)
        case .start: draft.start = value
        case .startParents: (draft.startParents, draft.startParentsLine) = (try value.words(), key.line)
        case .parents: (draft.parents, draft.parentsLine) = (try value.words(), key.line)
        case .table: draft.table = value
        case .about: _ = try value.text()
        }
      }
      return draft
    }
  }

  // MARK: The world of the drafts

  private static let action = "action"

  private func place(_ line: Int?) -> String { line.map { "\(file):\($0)" } ?? file }

  private func world() throws -> FactoredWorld {
    try checkNames()
    var step = OneStep(file: file)
    step.add(.decision(Self.action, outcomes: actions), line: actionsLine)
    let outcomes = outcomes
    for draft in variables {
      guard let start = draft.start else {
        throw InputError(
          "\(draft.name): no start is given", at: place(draft.line),
          remedy: "write 'start: \(draft.outcomes[0])', or a probability for each outcome")
      }
      let table = try table(of: draft, "one for each combination of its parents' outcomes")
      try step.add(
        draft.name, outcomes: draft.outcomes, parents: draft.startParents, table: start, among: outcomes,
        lines: (draft.line, draft.startParentsLine, draft.outcomesLine))
      try step.add(
        draft.name + "'", outcomes: draft.outcomes, parents: draft.parents, table: table, among: outcomes,
        lines: (draft.line, draft.parentsLine, draft.outcomesLine))
    }
    for draft in utilities {
      try step.add(
        draft.name, isUtility: true, parents: draft.parents, table: table(of: draft, "what it pays"), among: outcomes,
        lines: (draft.line, draft.parentsLine, nil))
    }
    let diagram = try step.diagram(title)
    func numbers(_ name: String) throws -> [Double] { diagram.nodes[try diagram.index(of: name)].table ?? [] }
    return try FactoredWorld(
      title: title,
      variables: sorted().map { draft in
        FactoredWorld.Variable(
          draft.name, values: draft.outcomes, startReads: draft.startParents, start: try numbers(draft.name),
          reads: draft.parents, next: try numbers(draft.name + "'"))
      }, actions: actions,
      reward: utilities.map { .init($0.name, reads: $0.parents, values: try numbers($0.name)) }, horizon: horizon,
      discount: discount ?? 1)
  }

  /// By the name of everything that a table can read: its outcomes.
  private var outcomes: [String: [String]] {
    var all = [Self.action: actions]
    for draft in variables {
      all[draft.name] = draft.outcomes
      all[draft.name + "'"] = draft.outcomes
    }
    return all
  }

  private func table(of draft: Draft, _ what: String) throws -> DiagramNode {
    guard let table = draft.table else {
      throw InputError("\(draft.name): no table is given", at: place(draft.line), remedy: "give \(what)")
    }
    return table
  }

  private func checkNames() throws {
    for (name, isMissing) in [
      ("actions", actions.isEmpty), ("variables", variables.isEmpty), ("utilities", utilities.isEmpty),
    ] where isMissing {
      throw InputError("the world has no \(name)", at: file, remedy: "give at least one")
    }
    guard horizon != nil || (discount ?? 1) < 1 else {
      throw InputError(
        "the world has no end and no discount", at: place(discountLine),
        remedy: "give 'horizon: 5', or a discount below 1")
    }
    let names = variables.map(\.name)
    for draft in variables {
      guard draft.name != Self.action, !draft.name.hasSuffix("'") else {
        throw InputError(
          "a variable cannot be called '\(draft.name)'", at: place(draft.line),
          remedy: "'action' is what is done, and a prime stands for the value after a step")
      }
      guard !draft.outcomes.isEmpty else {
        throw InputError("\(draft.name): no outcomes are given", at: place(draft.line), remedy: "list them")
      }
      for parent in draft.startParents where !names.contains(parent) {
        throw InputError.unknown(
          "variable at the start", parent, among: names, at: place(draft.startParentsLine))
      }
    }
  }

  /// The variables, each after those that its first value or its next one depends on; of those that could come next, the
  /// first in the file.
  private func sorted() throws -> [Draft] {
    let positions = Dictionary(variables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var before = variables.map { draft in
      Set(
        (draft.startParents + draft.parents.filter { $0.hasSuffix("'") }.map { String($0.dropLast()) })
          .compactMap { positions[$0] })
    }
    var order: [Draft] = []
    var rest = Array(variables.indices)
    while let place = rest.firstIndex(where: { before[$0].isEmpty }) {
      let next = rest.remove(at: place)
      order.append(variables[next])
      for index in rest { before[index].remove(next) }
    }
    guard let stuck = rest.first else { return order }
    throw InputError(
      "no order of \(rest.map { variables[$0].name }.joined(separator: ", ")) fits both how they start and how they go on",
      at: place(variables[stuck].line),
      remedy: "let what starts first also come first within a step, or read values before the step")
  }
}

/// One step of a world as a diagram: what stands in a file, with its lines.
private struct OneStep {
  private var nodes: [InfluenceDiagram.Node] = []
  private var places: DiagramPlaces

  init(file: String) {
    places = DiagramPlaces(path: file)
    places.whole = "the step"
    places.untied = "let one of them depend on less; within a step, read a value before it, without the prime"
  }

  mutating func add(_ node: InfluenceDiagram.Node, line: Int?) {
    places.lines[.node(nodes.count)] = line
    nodes.append(node)
  }

  mutating func add(
    _ name: String, isUtility: Bool = false, outcomes: [String] = [], parents: [String], table: DiagramNode,
    among known: [String: [String]], lines: (node: Int, parents: Int?, outcomes: Int?)
  ) throws {
    var reader = DiagramTable(
      node: name, isUtility: isUtility, parents: parents, parentOutcomes: parents.map { known[$0] ?? [] },
      outcomes: outcomes)
    let numbers = try reader.read(table)
    let index = nodes.count
    for (row, line) in reader.lines { places.lines[.row(index, row)] = line }
    places.lines[.parents(index)] = lines.parents
    places.lines[.outcomes(index)] = lines.outcomes
    places.lines[.table(index)] = table.line
    add(
      isUtility
        ? .utility(name, parents: parents, table: numbers)
        : .chance(name, parents: parents, outcomes: outcomes, table: numbers),
      line: lines.node)
  }

  func diagram(_ name: String) throws -> InfluenceDiagram {
    try InfluenceDiagram(name: name, about: nil, nodes: nodes, places: places)
  }
}

extension DiagramNode {
  /// The words of a list.
  fileprivate func words() throws -> [String] { try list().map { try $0.text() } }
}

extension FactoredWorld {
  /// A world from a `.yaml`, `.yml` or `.json` file; tables are written as in diagrams.
  ///
  /// - Parameter path: the file.
  /// - Throws: `InputError` with file, line and field.
  public init(path: String) throws {
    let bytes = try WholeFile.read(URL(fileURLWithPath: path))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError("the world's file is not text", at: path, remedy: "save it as UTF-8")
    }
    try self.init(yaml: text, place: path)
  }

  /// A world from the text of a file.
  ///
  /// - Parameters:
  ///   - text: YAML, of which JSON is a part.
  ///   - place: what errors call it.
  /// - Throws: `InputError` with place, line and field.
  public init(yaml text: String, place: String = "world") throws {
    self = try FactoredWorldFile.world(text: text, file: place)
  }

  /// Whether a text is meant as a world, and not as a diagram: whether it has `world`, `actions` or `variables`.
  package static func isDescribed(by text: String) -> Bool { FactoredWorldFile.isWorld(text: text) }
}
