import Agents
import Compute
import Environments

/// How often a trusted policy took over in an evaluation.
public struct FallbackUse: Sendable, Hashable, Codable {
  /// The run whose policy it is.
  public var directory: String
  /// The p-value below which it acted.
  public var level: Double
  /// The judged clips that say what is familiar.
  public var judgedClips: Int
  /// The share of steps in which it acted.
  public var takeovers: Double
  /// 95 % interval of that over the episodes (Student's t); nil for a single one.
  public var interval: Interval?
  /// The share of episodes in which it acted at all.
  public var episodes: Double

  init(_ policy: FallbackPolicy, _ asked: RunEvaluation.Fallback, in trajectories: [Trajectory]) {
    (directory, level, judgedClips) = (asked.directory, asked.level, policy.ground.clips)
    let counts = policy.takeovers(in: trajectories).map { steps in steps.count { $0 } }
    let steps = trajectories.reduce(0) { $0 + $1.count }
    takeovers = Double(counts.reduce(0, +)) / Double(max(1, steps))
    let shares = zip(counts, trajectories).map { Double($0) / Double(max(1, $1.count)) }
    interval = Statistics.meanInterval(shares)?.within(0...1)
    episodes = Double(counts.count { $0 > 0 }) / Double(max(1, counts.count))
  }
}

extension FallbackPolicy {
  /// A run's policy, with another run's that takes over where nobody judged.
  ///
  /// - Throws: `InputError` if the other acts in another world, observations are images, or too little was judged.
  package init(
    _ run: TrainedRun, _ fallback: RunEvaluation.Fallback, seed: Int, registry: EnvironmentRegistry,
    learners: LearnerRegistry
  ) throws {
    guard fallback.level > 0, fallback.level < 1 else {
      throw InputError(
        "\(fallback.level) is no level", at: "level", remedy: "use a number between 0 and 1, such as 0.05")
    }
    let trusted = try TrainedRun(
      trusted: fallback.directory, in: run.entry, at: "fallback", registry: registry, learners: learners)
    guard run.entry.specification.image == nil else {
      throw InputError(
        "distances between images do not tell what is familiar", at: "fallback",
        remedy: "use it in worlds that are seen as numbers")
    }
    let ledger = try Ledger(reading: RunLayout(run.directory).ledger)
    let record = try RunRecord(ledger, directory: run.directory)
    let judged = try ledger.segments(record.judgedSegments).map(\.trajectory)
    let ground = try FamiliarGround(
      judged: judged, level: fallback.level, random: RandomSource(seed: UInt64(seed)).child("fallback"))
    self.init(run.policy, trusted: trusted.policy, ground: ground, level: fallback.level)
  }
}
