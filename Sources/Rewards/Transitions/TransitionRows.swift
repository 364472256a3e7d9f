import Environments

/// A borrowed view of `count` transitions, row by row: what every reward is a function of.
///
/// Rows are flat, as in `EnvironmentBatch`: row i of `observations` is
/// `observations[i * observationSize ..< (i + 1) * observationSize]`; actions are raw action rows (a discrete action is
/// its index). `terminated` means "for good"; a time limit is not a termination. The pointers stay the caller's.
public struct TransitionRows {
  /// The number of transitions.
  public var count: Int
  /// [count × observation size]: what was seen before each action.
  public var observations: UnsafePointer<Float>
  /// [count × action row size]: what was done.
  public var actions: UnsafePointer<Float>
  /// [count × observation size]: what was seen after it.
  public var nextObservations: UnsafePointer<Float>
  /// [count]: whether the step ended the episode for good.
  public var terminated: UnsafePointer<Bool>
  /// What observations and actions are made of.
  public var specification: EnvironmentSpecification

  /// Takes the parts as they are.
  @inlinable public init(
    count: Int, observations: UnsafePointer<Float>, actions: UnsafePointer<Float>,
    nextObservations: UnsafePointer<Float>, terminated: UnsafePointer<Bool>, specification: EnvironmentSpecification
  ) {
    self.count = count
    self.observations = observations
    self.actions = actions
    self.nextObservations = nextObservations
    self.terminated = terminated
    self.specification = specification
  }
}

extension Trajectory {
  /// Calls `body` with a view of this trajectory's transitions; only the last can have terminated.
  public func withTransitionRows<Result>(
    _ specification: EnvironmentSpecification, _ body: (TransitionRows) throws -> Result
  ) rethrows -> Result {
    var ends = [Bool](repeating: false, count: max(1, count))
    if terminated, count > 0 { ends[count - 1] = true }
    return try observations.withUnsafeBufferPointer { observations in
      try actions.withUnsafeBufferPointer { actions in
        try ends.withUnsafeBufferPointer { ends in
          // An empty buffer may have no address; any will do, since nothing is read.
          let start = observations.baseAddress!
          return try body(
            TransitionRows(
              count: count, observations: start, actions: actions.baseAddress ?? start,
              nextObservations: start + observationSize, terminated: ends.baseAddress!,
              specification: specification))
        }
      }
    }
  }
}
