import ArgumentParser
import Pactolus

/// The WORLD of the verbs of theory, and how they read rewards in it.
///
/// ```swift
/// struct CompareVerb: ParsableCommand {
///   @OptionGroup var world: WorldArgument
///   @Argument var rewards: [String]
///
///   func run() throws {
///     let world = try world.read()
///     let rewards = try world.rewards(named: rewards)
/// ```
struct WorldArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A finite world: a .json or .npz file, an environment such as pactolus/Delivery-v0, a table of Gymnasium's such "
        + "as gym:FrozenLake-v1, or a generator such as grid:rows=3,columns=3 ('pactolus worlds' lists them).",
      valueName: "world"))
  var world: String

  func read() throws -> FiniteWorld {
    try FiniteWorld(describing: world, environments: Parts.current.environments)
  }
}

extension FiniteWorld {
  /// Words for the help of a verb's REWARD arguments.
  static let rewardHelp = ArgumentHelp(
    "A reward in that world: the name of one of its own, a .json or .npy file, state:3=1,5=-2, action:3/1=1, "
      + "transition:3/1/4=1, random:SEED, zero, or minus:REWARD.",
    valueName: "reward")

  /// The rewards that these words name, under these words.
  func rewards(named words: [String]) throws -> [(name: String, table: RewardTable)] {
    try words.map { ($0, try RewardTable.named($0, in: self)) }
  }
}
