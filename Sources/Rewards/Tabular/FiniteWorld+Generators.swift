import Compute
import Environments

extension FiniteWorld {
  /// A kind of world that can be made from a few settings.
  public struct Generator: Sendable {
    /// The generator's name on the command line.
    public let name: String
    /// One sentence: what it makes.
    public let summary: String
    /// Each setting with its value unless given.
    public let settings: [(name: String, value: Double)]
    fileprivate let make: @Sendable (Settings) throws -> FiniteWorld

    /// How it is written with all its settings as they are unless given: `grid:rows=3,columns=3,slip=0,discount=0.99`.
    public var example: String {
      name + ":"
        + settings.map { name, value in "\(name)=" + (Int(exactly: value).map(String.init) ?? "\(value)") }
        .joined(separator: ",")
    }
  }

  /// The settings in a generator's description.
  struct Settings: Sendable {
    var values: [String: Double]
    var text: String

    subscript(name: String) -> Double { values[name] ?? 0 }

    func integer(_ name: String) throws -> Int {
      guard let value = Int(exactly: self[name]) else {
        throw InputError("\(name) is \(self[name])", at: text, remedy: "give a whole number")
      }
      return value
    }

    func random(_ path: String) throws -> RandomStream {
      let seed = try integer("seed")
      guard seed >= 0 else { throw InputError("the seed is \(seed)", at: text, remedy: "give 0 or more") }
      return RandomSource(seed: UInt64(seed)).stream("world/" + path)
    }
  }

  /// Reads `name:setting=value,…`: unknown names and values are errors with the nearest right ones.
  init(generator text: String) throws {
    let (name, rest) = splitOnce(text, ":")
    guard let generator = Self.generators.first(where: { $0.name == name }) else {
      var error = InputError.unknown(
        "world", name, among: Self.generators.map(\.name) + Self.gymnasium.map { Self.gymnasiumPrefix + $0.id })
      if error.remedy == nil || !error.remedy!.hasPrefix("did") {
        error.remedy =
          "give a .json or .npz file, an environment's id, gym: with one of Gymnasium's tables, or one of "
          + Self.generators.map(\.name).joined(separator: ", ")
      }
      throw error
    }
    var values = Dictionary(uniqueKeysWithValues: generator.settings.map { ($0.name, $0.value) })
    for (key, value) in try assignments(rest ?? "", at: text) {
      guard values[key] != nil else {
        throw InputError.unknown("setting", key, among: generator.settings.map(\.name), at: text)
      }
      values[key] = value
    }
    self = try generator.make(Settings(values: values, text: text))
  }

  /// Every generator, in the order of lists for people.
  public static let generators: [Generator] = [
    Generator(
      name: "two-state", summary: "two states, two actions, action a leads to state a: small enough for pen and paper",
      settings: [("discount", 0.5)]
    ) { settings in
      let made = try ShapedWorlds.twoStates(discount: settings["discount"])
      return try FiniteWorld(
        made,
        rewards: [
          ("action-1", .stateAction, [0, 1, 0, 1]), ("next-1", .transition, [0, 0, 0, 1, 0, 0, 0, 1]),
          ("state-1", .state, [0, 1]), ("state-0", .state, [1, 0]), ("leave-0", .stateAction, [0, 1, 0, 0]),
        ], title: settings.text)
    },
    Generator(
      name: "grid", summary: "a grid with the actions stay, up, down, left, right; the 3 × 3 one has EPIC's rewards",
      settings: [("rows", 3), ("columns", 3), ("slip", 0), ("discount", 0.99)]
    ) { settings in
      let (rows, columns) = (try settings.integer("rows"), try settings.integer("columns"))
      let made = try ShapedWorlds.grid(
        rows: rows, columns: columns, slip: settings["slip"], discount: settings["discount"])
      let rewards = rows == 3 && columns == 3 ? try GridRewards.epic(discount: settings["discount"]) : []
      return try FiniteWorld(
        mdp: made.mdp, stateNames: made.stateNames, actionNames: made.actionNames, rewards: rewards,
        title: settings.text)
    },
    Generator(
      name: "cliff", summary: "a grid whose bottom row is a cliff between the start and the goal",
      settings: [("rows", 3), ("columns", 5), ("slip", 0), ("discount", 0.95)]
    ) { settings in
      let made = try ShapedWorlds.cliff(
        rows: settings.integer("rows"), columns: settings.integer("columns"), slip: settings["slip"],
        discount: settings["discount"])
      var goal = [Double](repeating: 0, count: made.mdp.stateCount)
      goal[made.mdp.stateCount - 2] = 1
      var careful = goal
      careful[made.mdp.stateCount - 1] = -1
      return try FiniteWorld(
        made, rewards: [("goal", .state, goal), ("goal-and-cliff", .state, careful)], title: settings.text)
    },
    Generator(
      name: "path", summary: "a corridor with the actions left and right; its end is never left",
      settings: [("length", 8), ("slip", 0), ("discount", 0.95)]
    ) { settings in
      let made = try ShapedWorlds.path(
        length: settings.integer("length"), slip: settings["slip"], discount: settings["discount"])
      let last = made.mdp.stateCount - 1
      return try FiniteWorld(
        made, rewards: [("end", .state, (0...last).map { $0 == last ? 1 : 0 })], title: settings.text)
    },
    Generator(
      name: "tree", summary: "a complete tree: action k goes to the k-th child; leaves are never left",
      settings: [("depth", 3), ("branching", 2), ("slip", 0), ("discount", 0.95)]
    ) { settings in
      let made = try ShapedWorlds.tree(
        depth: settings.integer("depth"), branching: settings.integer("branching"), slip: settings["slip"],
        discount: settings["discount"])
      return try FiniteWorld(made, rewards: [], title: settings.text)
    },
    Generator(
      name: "random",
      summary: "the random worlds and rewards of the STARC experiments; `rewards` of them are drawn as reward-0, …",
      settings: [("states", 32), ("actions", 4), ("seed", 0), ("rewards", 2), ("discount", 0.95)]
    ) { settings in
      let (states, actions) = (try settings.integer("states"), try settings.integer("actions"))
      let count = try settings.integer("rewards")
      // Before the world, which may take minutes to draw.
      if count > 0 { try RewardTable.checkTransitions(states: states, actions: actions, count: count) }
      let mdp = try RandomWorlds.starc(
        states: states, actions: actions, discount: settings["discount"], random: settings.random("random"))
      let rewards = try (0..<max(0, count)).map { index in
        (name: "reward-\(index)", table: try RewardTable.starc(for: mdp, seed: settings.integer("seed"), index: index))
      }
      return try FiniteWorld(mdp: mdp, rewards: rewards, title: settings.text)
    },
    Generator(
      name: "sparse",
      summary: "random worlds whose actions have `branching` successors each; `rewards` on (state, action) are drawn",
      settings: [("states", 1000), ("actions", 4), ("branching", 4), ("seed", 0), ("rewards", 2), ("discount", 0.95)]
    ) { settings in
      let (states, actions) = (try settings.integer("states"), try settings.integer("actions"))
      let count = max(0, try settings.integer("rewards"))
      guard Double(states) * Double(actions) * Double(count) <= 5e8 else {
        throw InputError(
          "\(count) rewards on \(states) states and \(actions) actions are too many", at: settings.text,
          remedy: "give fewer rewards")
      }
      let mdp = try RandomWorlds.sparse(
        states: states, actions: actions,
        branching: settings.integer("branching"), discount: settings["discount"], random: settings.random("sparse"))
      let rewards = try (0..<count).map { index in
        var random = try settings.random("sparse/reward-\(index)")
        let values = (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }
        return (name: "reward-\(index)", table: try RewardTable(expected: values, in: mdp))
      }
      return try FiniteWorld(mdp: mdp, rewards: rewards, title: settings.text)
    },
  ]

  private init(
    _ made: ShapedWorlds.Named, rewards: [(String, RewardTable.Axes, [Double])], title: String
  ) throws {
    try self.init(
      mdp: made.mdp, stateNames: made.stateNames, actionNames: made.actionNames,
      rewards: try rewards.map { name, axes, values in
        (name, try RewardTable(states: made.mdp.stateCount, actions: made.mdp.actionCount, axes: axes, values: values))
      }, title: title)
  }
}

/// The text before and after the first mark; nil after if there is no mark.
func splitOnce(_ text: String, _ mark: Character) -> (String, String?) {
  guard let index = text.firstIndex(of: mark) else { return (text, nil) }
  return (String(text[..<index]), String(text[text.index(after: index)...]))
}

/// `a=1,b=2` as names and numbers.
func assignments(_ text: String, at place: String) throws -> [(String, Double)] {
  try text.split(separator: ",").map { part in
    let (name, value) = splitOnce(String(part), "=")
    guard let value else { throw InputError("'\(part)' sets nothing", at: place, remedy: "write name=value") }
    guard let number = Double(value), number.isFinite else {
      throw InputError("\(name) is '\(value)'", at: place, remedy: "give a number")
    }
    return (name, number)
  }
}
