import ArgumentParser
import Pactolus

/// A world that ends after a number of steps, for the verbs whose theory holds there.
struct HorizonOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The world ends after this many steps, and policies may depend on the step.", valueName: "steps"))
  var horizon: Int?

  @Option(
    help: ArgumentHelp(
      "With --horizon, another discount than the world's, even 1; with 'compare --runs', than the one that the runs were "
        + "trained with.", valueName: "number"))
  var discount: Double?

  /// The world that is looked at, and how its rewards and policies are read.
  func read(_ argument: WorldArgument) throws -> StagedWorld {
    let base = try argument.read()
    guard let horizon else {
      guard discount == nil else {
        throw InputError(
          "a discount is part of the world", at: "--discount",
          remedy: "set it there, such as grid:discount=0.9; with --horizon it may be another, even 1")
      }
      return StagedWorld(finite: base, unrolled: nil)
    }
    let unrolled = try UnrolledWorld(base, horizon: horizon, discount: discount)
    return StagedWorld(finite: unrolled.world, unrolled: unrolled)
  }
}

/// A world as a verb looks at it: as it is, or over some steps only.
struct StagedWorld {
  let finite: FiniteWorld
  let unrolled: UnrolledWorld?

  /// A policy by its word, which is about the world as it was given: the same at every step; a best one may differ.
  func policy(_ word: String, at option: String) throws -> TabularPolicy {
    guard let unrolled else { return try PolicyWords.one(word, in: finite, at: option).policy }
    if word.hasPrefix("optimal:") {
      let (unit, _) = try reward(String(word.dropFirst(8))).unitScaled
      return PolicyIteration.solve(finite.mdp, rewards: unit.expected(in: finite.mdp)).policy
    }
    return unrolled.policy(try PolicyWords.one(word, in: unrolled.base, at: option).policy)
  }

  /// A reward by its word; words are about the states of the world as it was given.
  func reward(_ word: String) throws -> RewardTable {
    guard let unrolled else { return try RewardTable.named(word, in: finite) }
    return try unrolled.reward(RewardTable.named(word, in: unrolled.base))
  }
}
