/// A reward with a name that is told from a clip as a whole: how many turns end on the foot, say, which no single
/// transition shows.
///
/// People judge so. A simulated person can be told to (`person.judgesBy`), like by a ``NamedReward``; an agent cannot be
/// paid by it, since what a step is worth depends on the steps before it.
public struct ClipReward: Sendable {
  /// One word: `flips`.
  public let name: String
  /// One sentence: what it counts.
  public let summary: String
  private let compute: @Sendable (Trajectory) -> [Double]

  /// `compute` reads a trajectory and gives one number for each of its transitions; it knows of nothing before the first.
  public init(name: String, summary: String, compute: @escaping @Sendable (Trajectory) -> [Double]) {
    self.name = name
    self.summary = summary
    self.compute = compute
  }

  /// The rewards of a trajectory's transitions, one each. Those of a part of it can differ from these.
  public func rewards(of trajectory: Trajectory) -> [Double] {
    let rewards = compute(trajectory)
    precondition(rewards.count == trajectory.count, "one reward for each transition")
    return rewards
  }
}
