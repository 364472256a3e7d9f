import Compute
import Environments

/// Episodes of a world that can be had again, with the same luck and something else done.
///
/// ```swift
/// let luck = try SameLuck(entry, random: RandomSource(seed: 1), acting: .policy(policy, isDrawn: false))
/// let done = try luck.episode(3)
/// let other = try luck.twin(of: done, CounterfactualChange(at: 20, actions: [[1]]))
/// other.trajectory.trueReturn - done.trajectory.trueReturn
/// ```
///
/// A state is a value, and an episode's chance is a stream with a name, so both arms begin at the same state and go on by the
/// same numbers (`TwinPlayer` says how they stay together). What the policy draws is named by the step.
package struct SameLuck: Sendable {
  package let entry: EnvironmentEntry
  /// Who acted.
  package let rule: ActionRule
  /// Steps of an episode at most.
  package let limit: Int
  private let random: RandomSource
  private let slot: Int

  /// - Parameters:
  ///   - entry: the world.
  ///   - random: of its episodes, as a batch names them.
  ///   - slot: of the batch.
  ///   - rule: who acts.
  ///   - steps: at most so many; nil takes the world's time limit.
  /// - Throws: `InputError` for a world whose states cannot be copied, one without a time limit, and where nothing is
  ///   known to do nothing.
  package init(
    _ entry: EnvironmentEntry, random: RandomSource, slot: Int = 0, acting rule: ActionRule, steps: Int? = nil
  ) throws {
    let id = entry.specification.id
    guard case .exact = try entry.environment.tryRepeatability(steps: 4, random: random.child("counterfactual/again"))
    else {
      throw InputError(
        "the states of '\(id)' live elsewhere and cannot be copied, so no moment of an episode can be had again",
        at: id,
        remedy: "ask about a native world")
    }
    guard let limit = steps ?? entry.specification.maximumEpisodeSteps else {
      throw InputError("'\(id)' has no time limit", at: id, remedy: "say how many steps are looked at: --steps 1000")
    }
    self.limit = min(limit, entry.specification.maximumEpisodeSteps ?? limit)
    (self.entry, self.random, self.slot, self.rule) = (entry, random, slot, rule)
    _ = try ActionChooser(rule, entry.specification)
  }

  /// An episode from its first step on.
  package struct Episode: Sendable {
    /// Which, from 0.
    package let number: Int
    package let trajectory: Trajectory
    /// Where in the stream each step began, and where the last one ended.
    let places: [UInt64]
  }

  private func start<World: Environment>(_ world: World, _ episode: Int) -> EpisodePoint<World.State> {
    // As `Batch` names the streams of its episodes.
    var chance = random.stream("environment/\(slot)", episode)
    let state = world.reset(random: &chance)
    return EpisodePoint(state: state, chance: chance, step: 0)
  }

  /// What the policy draws in an episode.
  private func draws(_ episode: Int) -> RandomSource { random.child("counterfactual/actions", episode) }

  private func trajectory<State>(_ arm: PlayedArm<State>, _ episode: Int) -> Trajectory {
    Trajectory(
      observationSize: entry.specification.observationSpace.count,
      actionRowSize: entry.specification.actionSpace.rowSize, observations: arm.observations, actions: arm.actions,
      rewards: arm.rewards, terminated: arm.terminated, truncated: arm.truncated,
      start: EpisodePosition(slot: slot, episode: episode, step: 0))
  }

  /// The episode as it was.
  package func episode(_ number: Int) throws -> Episode {
    func play<World: Environment>(_ world: World) throws -> Episode {
      let arm = TwinPlayer(world, limit: limit).play(
        from: start(world, number), try ActionChooser(rule, entry.specification), draws: draws(number))
      return Episode(number: number, trajectory: trajectory(arm, number), places: arm.places)
    }
    return try play(entry.environment)
  }

  /// The episode as it would have been: up to the moment as it was, then changed.
  ///
  /// - Parameters:
  ///   - episode: as it was.
  ///   - change: what is changed, and from where on.
  ///   - drawing: of which steps, and the state after the last, pictures are made; none unless said.
  /// - Throws: `InputError` for a step that the episode does not have, and actions that the world does not.
  package func twin(
    of episode: Episode, _ change: CounterfactualChange, drawing: Range<Int> = 0..<0
  ) throws -> (trajectory: Trajectory, scenes: [Scene]) {
    try check(change, of: episode)
    func play<World: Environment>(_ world: World) throws -> (Trajectory, [Scene]) {
      var point = start(world, episode.number)
      if let other = change.start { point.state = start(world, other).state }
      let leading = rows(episode.trajectory, before: change.step)
      let arm = TwinPlayer(world, limit: limit).play(
        from: point, forced: leading + change.actions,
        try ActionChooser(change.rule ?? rule, entry.specification), draws: draws(episode.number),
        along: episode.places, keepsPoints: !drawing.isEmpty)
      let scenes =
        drawing.isEmpty
        ? []
        : (drawing.lowerBound...drawing.upperBound).compactMap { step in
          arm.points.indices.contains(step) ? world.scene(arm.points[step].state) : nil
        }
      return (trajectory(arm, episode.number), scenes)
    }
    return try play(entry.environment)
  }

  /// The moment of an episode again and again, each time with other luck from there on, the same for all changes and for
  /// what was done.
  ///
  /// - Parameters:
  ///   - episode: as it was.
  ///   - changes: all at the same step.
  ///   - lucks: how often.
  ///   - measure: what is kept of the arms of one luck: of what was done, then of each change; of each what came from the
  ///     moment on. Whole episodes of many lucks would need much memory.
  /// - Throws: `InputError` as ``twin(of:_:drawing:)``.
  /// - Complexity: O(lucks × changes × steps).
  package func again<Value>(
    _ episode: Episode, _ changes: [CounterfactualChange], lucks: Int, measure: ([Trajectory]) -> Value
  ) throws -> [Value] {
    guard let step = changes.first?.step else { return [] }
    precondition(changes.allSatisfy { $0.step == step }, "one moment")
    for change in changes { try check(change, of: episode) }
    let taken = Array(rows(episode.trajectory, before: step + 1).suffix(1))
    let done = CounterfactualChange(at: step, actions: episode.trajectory.count > step ? taken : [])
    func play<World: Environment>(_ world: World) throws -> [Value] {
      let player = TwinPlayer(world, limit: limit)
      let own = try ActionChooser(rule, entry.specification)
      let choosers = try ([done] + changes).map { change in
        try change.rule.map { try ActionChooser($0, entry.specification) } ?? own
      }
      let before = player.play(
        from: start(world, episode.number), forced: rows(episode.trajectory, before: step),
        try ActionChooser(.listed([]), entry.specification), draws: draws(episode.number), keepsPoints: true)
      guard let moment = before.points.last else { return [] }
      let lucky = random.child("counterfactual/luck", episode.number)
      return (0..<lucks).map { luck in
        let draws = lucky.child("actions", luck)
        var places: [UInt64]?
        let arms = zip([done] + changes, choosers).map { change, chooser in
          var point = moment
          if let other = change.start { point.state = start(world, other).state }
          point.chance = lucky.stream("environment", luck)
          let arm = player.play(from: point, forced: change.actions, chooser, draws: draws, along: places)
          places = places ?? arm.places
          return trajectory(arm, episode.number)
        }
        return measure(arms)
      }
    }
    return try play(entry.environment)
  }

  private func rows(_ trajectory: Trajectory, before step: Int) -> [[Float]] {
    let size = trajectory.actionRowSize
    return (0..<min(step, trajectory.count)).map { Array(trajectory.actions[$0 * size..<($0 + 1) * size]) }
  }

  private func check(_ change: CounterfactualChange, of episode: Episode) throws {
    let steps = episode.trajectory.count
    guard (0..<max(1, steps)).contains(change.step) else {
      throw InputError(
        "episode \(episode.number) has no step \(change.step)", at: "--at",
        remedy: steps > 0 ? "it has the steps 0 to \(steps - 1)" : "it has none")
    }
    guard change.start == nil || change.step == 0 else {
      throw InputError("another start, at step \(change.step)", at: "--start", remedy: "a start is at step 0")
    }
    for row in change.actions { try entry.specification.actionSpace.check(row, at: "--action") }
  }
}

/// What is changed in an episode, and from which step on.
package struct CounterfactualChange: Sendable {
  /// The first step that may differ.
  package var step: Int
  /// What is done from there on; then the rule acts.
  package var actions: [[Float]]
  /// Who acts after these; nil: who acted.
  package var rule: ActionRule?
  /// The episode whose start is taken; nil: its own.
  package var start: Int?

  package init(at step: Int = 0, actions: [[Float]] = [], then rule: ActionRule? = nil, start: Int? = nil) {
    (self.step, self.actions, self.rule, self.start) = (step, actions, rule, start)
  }
}
