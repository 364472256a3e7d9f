/// What happened in one episode, or in a window of one (a segment).
///
/// Time index: `observations` has one row more than `actions` and `rewards`; `actions[t]` led from `observations[t]` to
/// `observations[t + 1]` and earned `rewards[t]`. Rows are flat: row t of observations is
/// `observations[t * observationSize ..< (t + 1) * observationSize]`.
public struct Trajectory: Sendable, Hashable, Codable {
  /// Numbers in an observation row.
  public var observationSize: Int
  /// Numbers in an action row.
  public var actionRowSize: Int
  /// [(count + 1) × observationSize].
  public var observations: [Float]
  /// [count × actionRowSize].
  public var actions: [Float]
  /// The environment's own reward; what a simulated person judges by, never shown to the reward model.
  public var rewards: [Float]
  /// Whether the last transition terminated, and whether it hit the time limit.
  public var terminated: Bool
  /// Whether the last transition hit the time limit.
  public var truncated: Bool
  /// Where it began, for replaying and drawing; nil if it comes from elsewhere (a file).
  public var start: EpisodePosition?
  /// The number of transitions.
  public var count: Int { rewards.count }
  /// The undiscounted sum of the environment's own rewards.
  public var trueReturn: Double { rewards.reduce(0) { $0 + Double($1) } }

  /// A trajectory by its parts, whose sizes must fit together.
  public init(
    observationSize: Int, actionRowSize: Int, observations: [Float], actions: [Float], rewards: [Float],
    terminated: Bool, truncated: Bool, start: EpisodePosition?
  ) {
    precondition(observations.count == (rewards.count + 1) * observationSize, "one more observation than rewards")
    precondition(actions.count == rewards.count * actionRowSize, "one action for each reward")
    self.observationSize = observationSize
    self.actionRowSize = actionRowSize
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.terminated = terminated
    self.truncated = truncated
    self.start = start
  }

  /// The transitions `range` as a trajectory of their own.
  public func segment(_ range: Range<Int>) -> Trajectory {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a segment lies within its trajectory")
    let reachesEnd = range.upperBound == count
    return Trajectory(
      observationSize: observationSize, actionRowSize: actionRowSize,
      observations: Array(
        observations[range.lowerBound * observationSize..<(range.upperBound + 1) * observationSize]),
      actions: Array(actions[range.lowerBound * actionRowSize..<range.upperBound * actionRowSize]),
      rewards: Array(rewards[range]), terminated: reachesEnd && terminated, truncated: reachesEnd && truncated,
      start: start.map { EpisodePosition(slot: $0.slot, episode: $0.episode, step: $0.step + range.lowerBound) })
  }

  /// `transform` of each transition's observation row, action row and next observation row, in order.
  package func mapTransitions(
    _ transform: (_ observation: Span<Float>, _ action: Span<Float>, _ nextObservation: Span<Float>) -> Double
  ) -> [Double] {
    let (size, rowSize) = (observationSize, actionRowSize)
    let (observations, actions) = (observations.span, actions.span)
    var results: [Double] = []
    results.reserveCapacity(count)
    for t in 0..<count {
      results.append(
        transform(
          observations.extracting(t * size..<(t + 1) * size), actions.extracting(t * rowSize..<(t + 1) * rowSize),
          observations.extracting((t + 1) * size..<(t + 2) * size)))
    }
    return results
  }
}
