import Environments

/// A borrowed view of `count` transitions, row by row: what every reward is a function of.
///
/// Rows are flat, as in `EnvironmentBatch`: row i of `observations` is
/// `observations[i * observationSize ..< (i + 1) * observationSize]`; actions are raw action rows (a discrete action is
/// its index). `terminated` means "for good"; a time limit is not a termination.
///
/// ```swift
/// for row in 0..<transitions.count {
///   rewards[row] = transitions.withObservation(row) { -abs($0[0]) }
/// }
/// ```
///
/// It owns nothing: it is valid during the call that it is an argument of.
public struct TransitionRows {
  /// The number of transitions.
  public let count: Int
  /// [count × observation size]: what was seen before each action.
  package let observations: UnsafePointer<Float>
  /// [count × action row size]: what was done.
  package let actions: UnsafePointer<Float>
  /// [count × observation size]: what was seen after it.
  package let nextObservations: UnsafePointer<Float>
  /// [count]: whether the step ended the episode for good.
  package let terminated: UnsafePointer<Bool>
  /// What observations and actions are made of.
  public let specification: EnvironmentSpecification

  /// Takes the parts as they are.
  package init(
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

  /// Calls `body` with the observation that transition `row` started from.
  public func withObservation<Result>(_ row: Int, _ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try withRow(row, of: observations, size: specification.observationSpace.count, body)
  }

  /// Calls `body` with the raw action row of transition `row`.
  public func withAction<Result>(_ row: Int, _ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try withRow(row, of: actions, size: specification.actionSpace.rowSize, body)
  }

  /// Calls `body` with the observation that transition `row` led to.
  public func withNextObservation<Result>(_ row: Int, _ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try withRow(row, of: nextObservations, size: specification.observationSpace.count, body)
  }

  /// Whether transition `row` ended its episode for good.
  public func isTerminated(_ row: Int) -> Bool {
    precondition(row >= 0 && row < count, "a row of the transitions")
    return terminated[row]
  }

  private func withRow<Result>(
    _ row: Int, of start: UnsafePointer<Float>, size: Int, _ body: (Span<Float>) throws -> Result
  ) rethrows -> Result {
    precondition(row >= 0 && row < count, "a row of the transitions")
    return try body(UnsafeBufferPointer(start: start + row * size, count: size).span)
  }
}

extension TransitionRows {
  /// Calls `body` with a view of rows that lie in arrays, each at least `count` rows long.
  public static func over<Result, Failure>(
    _ count: Int, observations: [Float], actions: [Float], nextObservations: [Float], terminated: [Bool],
    specification: EnvironmentSpecification, _ body: (TransitionRows) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let size = specification.observationSpace.count
    precondition(
      observations.count >= count * size && nextObservations.count >= count * size && terminated.count >= count
        && actions.count >= count * specification.actionSpace.rowSize, "\(count) rows in each array")
    // An array that is passed as a pointer stays in place until the call returns.
    func view(
      _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, _ nextObservations: UnsafePointer<Float>,
      _ terminated: UnsafePointer<Bool>
    ) throws(Failure) -> Result {
      try body(
        TransitionRows(
          count: count, observations: observations, actions: actions, nextObservations: nextObservations,
          terminated: terminated, specification: specification))
    }
    return try view(observations, actions, nextObservations, terminated)
  }
}

extension Trajectory {
  /// Calls `body` with a view of this trajectory's transitions; only the last can have terminated.
  public func withTransitionRows<Result, Failure>(
    _ specification: EnvironmentSpecification, _ body: (TransitionRows) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var ends = [Bool](repeating: false, count: count)
    if terminated, count > 0 { ends[count - 1] = true }
    func view(
      _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, _ ends: UnsafePointer<Bool>
    ) throws(Failure) -> Result {
      try body(
        TransitionRows(
          count: count, observations: observations, actions: actions,
          nextObservations: observations + observationSize, terminated: ends, specification: specification))
    }
    return try view(observations, actions, ends)
  }
}
