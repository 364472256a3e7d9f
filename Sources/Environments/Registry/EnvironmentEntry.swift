import Compute

/// One environment of a registry, with its type erased: what a run needs to know and to make.
public struct EnvironmentEntry: Sendable {
  public let specification: EnvironmentSpecification
  /// The same world as an exact table, if it is finite: for planners and exact audits.
  public let tabular: TabularWorld?
  /// Other rewards that one could judge this environment's transitions by, computed from what is visible: a game's
  /// score where the environment's own reward is the progress that was meant. Empty for most.
  public let namedRewards: [NamedReward]
  /// What a person can name about a transition: the words of language, of formulas and of feature highlights.
  public let features: [NamedFeature]

  private let make: @Sendable (Int, RandomSource) -> any EnvironmentBatch
  private let replay: @Sendable (EpisodePosition, RandomSource, [Float], ClosedRange<Int>) -> [Scene]

  /// `features` by default: one for each component of the observation, under its name.
  public init<E: Environment>(
    _ environment: E, tabular: TabularWorld? = nil, namedRewards: [NamedReward] = [], features: [NamedFeature]? = nil
  ) {
    specification = environment.specification
    self.features = features ?? NamedFeature.observations(of: environment.specification)
    self.tabular = tabular
    self.namedRewards = namedRewards
    make = { count, random in Batch(environment, count: count, random: random) }
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

/// The states of one episode after each number of steps in `steps`, recomputed from its stream and its actions.
func replayStates<E: Environment>(
  of environment: E, at position: EpisodePosition, random: RandomSource, actions: [Float], steps: ClosedRange<Int>
) -> [E.State] {
  let rowSize = environment.specification.actionSpace.rowSize
  var stream = episodeStream(slot: position.slot, episode: position.episode, random: random)
  var state = environment.reset(random: &stream)
  var states: [E.State] = []
  states.reserveCapacity(steps.count)
  actions.withUnsafeBufferPointer { actions in
    for step in 0...steps.upperBound {
      if steps.contains(step) { states.append(state) }
      guard step < steps.upperBound else { break }
      let row = UnsafeBufferPointer(rebasing: actions[step * rowSize..<(step + 1) * rowSize])
      _ = environment.step(&state, E.Action.read(row), random: &stream)
    }
  }
  return states
}
