import Audits
import Compute
import Environments
import Foundation
import Rewards

/// A world seen as finite: by its own table, by those of the levels that were played, or by bins of what is observed and
/// counts of what was tried.
struct ViewedWorld {
  let entry: EnvironmentEntry
  let world: TabularWorld
  /// Whether the table is the world's own.
  let isExact: Bool
  /// A sentence.
  let words: String
  private let own: WorldRecord?
  private let bins: ObservationBins?
  private let randomReturn: Double?
  private let levels: LevelTables?

  /// - Parameters:
  ///   - entry: the world.
  ///   - trajectories: of the policy.
  ///   - bins: for each component of the observation, where the world has no table.
  ///   - random: of random play, from which bins and counts come too.
  init(_ entry: EnvironmentEntry, _ trajectories: [Trajectory], bins count: Int?, random: RandomSource) throws {
    self.entry = entry
    levels =
      entry.tabular == nil && count == nil ? try LevelTables(entry.specification.id, trajectories, random: random) : nil
    if let levels {
      (world, own, bins, isExact, randomReturn) = (levels.world, WorldRecord(levels.world), nil, true, nil)
      words =
        "The tables of \(levels.levels) levels side by side: \(world.mdp.stateCount) states, \(world.mdp.actionCount) "
        + "actions. A device that knows the state knows its level. What came after one of a level's two goals was reached is "
        + "left out."
      return
    }
    if let world = entry.tabular {
      (self.world, own, bins, isExact, randomReturn) = (world, WorldRecord(world), nil, true, nil)
      words = "The world's own table: \(world.mdp.stateCount) states, \(world.mdp.actionCount) actions."
      return
    }
    let id = entry.specification.id
    guard let count else {
      throw InputError(
        "'\(id)' is not a finite world, and goals are planned for in a table", at: id,
        remedy: "see it through bins of each component of the observation: --bins 4")
    }
    guard case .discrete(let actions) = entry.specification.actionSpace else {
      throw InputError(
        "'\(id)' has continuous actions, of which there is no finite view", at: id,
        remedy: "use a world with discrete actions")
    }
    guard (2...32).contains(count) else { throw InputError("\(count) bins", remedy: "give 2 to 32") }
    let played = entry.randomClips(
      min(400, max(50, trajectories.count)), steps: entry.specification.maximumEpisodeSteps ?? 1000,
      random: random.child("goals/random"))
    let bins = ObservationBins(trajectories + played, count: count)
    world = try bins.world(trajectories + played, actionCount: actions.count)
    (own, self.bins, isExact) = (nil, bins, false)
    randomReturn = Statistics.mean(played.map(\.trueReturn))
    words =
      "Bins of what is observed, \(count) for each of \(bins.edges.count) components: \(world.mdp.stateCount) states met, "
      + "transitions counted in \(played.count) random and \(trajectories.count) own episodes."
  }

  /// States and actions of an episode.
  func steps(of trajectory: Trajectory) throws -> (states: [Int], actions: [Int]) {
    if let own { return try own.steps(of: levels?.decisive(trajectory) ?? trajectory) }
    return bins?.steps(of: trajectory) ?? ([], [])
  }

  /// What a policy might want here.
  func aims(_ paid: (name: String, rewards: [Double])?) -> WorldAims {
    WorldAims(
      world, names: entry.specification.observationNames,
      others: (paid.map { [$0] } ?? []) + (isExact ? named : []), most: mostPlaces)
  }

  /// So many that planning for all of them takes a minute at most.
  private var mostPlaces: Int { max(12, min(200, 2_000_000 / max(1, world.mdp.stateCount))) }

  /// For rewards and policies on the table; nil where it is not exact, or not discounted.
  var table: FiniteWorldView? { isExact ? FiniteWorldView(world, of: entry.specification) : nil }

  /// Rewards that the world names, on (state, action).
  private var named: [(name: String, rewards: [Double])] {
    guard let view = table else { return [] }
    return entry.namedRewards.map { ("“\($0.name)”", view.rewards(NamedRewardEvaluator($0))) }
  }

  /// Without an exact table: the return from which on an episode is a success; nil never.
  ///
  /// - Throws: `InputError` where nobody knows what a good agent earns.
  func bound(success share: Double, at id: String) throws -> Double? {
    guard let randomReturn, let reference = entry.returns.reference, reference > randomReturn else {
      throw InputError(
        "what a good agent earns in '\(id)' is not known, so neither is what a failure is", at: id,
        remedy: "test in a world with a reference; 'pactolus environments \(id)' shows it")
    }
    return randomReturn + share * (reference - randomReturn)
  }
}
