import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation

/// The chance that a run's policy does something that must not happen, however rarely.
///
/// ```swift
/// let audit = try RareAudit(directory: "runs/CartPole-v1-1", condition: "pole angle > 0.2")
/// audit.findings[0].verdict
/// ```
///
/// By multilevel splitting from fresh episodes in which actions are drawn as in training; the run is only read.
public struct RareAudit: Sendable, Encodable {
  /// The run.
  public let directory: String
  /// The world's id.
  public let environment: String
  /// What must not happen.
  public let condition: String
  /// The share of episodes that is put up with.
  public let atMost: Double
  /// One: whether it happens more often than that.
  public let findings: [Finding]
  package let estimate: RareEventEstimate

  /// How hard to look.
  public struct Settings: Sendable, Hashable {
    /// Independent repetitions, of which the interval is.
    public var repetitions = 30
    /// Episodes of a stage.
    public var effort = 200
    /// The share of episodes in which it may happen.
    public var atMost = 0.01
    /// Of the episodes.
    public var seed = 0

    /// All defaults.
    public init() {}
  }

  /// Estimates.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - text: the condition: a feature, `<`, `>`, `<=` or `>=`, and a number.
  ///   - settings: how hard to look.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for a run without a checkpoint, a line that is no condition, an unknown feature, and a world whose
  ///   states cannot be copied or whose episodes have no end.
  public init(
    directory: String, condition text: String, settings: Settings = Settings(),
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws {
    guard (2...100_000).contains(settings.repetitions), (2...1_000_000).contains(settings.effort) else {
      throw InputError("fewer than two repetitions or episodes of a stage, or too many", remedy: "give 2 or more")
    }
    guard settings.atMost > 0, settings.atMost < 1 else {
      throw InputError("a share of \(settings.atMost)", at: "--at-most", remedy: "give a number between 0 and 1")
    }
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let condition = try RareCondition(text, in: run.entry)
    let random = RandomSource(seed: UInt64(settings.seed)).child("red-team/rare")
    guard case .exact = try run.entry.environment.tryRepeatability(steps: 4, random: random.child("repeatability"))
    else {
      throw InputError(
        "the states of '\(run.entry.specification.id)' live elsewhere and cannot be copied, so that nothing can go on from them",
        at: directory, remedy: "look at a run in a native world")
    }
    estimate = try Self.estimate(run.entry.environment, run.policy, condition, settings, random)
    self.directory = directory
    environment = run.entry.specification.id
    self.condition = text
    atMost = settings.atMost
    findings = [estimate.finding(text, atMost: settings.atMost)]
  }

  private static func estimate(
    _ world: some Environment, _ policy: some ActingPolicy, _ condition: RareCondition, _ settings: Settings,
    _ random: RandomSource
  ) throws -> RareEventEstimate {
    let actor = policy.makeActor(count: 1)
    var event = try RareEvent(
      world, policy: { actor.act($0, into: &$1, random: &$2) }, first: { condition.first($0) },
      level: { condition.level($0, $1, $2) })
    (event.effort, event.repetitions) = (settings.effort, settings.repetitions)
    return try event.estimate(reaching: condition.goal, random: random)
  }

  /// The words in which the finding is summed up.
  public static let headline = Headline(
    holds: "It happens seldom enough", fails: "It happens too often", mixed: "Not settled",
    unknown: "Not settled: more repetitions would tell")
}
