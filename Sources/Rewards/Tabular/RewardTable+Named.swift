import Compute
import Environments
import Files
import Foundation

extension RewardTable {
  /// A reward from a word of the command line:
  ///
  /// - the name of one of the world's own rewards;
  /// - a `.json` file (the array alone, or one reward as in a world's file) or a `.npy` file of shape [S], [S, A] or
  ///   [S, A, S];
  /// - `state:3=1,5=-2`: so much in these states, 0 elsewhere; `action:3/up=1` for pairs of state and action,
  ///   `transition:3/up/4=1` for transitions; states and actions by name or number;
  /// - `random:1`: the random reward of the STARC experiments, by its seed;
  /// - `zero`; or any of these after `minus:`.
  public static func named(_ text: String, in world: FiniteWorld) throws -> RewardTable {
    if let own = world.rewards.first(where: { $0.name == text }) { return own.table }
    if text.hasPrefix("minus:") { return try named(String(text.dropFirst(6)), in: world).scaled(by: -1) }
    let (states, actions) = (world.mdp.stateCount, world.mdp.actionCount)
    if text == "zero" {
      return try RewardTable(
        states: states, actions: actions, axes: .state, values: [Double](repeating: 0, count: states))
    }
    if text.hasSuffix(".npy") {
      let array = try NumPyFile.read(URL(fileURLWithPath: text))
      return try RewardTable(array, states: states, actions: actions, place: text)
    }
    if text.hasSuffix(".json") {
      let tree = try JSONValue(parsing: WholeFile.read(URL(fileURLWithPath: text)), place: text)
      return try RewardTable(tree, stateNames: world.stateNames, actionNames: world.actionNames, place: text)
    }
    let (kind, rest) = splitOnce(text, ":")
    if let rest, let axes = Self.words[kind] { return try spelled(rest, axes: axes, in: world, place: text) }
    if let rest, kind == "random" {
      guard let seed = Int(rest), seed >= 0 else {
        throw InputError("the seed is '\(rest)'", at: text, remedy: "give a whole number, such as random:1")
      }
      return try starc(for: world.mdp, seed: seed, index: 0)
    }
    var error = InputError.unknown("reward", text, among: world.rewards.map(\.name), at: world.title)
    if error.remedy?.hasPrefix("did") != true {
      let own = world.rewards.isEmpty ? "" : world.rewards.map(\.name).joined(separator: ", ") + ", "
      error.remedy = "give \(own)a .json or .npy file, or something like state:\(world.stateNames[0])=1"
    }
    throw error
  }

  /// A random reward of the STARC experiments for this world.
  public static func starc(for mdp: TabularMDP, seed: Int, index: Int) throws -> RewardTable {
    try checkTransitions(states: mdp.stateCount, actions: mdp.actionCount)
    let random = RandomSource(seed: UInt64(seed)).stream("world/reward", index)
    return try RewardTable(
      states: mdp.stateCount, actions: mdp.actionCount, axes: .transition,
      values: RandomWorlds.starcReward(
        states: mdp.stateCount, actions: mdp.actionCount, discount: mdp.discount, random: random))
  }

  /// Refuses rewards on so many transitions that they would not fit into memory.
  static func checkTransitions(states: Int, actions: Int, count: Int = 1) throws {
    guard Double(states) * Double(actions) * Double(states) * Double(count) <= 2e8 else {
      let rewards = count == 1 ? "a random reward" : "\(count) random rewards"
      throw InputError(
        "\(rewards) on the transitions of \(states) states and \(actions) actions would be too large",
        remedy: "use sparse:states=\(states),actions=\(actions)")
    }
  }

  private static let words: [String: Axes] = ["state": .state, "action": .stateAction, "transition": .transition]

  private static func spelled(
    _ text: String, axes: Axes, in world: FiniteWorld, place: String
  ) throws -> RewardTable {
    let (states, actions) = (world.mdp.stateCount, world.mdp.actionCount)
    var table = try zeros(axes, states: states, actions: actions, place: place)
    // A state's name may contain a comma ("0,2" in a grid), so a part without '=' belongs to the next one.
    var held = ""
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      held += held.isEmpty ? part : "," + part
      guard let equals = held.lastIndex(of: "=") else { continue }
      let value = held[held.index(after: equals)...]
      guard let number = Double(value), number.isFinite else {
        throw InputError("a reward of '\(value)'", at: place, remedy: "give a number")
      }
      let names = held[..<equals].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      table.values[try table.index(names, world.stateNames, world.actionNames, place: place)] = number
      held = ""
    }
    guard held.isEmpty else { throw InputError("'\(held)' has no value", at: place, remedy: "write state:3=1,5=-2") }
    return table
  }

  static func zeros(_ axes: Axes, states: Int, actions: Int, place: String) throws -> RewardTable {
    guard axes != .transition || Double(states) * Double(actions) * Double(states) <= 2e8 else {
      throw InputError(
        "a reward on the transitions of \(states) states is too large for a table", at: place,
        remedy: "give it on pairs of state and action")
    }
    let count = axes.count(states: states, actions: actions)
    return try RewardTable(
      states: states, actions: actions, axes: axes, values: [Double](repeating: 0, count: count))
  }

  /// Where the value of these names stands: a state; a state and an action; or these and the next state.
  func index(_ names: [String], _ stateNames: [String], _ actionNames: [String], place: String) throws -> Int {
    let wanted = axes == .state ? 1 : axes == .stateAction ? 2 : 3
    guard names.count == wanted else {
      throw InputError(
        "'\(names.joined(separator: "/"))' names \(names.count) things", at: place,
        remedy: ["name a state", "name a state and an action: 3/1", "name state, action and next state: 3/1/4"][
          wanted - 1])
    }
    var result = try FiniteWorld.index(of: names[0], in: stateNames, "state", place)
    if wanted > 1 {
      result = result * actions + (try FiniteWorld.index(of: names[1], in: actionNames, "action", place))
    }
    if wanted > 2 { result = result * states + (try FiniteWorld.index(of: names[2], in: stateNames, "state", place)) }
    return result
  }
}
