/// A reward with a name, computed from what one transition shows: the visible score of a game, for example.
///
/// It is a second opinion on an environment, apart from the environment's own reward: a simulated person can be told to
/// judge by it, and an audit can compare the two.
public struct NamedReward: Sendable {
  /// One word: `score`.
  public let name: String
  /// One sentence: what it counts.
  public let summary: String
  private let compute: @Sendable (Span<Float>, Span<Float>, Span<Float>) -> Double

  /// `compute` reads an observation row, an action row and the next observation row, in this order.
  public init(
    name: String, summary: String,
    compute: @escaping @Sendable (Span<Float>, Span<Float>, Span<Float>) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.compute = compute
  }

  /// The reward of one transition.
  public func reward(
    observation: Span<Float>, action: Span<Float>, nextObservation: Span<Float>
  ) -> Double { compute(observation, action, nextObservation) }

  /// The rewards of a trajectory's transitions, one each.
  public func rewards(of trajectory: Trajectory) -> [Double] {
    trajectory.mapTransitions(compute)
  }
}
