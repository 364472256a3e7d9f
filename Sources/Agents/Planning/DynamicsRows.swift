import Compute
import Environments

/// Transitions to learn a world's dynamics from, row by row, each with the number that it was collected under.
///
/// A ring's rows keep their numbers for as long as they are there, so that each network of an ensemble always sees its own
/// ones, and those held out stay so.
package struct DynamicsRows {
  package let count: Int
  /// [count × observation size]
  package let observations: UnsafePointer<Float>
  /// [count × action row size]
  package let actions: UnsafePointer<Float>
  /// [count × observation size]
  package let nextObservations: UnsafePointer<Float>
  /// [count]: what is to be predicted as the reward.
  package let rewards: UnsafePointer<Float>
  /// [count]: whether the episode ended for good.
  package let terminated: UnsafePointer<Bool>
  /// Transitions ever collected, and where in a ring of `count` rows the oldest lies.
  package let total: Int
  package let oldest: Int

  package init(
    count: Int, observations: UnsafePointer<Float>, actions: UnsafePointer<Float>,
    nextObservations: UnsafePointer<Float>, rewards: UnsafePointer<Float>, terminated: UnsafePointer<Bool>,
    total: Int? = nil, oldest: Int = 0
  ) {
    self.count = count
    self.observations = observations
    self.actions = actions
    self.nextObservations = nextObservations
    self.rewards = rewards
    self.terminated = terminated
    self.total = total ?? count
    self.oldest = oldest
  }

  /// The number that a row was collected under, from 0.
  func number(of row: Int) -> Int {
    let place = row - oldest
    return total - count + (place >= 0 ? place : place + count)
  }
}

/// Transitions of trajectories laid end to end, for ``DynamicsRows``.
package struct DynamicsData: Sendable {
  private var observations: [Float] = []
  private var actions: [Float] = []
  private var nextObservations: [Float] = []
  private var rewards: [Float] = []
  private var terminated: [Bool] = []

  package var count: Int { rewards.count }

  package init(_ trajectories: [Trajectory] = []) {
    for trajectory in trajectories { append(trajectory) }
  }

  package mutating func append(_ trajectory: Trajectory) {
    let size = trajectory.observationSize
    observations += trajectory.observations[..<(trajectory.count * size)]
    nextObservations += trajectory.observations[size...]
    actions += trajectory.actions
    rewards += trajectory.rewards
    for step in 0..<trajectory.count { terminated.append(trajectory.terminated && step == trajectory.count - 1) }
  }

  package func withRows<Result>(_ body: (DynamicsRows) throws -> Result) rethrows -> Result {
    func view(
      _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, _ next: UnsafePointer<Float>,
      _ rewards: UnsafePointer<Float>, _ terminated: UnsafePointer<Bool>
    ) throws -> Result {
      try body(
        DynamicsRows(
          count: count, observations: observations, actions: actions, nextObservations: next, rewards: rewards,
          terminated: terminated))
    }
    return try view(observations, actions, nextObservations, rewards, terminated)
  }
}
