import Compute
import Environments
import Files
import Foundation

extension FiniteWorld {
  /// A world from JSON, as `Documentation/worlds.md` describes it.
  public init(json data: Data, place: String = "JSON") throws {
    guard case .object(let fields) = try JSONValue(parsing: Array(data), place: place) else {
      throw InputError("a world's file holds one object", at: place, remedy: "begin it with { and end it with }")
    }
    let known = ["title", "states", "actions", "discount", "horizon", "start", "transitions", "absorbing", "rewards"]
    if let name = fields.keys.sorted().first(where: { !known.contains($0) }) {
      throw InputError.unknown("field", name, among: known, at: place)
    }
    func field(_ name: String) throws -> JSONValue {
      guard let value = fields[name] else { throw InputError("there is no field '\(name)'", at: place) }
      return value
    }
    let states = try Self.names(field("states"), "state", place)
    let actions = try Self.names(field("actions"), "action", place)
    try Self.check(states, count: states.count, "state", place)
    try Self.check(actions, count: actions.count, "action", place)
    let discount = try field("discount").number("discount", place)
    try WorldNumbers.checkDiscount(discount, place: place)
    let absorbing = try (fields["absorbing"]?.list("absorbing", place) ?? []).enumerated().map { index, value in
      try value.index(states, "state", "absorbing[\(index)]", place)
    }
    let rows = try Self.rows(field("transitions"), states, actions, Set(absorbing), place)
    let start = try fields["start"].map { try Self.start($0, states, place) }
    let mdp = try rows.mdp(start: start, discount: discount, place: place)
    var rewards: [(name: String, table: RewardTable)] = []
    switch fields["rewards"] {
    case nil: break
    case .object(let tables)?:
      for (name, tree) in tables.sorted(by: { $0.key < $1.key }) {
        rewards.append(
          (
            name,
            try RewardTable(tree, stateNames: states, actionNames: actions, place: "\(place), rewards.\(name)")
          ))
      }
    case let tree?: throw tree.wrong("rewards", place, wants: "give an object: a table for each reward's name")
    }
    var title = place
    if case .string(let text)? = fields["title"] { title = text }
    try self.init(
      mdp: mdp, stateNames: states, actionNames: actions, rewards: rewards, title: title,
      horizon: try fields["horizon"]?.integer("horizon", place))
  }

  /// How many, or what they are called.
  private static func names(_ tree: JSONValue, _ kind: String, _ place: String) throws -> [String] {
    if case .array(let items) = tree {
      return try items.enumerated().map { index, item in
        guard case .string(let name) = item else {
          throw item.wrong("\(kind)s[\(index)]", place, wants: "give a name in quotes")
        }
        return name
      }
    }
    let count = try tree.integer("\(kind)s", place)
    guard (1...100_000_000).contains(count) else {
      throw InputError("\(kind)s is \(count)", at: place, remedy: "give a number of at least 1, or names")
    }
    return (0..<count).map(String.init)
  }

  /// One state, or a probability for each, or an object of them.
  private static func start(_ tree: JSONValue, _ states: [String], _ place: String) throws -> [Double] {
    switch tree {
    case .array: return try tree.numbers("start", place, count: states.count)
    case .object(let entries):
      var start = [Double](repeating: 0, count: states.count)
      for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
        start[try index(of: name, in: states, "state", "\(place), start")] = try value.number("start.\(name)", place)
      }
      return start
    default:
      var start = [Double](repeating: 0, count: states.count)
      start[try tree.index(states, "state", "start", place)] = 1
      return start
    }
  }

  /// [S][A][S] nested; or `{"sparse": [[state, action, next state, probability], …]}`.
  private static func rows(
    _ tree: JSONValue, _ states: [String], _ actions: [String], _ absorbing: Set<Int>, _ place: String
  ) throws -> WorldRows {
    var rows = try WorldRows(states: states.count, actions: actions.count, place: place)
    var entries = [[(next: Int, probability: Double)]](repeating: [], count: states.count * actions.count)
    if case .object(let fields) = tree {
      guard let sparse = fields["sparse"], fields.count == 1 else {
        throw InputError(
          "transitions is an object", at: place, remedy: "give {\"sparse\": [[s, a, s′, probability], …]}")
      }
      for (number, entry) in try sparse.list("transitions.sparse", place).enumerated() {
        let name = "transitions.sparse[\(number)]"
        let parts = try entry.list(name, place, count: 4)
        let state = try parts[0].index(states, "state", name + "[0]", place)
        let row = state * actions.count + (try parts[1].index(actions, "action", name + "[1]", place))
        let next = try parts[2].index(states, "state", name + "[2]", place)
        guard !absorbing.contains(state) else {
          throw InputError("\(name) leaves state \(states[state]), which is absorbing", at: place)
        }
        entries[row].append((next, try parts[3].number(name + "[3]", place)))
      }
    } else {
      for (state, table) in try tree.list("transitions", place, count: states.count).enumerated()
      where !absorbing.contains(state) {
        for (action, row) in try table.list("transitions[\(state)]", place, count: actions.count).enumerated() {
          let values = try row.numbers("transitions[\(state), \(action)]", place, count: states.count)
          entries[state * actions.count + action] =
            values.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element) }
        }
      }
    }
    for (row, entry) in entries.enumerated() {
      try rows.append(
        row: absorbing.contains(row / actions.count) ? [(row / actions.count, 1)] : entry, place: place)
    }
    return rows
  }

  /// The world as JSON that reads back to the same numbers; transitions sparse.
  public func json() throws -> Data {
    var transitions: [[Double]] = []
    for state in 0..<mdp.stateCount {
      for action in 0..<mdp.actionCount {
        for index in mdp.transitions(state, action) where mdp.probabilities[index] > 0 {
          transitions.append([Double(state), Double(action), Double(mdp.successors[index]), mdp.probabilities[index]])
        }
      }
    }
    return try JSON.encode(
      WrittenWorld(
        title: title, states: stateNames, actions: actionNames, discount: mdp.discount, horizon: horizon,
        start: mdp.start, transitions: ["sparse": transitions],
        rewards: Dictionary(uniqueKeysWithValues: rewards.map { ($0.name, NestedNumbers($0.table)) })))
  }
}

private struct WrittenWorld: Encodable {
  var title: String
  var states: [String]
  var actions: [String]
  var discount: Double
  var horizon: Int?
  var start: [Double]
  var transitions: [String: [[Double]]]
  var rewards: [String: NestedNumbers]
}

/// A table as nested lists.
private enum NestedNumbers: Encodable {
  case numbers([Double])
  case lists([NestedNumbers])

  init(_ table: RewardTable) {
    let (states, actions) = (table.states, table.actions)
    switch table.axes {
    case .state: self = .numbers(table.values)
    case .stateAction:
      self = .lists((0..<states).map { .numbers(Array(table.values[$0 * actions..<($0 + 1) * actions])) })
    case .transition:
      self = .lists(
        (0..<states).map { state in
          .lists(
            (state * actions..<(state + 1) * actions).map {
              .numbers(Array(table.values[$0 * states..<($0 + 1) * states]))
            })
        })
    }
  }

  func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    switch self {
    case .numbers(let values): try box.encode(values)
    case .lists(let lists): try box.encode(lists)
    }
  }
}

extension RewardTable {
  /// [S], [S][A] or [S][A][S] nested; or an object `{"sparse": [[state, …, value], …]}` with one, two or three names
  /// before each value.
  init(_ tree: JSONValue, stateNames: [String], actionNames: [String], place: String) throws {
    let (states, actions) = (stateNames.count, actionNames.count)
    if case .object(let fields) = tree {
      guard let sparse = fields["sparse"], fields.count == 1 else {
        throw InputError("a reward is an object", at: place, remedy: "give {\"sparse\": [[state, value], …]} or a list")
      }
      let entries = try sparse.list("sparse", place).enumerated().map { try $1.list("sparse[\($0)]", place) }
      let width = entries.first?.count ?? 2
      guard (2...4).contains(width) else {
        throw InputError(
          "sparse[0] has \(width) entries", at: place, remedy: "give [state, value], [s, a, value] or [s, a, s′, value]"
        )
      }
      self = try .zeros(Axes.allCases[width - 2], states: states, actions: actions, place: place)
      for (number, entry) in entries.enumerated() {
        guard entry.count == width else {
          throw InputError(
            "sparse[\(number)] has \(entry.count) entries", at: place, remedy: "give \(width), as in the first")
        }
        var index = 0
        for (part, item) in entry.dropLast().enumerated() {
          let name = "sparse[\(number)][\(part)]"
          index =
            part == 1
            ? index * actions + (try item.index(actionNames, "action", name, place))
            : index * states + (try item.index(stateNames, "state", name, place))
        }
        values[index] = try entry[width - 1].number("sparse[\(number)][\(width - 1)]", place)
      }
      return
    }
    var depth = 0
    var probe = tree
    while case .array(let items) = probe, let first = items.first, depth < 4 { (probe, depth) = (first, depth + 1) }
    guard (1...3).contains(depth) else {
      throw InputError(
        "a reward is \(tree.kind)" + (depth > 3 ? ", nested too deep" : ""), at: place,
        remedy: "give a list [\(states)], or nested [\(states)][\(actions)] or [\(states)][\(actions)][\(states)]")
    }
    let sizes = [states, actions, states]
    var flat: [Double] = []
    func collect(_ tree: JSONValue, _ level: Int, _ name: String) throws {
      if level == depth - 1 {
        flat += try tree.numbers(name, place, count: sizes[level])
        return
      }
      for (index, item) in try tree.list(name, place, count: sizes[level]).enumerated() {
        try collect(item, level + 1, "\(name)[\(index)]")
      }
    }
    try collect(tree, 0, "reward")
    try self.init(states: states, actions: actions, axes: Axes.allCases[depth - 1], values: flat)
  }
}

extension JSONValue {
  /// A state or an action: by its number or its name.
  func index(_ names: [String], _ kind: String, _ name: String, _ place: String) throws -> Int {
    switch self {
    case .string(let text): return try FiniteWorld.index(of: text, in: names, kind, "\(place), \(name)")
    case .number:
      let index = try integer(name, place)
      guard names.indices.contains(index) else {
        throw InputError("\(name) is \(index)", at: place, remedy: "\(kind)s are 0 to \(names.count - 1)")
      }
      return index
    default: throw wrong(name, place, wants: "give a \(kind)'s name or number")
    }
  }
}
