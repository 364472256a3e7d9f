import Compute

/// One environment of a registry, with its type erased: what a run needs to know and to make.
///
/// ```swift
/// EnvironmentEntry(Corridor())   // enough: everything else has a default
/// ```
///
/// A table, other rewards, features and presets are optional; what needs a missing one fails with an error.
public struct EnvironmentEntry: Sendable {
  /// What it is called, sees, accepts and promises.
  public let specification: EnvironmentSpecification
  /// The environment itself, for what works with any: contract tests, experiments on states.
  public let environment: any Environment
  /// The same world as an exact table, if it is finite: for planners and exact audits.
  public let tabular: TabularWorld?
  /// Other rewards that one could judge this environment's transitions by, computed from what is visible: a game's
  /// score where the environment's own reward is the progress that was meant. Empty for most.
  public let namedRewards: [NamedReward]
  /// Rewards that are told from whole clips, for a simulated person to judge by. Empty for most.
  public let clipRewards: [ClipReward]
  /// What a person can name about a transition: the words of language, of formulas and of feature highlights.
  public let features: [NamedFeature]
  /// What its episodes can earn, as far as that is known.
  public internal(set) var returns: KnownReturns
  /// What a step pays, in a sentence for a list; nil if nobody said. ``paying(_:)`` sets it.
  public internal(set) var reward: String?
  /// The settings that a run takes unless others are given; nil for the plain defaults.
  public let preset: SettingsPreset?
  /// What people are told who judge it; ``guided(by:)`` sets it.
  public internal(set) var guidance: Guidance
  /// Other settings for it, to be asked for by name.
  public let namedPresets: [SettingsPreset]

  private let make: @Sendable (Int, RandomSource) -> any EnvironmentBatch
  private let replay: @Sendable (EpisodePosition, RandomSource, [Float], ClosedRange<Int>) -> [Scene]
  private let retrace: @Sendable (EpisodePosition, RandomSource, [Float], Int) -> Trajectory

  /// - Parameters:
  ///   - environment: the world.
  ///   - tabular: the same world as an exact table, for a finite one.
  ///   - namedRewards: other rewards to judge by.
  ///   - clipRewards: rewards to judge whole clips by.
  ///   - features: its named features, all of them (``NamedFeature/all(_:of:)`` adds the observation's components
  ///     to a world's own); by default one for each component of the observation, under its name.
  ///   - returns: what its episodes can earn, and what an agent on its true reward does.
  ///   - preset: the settings that a run takes unless it is told otherwise; its name is the environment's id.
  ///   - namedPresets: other settings, to be asked for by name.
  public init<E: Environment>(
    _ environment: E, tabular: TabularWorld? = nil, namedRewards: [NamedReward] = [],
    clipRewards: [ClipReward] = [], features: [NamedFeature]? = nil, returns: KnownReturns = KnownReturns(),
    preset: SettingsPreset? = nil, namedPresets: [SettingsPreset] = []
  ) {
    specification = environment.specification
    guidance = .general(for: environment.specification)
    self.environment = environment
    self.features = features ?? NamedFeature.observations(of: environment.specification)
    self.returns = returns
    self.preset = preset
    self.namedPresets = namedPresets
    self.tabular = tabular
    self.namedRewards = namedRewards
    self.clipRewards = clipRewards
    make = { count, random in Batch(environment, count: count, random: random) }
    retrace = { position, random, actions, first in
      retracedTrajectory(of: environment, at: position, random: random, actions: actions, from: first)
    }
    replay = { position, random, actions, steps in
      let states = replayStates(of: environment, at: position, random: random, actions: actions, steps: steps)
      return states.map(environment.scene)
    }
  }

  /// A batch of `count` episodes, each at its start.
  public func makeBatch(count: Int, random: RandomSource) -> any EnvironmentBatch { make(count, random) }

  /// Pictures of the states before each of the steps in `range` and after the last: `range.count + 1` of them.
  ///
  /// - Parameters:
  ///   - start: any position in the episode; only its slot and episode matter.
  ///   - random: the source that the batch was made with.
  ///   - actions: the episode's actions *from its first step on*, at least up to the end of `range`.
  ///   - range: steps counted from the episode's first.
  public func replayScenes(
    start: EpisodePosition, random: RandomSource, actions: [Float], range: Range<Int>
  ) -> [Scene] {
    precondition(range.lowerBound >= 0, "steps are counted from the episode's start")
    precondition(
      actions.count >= range.upperBound * specification.actionSpace.rowSize, "actions up to the end of the range")
    return replay(start, random, actions, range.lowerBound...range.upperBound)
  }
}

extension EnvironmentEntry {
  /// The same entry with a sentence on what a step pays.
  public func paying(_ reward: String?) -> EnvironmentEntry {
    var entry = self
    entry.reward = reward
    return entry
  }

  /// The same entry with a few words on where the reference of its ``returns`` comes from, if it has one.
  func referring(to origin: String) -> EnvironmentEntry {
    var entry = self
    if returns.reference != nil { entry.returns.origin = origin }
    return entry
  }

  /// What would have happened: an episode begun again, with these actions in the place of those that were taken.
  ///
  /// The same chance as in the episode itself (its stream goes on step by step), so two answers to "what if" differ by
  /// their actions alone. Ends early where the episode terminates; there is no time limit.
  ///
  /// - Parameters:
  ///   - start: any position in the episode; only its slot and episode matter.
  ///   - random: the source that the batch was made with.
  ///   - actions: from the episode's first step on.
  ///   - first: the step, counted from the episode's first, with which the result begins; if the episode terminates
  ///     before it, the result has no transitions.
  /// - Complexity: O(steps).
  public func whatIf(
    start: EpisodePosition, random: RandomSource, actions: [Float], from first: Int
  ) -> Trajectory {
    precondition(first >= 0, "steps are counted from the episode's start")
    precondition(actions.count >= first * specification.actionSpace.rowSize, "actions up to the first step shown")
    return retrace(start, random, actions, first)
  }
}

private func retracedTrajectory<E: Environment>(
  of environment: E, at position: EpisodePosition, random: RandomSource, actions: [Float], from first: Int
) -> Trajectory {
  let rowSize = environment.specification.actionSpace.rowSize
  let size = environment.specification.observationSpace.count
  var stream = episodeStream(slot: position.slot, episode: position.episode, random: random)
  var state = environment.reset(random: &stream)
  var observations: [Float] = []
  var rewards: [Float] = []
  var terminated = false
  func observe() { observations += environment.observation(of: state) }
  let steps = actions.count / rowSize
  var taken = 0
  if first == 0 { observe() }
  while taken < steps, !terminated {
    let row = actions.span.extracting(taken * rowSize..<(taken + 1) * rowSize)
    let outcome = environment.step(&state, E.Action.read(row), random: &stream)
    terminated = outcome.terminated
    taken += 1
    if taken >= first { observe() }
    if taken > first { rewards.append(Float(outcome.reward)) }
  }
  if observations.isEmpty { observe() }
  return Trajectory(
    observationSize: size, actionRowSize: rowSize, observations: observations,
    actions: rewards.isEmpty ? [] : Array(actions[first * rowSize..<(first + rewards.count) * rowSize]),
    rewards: rewards, terminated: terminated && !rewards.isEmpty, truncated: false,
    start: EpisodePosition(slot: position.slot, episode: position.episode, step: first))
}

/// The states of one episode after each number of steps in `steps`, recomputed from its stream and its actions.
func replayStates<E: Environment>(
  of environment: E, at position: EpisodePosition, random: RandomSource, actions: [Float], steps: ClosedRange<Int>
) -> [E.State] {
  let rowSize = environment.specification.actionSpace.rowSize
  var stream = episodeStream(slot: position.slot, episode: position.episode, random: random)
  var state = environment.reset(random: &stream)
  var states: [E.State] = []
  states.reserveCapacity(steps.count)
  for step in 0...steps.upperBound {
    if steps.contains(step) { states.append(state) }
    guard step < steps.upperBound else { break }
    let row = actions.span.extracting(step * rowSize..<(step + 1) * rowSize)
    _ = environment.step(&state, E.Action.read(row), random: &stream)
  }
  return states
}
