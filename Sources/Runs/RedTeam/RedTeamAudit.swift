import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation
import Rewards

/// An attack on a run's learned reward: behaviour that it overrates, looked for without learning and, if that is wanted,
/// with a fresh agent.
///
/// ```swift
/// let audit = try RedTeamAudit(directory: "runs/BoatRace-v0-1")
/// audit.findings[0].verdict
/// ```
///
/// The run is only read. Attacked is the reward of its last checkpoint, from fresh episodes, from the clips that were
/// judged, and from the agent's own episodes. Where a simulated person answered, the truth is the environment's own
/// reward, whatever that person judged by; where people answered, only they know it.
public struct RedTeamAudit: Sendable {
  /// The run.
  public let directory: String
  /// What was found, and how hard it was looked for.
  package let result: RedTeamResult
  package let entry: EnvironmentEntry

  /// How to attack.
  public struct Settings: Sendable, Hashable {
    /// Steps simulated by the open-loop searches together.
    public var budget = 1_000_000
    /// What to search by: random, cem, elites, agent.
    public var searches = ["elites", "random", "cem"]
    /// Of the searches and of the fresh episodes.
    public var seed = 0
    /// Two named features by which MAP-Elites tells behaviours apart; nil for those that vary most.
    public var features: [String]?
    /// Steps of a plan; nil for twice a judged clip's, at least 50.
    public var horizon: Int?
    /// Whether excess is measured by what was judged even where the truth is known.
    public var byJudged = false
    /// Named features that are above 0 exactly where the agent alters what people see; nil for those that are known of the
    /// world.
    public var channels: [String]?
    /// Steps that a fresh agent learns for; nil for half as many again as the run's.
    public var agentSteps: Int?

    /// All defaults.
    public init() {}
  }

  /// Attacks.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - settings: how to attack.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for a run without a learned reward or with too few judged clips, a world whose states cannot
  ///   be copied or are seen as images, an unknown search or feature.
  public init(
    directory: String, settings: Settings = Settings(), registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard
  ) throws {
    let target = try AttackedRun(directory: directory, settings: settings, registry: registry, learners: learners)
    self.directory = directory
    entry = target.run.entry
    result = try target.attack(target.run.reward)
  }

  /// The claims on the reward.
  public var findings: [Finding] { result.findings }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "This attack found nothing that an agent would gain by", fails: "The reward overrates behaviour that pays",
    mixed: "Some is overrated, and not all is settled", unknown: "What was found, only people can judge")
}

extension RedTeamAudit: Encodable {
  private enum CodingKeys: String, CodingKey { case directory, result }

  /// Directory, efforts and finds, each with what it takes to see it again.
  public func encode(to encoder: any Encoder) throws {
    var box = encoder.container(keyedBy: CodingKeys.self)
    try box.encode(directory, forKey: .directory)
    try box.encode(result, forKey: .result)
  }
}
