import Environments
import Rewards

/// Transitions in flat rows, with what the world's own reward pays for each: what the rewards of a
/// ``SampledComparison`` are asked about.
package struct SampledRows: Sendable {
  /// The environment's description of the rows.
  package let specification: EnvironmentSpecification
  /// [count × observation size]
  package private(set) var observations: [Float] = []
  /// [count × action row size]
  package private(set) var actions: [Float] = []
  /// [count × observation size]
  package private(set) var nextObservations: [Float] = []
  /// Whether each transition ends its episode for good.
  package private(set) var terminated: [Bool] = []
  /// What the environment's own reward pays.
  package private(set) var rewards: [Float] = []

  /// The number of transitions.
  package var count: Int { terminated.count }

  /// No rows yet.
  package init(_ specification: EnvironmentSpecification) { self.specification = specification }

  /// Adds one transition; `reward` is what the environment's own reward pays for it.
  package mutating func append(
    _ observation: some Collection<Float>, _ action: some Collection<Float>, _ next: some Collection<Float>,
    terminated: Bool, reward: Float
  ) {
    precondition(
      observation.count == specification.observationSpace.count && next.count == observation.count
        && action.count == specification.actionSpace.rowSize, "rows of the environment's sizes")
    observations += observation
    actions += action
    nextObservations += next
    self.terminated.append(terminated)
    rewards.append(reward)
  }

  /// These actions and next observations from `states` observations, still to be set by ``setObservation(_:to:)``, one
  /// after the other; nothing ends.
  init(
    _ specification: EnvironmentSpecification, states: Int, actions: [Float], nextObservations: [Float]
  ) {
    self.specification = specification
    let count = nextObservations.count / specification.observationSpace.count
    observations = [Float](repeating: 0, count: states * nextObservations.count)
    self.actions = [[Float]](repeating: actions, count: states).flatMap { $0 }
    self.nextObservations = [[Float]](repeating: nextObservations, count: states).flatMap { $0 }
    terminated = [Bool](repeating: false, count: states * count)
    rewards = [Float](repeating: 0, count: states * count)
  }

  /// Makes `range` start from this observation.
  mutating func setObservation(_ range: Range<Int>, to observation: ArraySlice<Float>) {
    let size = observation.count
    for row in range {
      for component in 0..<size {
        observations[row * size + component] = observation[observation.startIndex + component]
      }
    }
  }

  /// What the environment's own reward pays, for all rows.
  mutating func setRewards(_ rewards: ArraySlice<Float>) {
    precondition(rewards.count == count, "one for each row")
    self.rewards = Array(rewards)
  }

  /// The observation that transition `row` starts from.
  func observation(_ row: Int) -> ArraySlice<Float> {
    let size = specification.observationSpace.count
    return observations[row * size..<(row + 1) * size]
  }

  /// The observation that transition `row` leads to.
  func nextObservation(_ row: Int) -> ArraySlice<Float> {
    let size = specification.observationSpace.count
    return nextObservations[row * size..<(row + 1) * size]
  }
}
