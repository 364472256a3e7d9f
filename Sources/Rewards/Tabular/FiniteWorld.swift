import Compute
import Environments
import Files
import Foundation

/// A finite world with names and with rewards to look at it under: what `pactolus compare`, `hackable` and the other
/// verbs of theory take as WORLD.
///
/// ```swift
/// let world = try FiniteWorld(describing: "grid:rows=3,columns=3")
/// let goal = try RewardTable.named("sparse_goal", in: world)
/// let best = world.mdp.occupancy(of: PolicyIteration.solve(world.mdp, rewards: goal.expected(in: world.mdp)).policy)
/// ```
///
/// It has no terminal states: what ends is a state that is never left and pays nothing, so that returns and occupancies
/// of all policies can be compared. Its discount lies in [0, 1).
public struct FiniteWorld: Sendable {
  /// The world's table.
  public let mdp: TabularMDP
  /// A name for each state.
  public let stateNames: [String]
  /// A name for each action.
  public let actionNames: [String]
  /// The rewards that came with it.
  public let rewards: [(name: String, table: RewardTable)]
  /// What it is, in one phrase: how the user described it.
  public let title: String
  /// A number of steps, if the world's file states one; otherwise it goes on forever, discounted.
  public let horizon: Int?

  /// - Throws: `InputError` for a discount outside [0, 1), for names that are not unique or not as many as states
  ///   and actions, and for rewards of another world's size.
  public init(
    mdp: TabularMDP, stateNames: [String]? = nil, actionNames: [String]? = nil,
    rewards: [(name: String, table: RewardTable)] = [], title: String = "a world", horizon: Int? = nil
  ) throws {
    guard mdp.discount >= 0, mdp.discount < 1 else {
      throw InputError("the discount is \(mdp.discount)", at: title, remedy: "it must be at least 0 and below 1")
    }
    self.mdp = try mdp.absorbing()
    self.stateNames = stateNames ?? (0..<mdp.stateCount).map(String.init)
    self.actionNames = actionNames ?? (0..<mdp.actionCount).map(String.init)
    self.rewards = rewards
    self.title = title
    self.horizon = horizon
    try Self.check(self.stateNames, count: mdp.stateCount, "state", title)
    try Self.check(self.actionNames, count: mdp.actionCount, "action", title)
    try Self.check(rewards.map(\.name), count: rewards.count, "reward", title)
    for (name, table) in rewards where table.states != mdp.stateCount || table.actions != mdp.actionCount {
      throw InputError(
        "the reward '\(name)' is for \(table.states) states and \(table.actions) actions", at: title,
        remedy: "the world has \(mdp.stateCount) and \(mdp.actionCount)")
    }
    if let horizon, horizon < 1 { throw InputError("the horizon is \(horizon)", at: title, remedy: "give at least 1") }
  }

  /// A world from a word of the command line: a `.json` or `.npz` file, an environment's id, one of Gymnasium's
  /// toy-text tables such as `gym:FrozenLake-v1`, or a generator with its settings, such as
  /// `random:states=32,actions=4,seed=1`. ``generators`` and ``gymnasium`` list them; `Documentation/worlds.md` has the
  /// formats.
  public init(describing text: String, environments: EnvironmentRegistry = .standard) throws {
    if text.hasPrefix(Self.gymnasiumPrefix) {
      try self.init(gymnasium: text)
    } else if text.hasSuffix(".json") {
      try self.init(json: Data(WholeFile.read(URL(fileURLWithPath: text))), place: text)
    } else if text.hasSuffix(".npz") {
      try self.init(arrays: NumPyArchive(contentsOf: URL(fileURLWithPath: text)), place: text)
    } else if text.contains("/") {
      try self.init(environment: text, in: environments)
    } else {
      try self.init(generator: text)
    }
  }

  /// The environment's exact table, if it has one; the environment's own reward is the reward `own`. Of the rewards that
  /// the environment names, those are there that the table has as a feature: the `proxy` of a safety gridworld.
  init(environment id: String, in registry: EnvironmentRegistry) throws {
    let entry = try registry.entry(id)
    guard let tabular = entry.tabular else {
      throw InputError(
        "\(id) is not a finite world",
        remedy: "finite are " + (registry.finite + ["files and generators"]).joined(separator: ", ")
      )
    }
    let mdp = try tabular.mdp.absorbing()
    var actions: [String]?
    if case .discrete(let names) = entry.specification.actionSpace { actions = names }
    var rewards: [(name: String, table: RewardTable)] = [("own", try RewardTable(expected: mdp.rewards, in: mdp))]
    for reward in entry.namedRewards {
      guard let index = tabular.featureNames.firstIndex(of: reward.name) else { continue }
      let count = tabular.featureNames.count
      // A terminal state pays nothing, whatever is done there.
      let values = (0..<mdp.stateCount * mdp.actionCount).map { row in
        tabular.mdp.isTerminal[row / mdp.actionCount] ? 0 : tabular.features[row * count + index]
      }
      rewards.append((reward.name, try RewardTable(expected: values, in: mdp)))
    }
    try self.init(mdp: mdp, actionNames: actions, rewards: rewards, title: id)
  }

  /// Writes the world to a `.json` or `.npz` file, whole or not at all. Arrays have no names of states and actions.
  public func write(to path: String) throws {
    if path.hasSuffix(".npz") {
      try arrays().write(to: URL(fileURLWithPath: path))
    } else if path.hasSuffix(".json") {
      try WholeFile.write(json(), to: URL(fileURLWithPath: path))
    } else {
      throw InputError("a world cannot be written to '\(path)'", remedy: "end the name with .json or .npz")
    }
  }

  /// The number of a state, by its name or, where no state is called so, its number.
  public func state(_ text: String) throws -> Int { try Self.index(of: text, in: stateNames, "state", title) }

  /// The number of an action, by its name or its number.
  public func action(_ text: String) throws -> Int { try Self.index(of: text, in: actionNames, "action", title) }

  static func index(of text: String, in names: [String], _ kind: String, _ place: String) throws -> Int {
    if let index = names.firstIndex(of: text) { return index }
    if let number = Int(text) {
      guard names.indices.contains(number) else {
        throw InputError("there is no \(kind) \(text)", at: place, remedy: "there are 0 to \(names.count - 1)")
      }
      return number
    }
    throw InputError.unknown(kind, text, among: names, at: place)
  }

  static func check(_ names: [String], count: Int, _ kind: String, _ place: String) throws {
    guard names.count == count else {
      throw InputError("\(names.count) names for \(count) \(kind)s", at: place)
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw InputError("two \(kind)s are called '\(name)'", at: place, remedy: "give each its own name")
    }
  }
}
