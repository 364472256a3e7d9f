import Compute
import Environments

/// A world whose episodes each have a level of their own, seen as finite: the tables of the levels that were played, side
/// by side.
struct LevelTables {
  let world: TabularWorld
  /// Different levels among those that were played.
  let levels: Int
  private let source: LevelSource

  /// More states than these take goals too long to plan for.
  static let mostStates = 300_000

  /// Nil for a world that does not draw levels.
  ///
  /// - Parameters:
  ///   - id: the world.
  ///   - trajectories: whole episodes, from their starts.
  ///   - random: of the batch that they were played in.
  /// - Throws: `InputError` where the levels have too many states together.
  init?(_ id: String, _ trajectories: [Trajectory], random: RandomSource) throws {
    let name = try EnvironmentOptions(id: id).name
    guard let source = LevelSource.all.first(where: { $0.prefix == name }) else { return nil }
    var tables: [TabularWorld] = []
    var seen: Set<[Float]> = []
    var states = 0
    for trajectory in trajectories {
      guard let start = trajectory.start else { continue }
      var stream = random.stream("environment/\(start.slot)", start.episode)
      let table = try source.level(id, random: &stream)
      // A level is its start and what can come of it.
      guard seen.insert([Float(table.mdp.stateCount)] + table.observations).inserted else { continue }
      states += table.mdp.stateCount
      guard states <= Self.mostStates else {
        throw InputError(
          "the levels of \(tables.count + 1) episodes have more than \(Self.mostStates) states", at: id,
          remedy: "play fewer: --episodes \(max(1, tables.count / 2))")
      }
      tables.append(table)
    }
    (world, levels, self.source) = (try TabularWorld(sideBySide: tables), tables.count, source)
  }

  /// An episode until one of its level's two goals was reached, where they part: what comes after tells nothing of which was
  /// wanted.
  ///
  /// - Complexity: O(steps · log steps).
  func decisive(_ trajectory: Trajectory) -> Trajectory {
    func isReached(_ steps: Int) -> Bool { source.reached(in: trajectory.segment(0..<steps)) != .neither }
    guard isReached(trajectory.count) else { return trajectory }
    var (less, enough) = (0, trajectory.count)
    while enough - less > 1 {
      let middle = (less + enough) / 2
      if isReached(middle) { enough = middle } else { less = middle }
    }
    return trajectory.segment(0..<enough)
  }
}

extension TabularWorld {
  /// Worlds that have nothing to do with each other as one, each of them as likely to begin in.
  ///
  /// - Parameter worlds: at least one, all with the same actions, features and observations.
  init(sideBySide worlds: [TabularWorld]) throws {
    guard let first = worlds.first else { throw InputError("no level was played") }
    var (starts, successors, probabilities, rewards) = ([0], [Int](), [Double](), [Double]())
    var (begins, isTerminal, observations, features) = ([Double](), [Bool](), [Float](), [Double]())
    var states = 0
    for world in worlds {
      let mdp = world.mdp
      precondition(
        mdp.actionCount == first.mdp.actionCount && world.featureNames == first.featureNames
          && world.observationSize == first.observationSize, "the same actions, features and observations")
      starts += mdp.rowStarts.dropFirst().map { $0 + successors.count }
      successors += mdp.successors.map { $0 + states }
      probabilities += mdp.probabilities
      rewards += mdp.rewards
      begins += mdp.start.map { $0 / Double(worlds.count) }
      isTerminal += mdp.isTerminal
      observations += world.observations
      features += world.features
      states += mdp.stateCount
    }
    self.init(
      mdp: try TabularMDP(
        stateCount: states, actionCount: first.mdp.actionCount, rowStarts: starts, successors: successors,
        probabilities: probabilities, rewards: rewards, start: begins, isTerminal: isTerminal,
        discount: first.mdp.discount),
      observations: observations, observationSize: first.observationSize, featureNames: first.featureNames,
      features: features, trueWeights: first.trueWeights)
  }
}
