import Compute

/// Small worlds with a shape: grids, cliffs, paths and trees. All without terminal states; starts as said; rewards 0,
/// for the worlds are meant to be looked at under several.
public enum ShapedWorlds {
  /// What a shaped world's states and actions are called.
  public struct Named: Sendable {
    /// The world's table.
    public let mdp: TabularMDP
    /// A name for each state.
    public let stateNames: [String]
    /// A name for each action.
    public let actionNames: [String]
  }

  /// A grid with the actions stay, up, down, left, right; a step against the wall stays. State = row · columns +
  /// column. With probability `slip` a uniformly random one of the five happens instead. Starts are uniform.
  public static func grid(rows: Int, columns: Int, slip: Double = 0, discount: Double = 0.99) throws -> Named {
    try requireSize("grid", [("rows", rows), ("columns", columns)], slip: slip)
    let cells = rows * columns
    return try named(
      states: (0..<cells).map { "\($0 / columns),\($0 % columns)" }, actions: moveNames, slip: slip,
      start: [Double](repeating: 1 / Double(cells), count: cells), discount: discount
    ) { state, action in move(state, action, rows: rows, columns: columns) }
  }

  /// A grid whose bottom row, but for its two ends, is a cliff: a step onto it ends in the pit, an extra last state
  /// that is never left. It starts in the bottom left corner; the bottom right corner is never left either. Actions and
  /// `slip` as in a grid.
  public static func cliff(rows: Int, columns: Int, slip: Double = 0, discount: Double = 0.95) throws -> Named {
    try requireSize("cliff", [("rows", rows), ("columns", columns)], slip: slip)
    guard rows >= 2, columns >= 3 else {
      throw InputError("a cliff of \(rows) × \(columns) cells", remedy: "give at least 2 rows and 3 columns")
    }
    // The cells of the cliff itself are left out: they are never occupied.
    let cells = (rows - 1) * columns + 2
    let (corner, goal, pit) = (cells - 2, cells - 1, cells)
    var start = [Double](repeating: 0, count: cells + 1)
    start[corner] = 1
    let names =
      (0..<(rows - 1) * columns).map { "\($0 / columns),\($0 % columns)" }
      + ["\(rows - 1),0", "\(rows - 1),\(columns - 1)", "pit"]
    return try named(states: names, actions: moveNames, slip: slip, start: start, discount: discount) { state, action in
      if state >= goal { return state }
      let cell = state == corner ? (rows - 1) * columns : state
      let next = move(cell, action, rows: rows, columns: columns)
      guard next >= (rows - 1) * columns else { return next }
      let column = next - (rows - 1) * columns
      return column == 0 ? corner : column == columns - 1 ? goal : pit
    }
  }

  /// A corridor of `length` cells with the actions left and right; the last cell is never left. It starts in the first.
  /// With probability `slip` a uniformly random one of the two happens instead.
  public static func path(length: Int, slip: Double = 0, discount: Double = 0.95) throws -> Named {
    try requireSize("path", [("length", length)], slip: slip)
    var start = [Double](repeating: 0, count: length)
    start[0] = 1
    return try named(
      states: (0..<length).map(String.init), actions: ["left", "right"], slip: slip, start: start, discount: discount
    ) { state, action in
      state == length - 1 ? state : action == 0 ? max(state - 1, 0) : min(state + 1, length - 1)
    }
  }

  /// A complete tree: in an inner node action k goes to its k-th child; leaves are never left. It starts at the root.
  /// With probability `slip` a uniformly random action happens instead. Nodes are numbered level by level.
  public static func tree(depth: Int, branching: Int, slip: Double = 0, discount: Double = 0.95) throws -> Named {
    try requireSize("tree", [("depth", depth + 1), ("branching", branching)], slip: slip)
    var (level, inner) = (1, 0)
    for _ in 0..<depth {
      inner += level
      level *= branching
      guard level <= 1_000_000 else {
        throw InputError(
          "a tree of depth \(depth) and \(branching) branches is too large", remedy: "give less of either")
      }
    }
    let states = inner + level
    var start = [Double](repeating: 0, count: states)
    start[0] = 1
    var names = ["root"]
    for node in 1..<states {
      let (parent, child) = ((node - 1) / branching, (node - 1) % branching)
      names.append(parent == 0 ? "\(child)" : "\(names[parent]).\(child)")
    }
    return try named(
      states: names, actions: (0..<branching).map(String.init), slip: slip, start: start, discount: discount
    ) { node, action in node < inner ? node * branching + 1 + action : node }
  }

  /// Two states, two actions, and action a leads to state a; γ = ½, a uniform start: small enough to do by hand.
  public static func twoStates(discount: Double = 0.5) throws -> Named {
    try named(
      states: ["0", "1"], actions: ["to 0", "to 1"], slip: 0, start: [0.5, 0.5], discount: discount
    ) { _, action in action }
  }

  private static let moveNames = ["stay", "up", "down", "left", "right"]

  private static func move(_ cell: Int, _ action: Int, rows: Int, columns: Int) -> Int {
    let (row, column) = (cell / columns, cell % columns)
    switch action {
    case 1: return max(row - 1, 0) * columns + column
    case 2: return min(row + 1, rows - 1) * columns + column
    case 3: return row * columns + max(column - 1, 0)
    case 4: return row * columns + min(column + 1, columns - 1)
    default: return cell
    }
  }

  private static func requireSize(_ kind: String, _ sizes: [(name: String, value: Int)], slip: Double) throws {
    for (name, value) in sizes where value < 1 {
      throw InputError("a \(kind) with \(name) \(value)", remedy: "give at least 1")
    }
    guard sizes.reduce(1.0, { $0 * Double($1.value) }) <= 4e6 else {
      throw InputError("a \(kind) of that size is too large")
    }
    guard (0...1).contains(slip) else { throw InputError("a slip of \(slip)", remedy: "it lies between 0 and 1") }
  }

  private static func named(
    states: [String], actions: [String], slip: Double, start: [Double], discount: Double, next: (Int, Int) -> Int
  ) throws -> Named {
    var starts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    for state in states.indices {
      for action in actions.indices {
        var chances = [(next(state, action), 1 - slip)]
        if slip > 0 {
          for other in actions.indices { chances.append((next(state, other), slip / Double(actions.count))) }
        }
        var merged: [(state: Int, chance: Double)] = []
        for (place, chance) in chances where chance > 0 {
          if let index = merged.firstIndex(where: { $0.state == place }) {
            merged[index].chance += chance
          } else {
            merged.append((place, chance))
          }
        }
        successors += merged.map(\.state)
        // Chances that add up to 1 may do so with rounding on top.
        probabilities += merged.map { min(1, $0.chance) }
        starts.append(successors.count)
      }
    }
    let mdp = try TabularMDP(
      stateCount: states.count, actionCount: actions.count, rowStarts: starts, successors: successors,
      probabilities: probabilities, rewards: [Double](repeating: 0, count: states.count * actions.count), start: start,
      isTerminal: [Bool](repeating: false, count: states.count), discount: discount)
    return Named(mdp: mdp, stateNames: states, actionNames: actions)
  }
}
