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
    let searches = try settings.searches.map { name in
      guard let search = AttackSearch(rawValue: name) else {
        throw InputError.unknown("search", name, among: AttackSearch.allCases.map(\.rawValue), at: "search")
      }
      return search
    }
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let record = try RunRecord(directory: directory)
    guard record.answerCount > 0 else {
      throw InputError(
        "nothing was judged in this run, so there is no learned reward to attack", at: directory,
        remedy: "attack a run with answers")
    }
    let specification = run.entry.specification
    let random = RandomSource(seed: UInt64(settings.seed)).child("red-team")
    let judged = try record.segments(record.judgedSegments)
    let player = EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: 20, seed: random, source: "policy", sourceIndex: 0, manner: .drawn)
    let episodes = try player.play(.episodes(20)).trajectories.map(\.trajectory)
    let reward = RewardEvaluator(run.reward)
    let ground = try JudgedGround(
      judged.map(\.trajectory), others: episodes, reward: reward, encoding: run.reward.encoding,
      specification: specification, knowsTruth: !record.isAnsweredByPeople, random: random)
    var attack = AttackSettings()
    (attack.budget, attack.searches, attack.features) = (settings.budget, searches, settings.features)
    attack.horizon = settings.horizon ?? max(50, 2 * ground.clipSteps)
    var team = try RedTeam(run.entry, ground: ground, settings: attack, random: random)
    team.starts =
      Self.starts(judged, seed: record.seed, in: run.entry)
      + Self.starts(episodes, of: player.random, rowSize: specification.actionSpace.rowSize, random: random)
    team.channels = try Self.channels(settings.channels, in: run.entry)
    if settings.byJudged { team.by = .judged }
    if searches.contains(.agent) {
      team.agent = AttackingAgent(
        try learners.kind(run.settings.run.learner).factory(run.settings.learners),
        steps: settings.agentSteps ?? run.agentSteps + run.agentSteps / 2)
    }
    self.directory = directory
    entry = run.entry
    result = try team.run()
  }

  /// The claims on the reward.
  public var findings: [Finding] { result.findings }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "This attack found nothing that an agent would gain by", fails: "The reward overrates behaviour that pays",
    mixed: "Some is overrated, and not all is settled", unknown: "What was found, only people can judge")

  /// The features that tell where what people see is altered: those that are named, or those that are known.
  private static func channels(_ names: [String]?, in entry: EnvironmentEntry) throws -> [NamedFeature] {
    let known = names ?? (entry.specification.id.hasPrefix("safety/TomatoWatering") ? ["under the bucket"] : [])
    return try known.map { name in
      guard let feature = entry.features.first(where: { $0.name == name || $0.synonyms.contains(name) }) else {
        throw InputError.unknown("feature", name, among: entry.features.map(\.name), at: "channel")
      }
      return feature
    }
  }

  private static let mostStarts = 64

  /// Where judged clips begin, spread evenly over them.
  private static func starts(
    _ judged: [StoredSegment], seed: UInt64, in entry: EnvironmentEntry
  ) -> [AttackStart] {
    let usable = judged.filter { $0.canBeReplayed(in: entry) }
    let stride = max(1, (usable.count + mostStarts - 1) / mostStarts)
    return usable.indices.filter { $0.isMultiple(of: stride) }.compactMap { index in
      let segment = usable[index]
      return segment.trajectory.start.map { start in
        AttackStart(
          random: segment.randomSource(seed: seed), slot: start.slot, episode: start.episode,
          leading: segment.leadingActions)
      }
    }
  }

  /// Places within the agent's own episodes, drawn at random.
  private static func starts(
    _ episodes: [Trajectory], of source: RandomSource, rowSize: Int, random: RandomSource
  ) -> [AttackStart] {
    var draws = random.stream("red-team/places")
    let whole = episodes.filter { $0.count > 1 && $0.start?.step == 0 }
    guard !whole.isEmpty else { return [] }
    return (0..<mostStarts).compactMap { place in
      let episode = whole[place % whole.count]
      return episode.start.map { start in
        AttackStart(
          random: source, slot: start.slot, episode: start.episode,
          leading: Array(episode.actions[..<(draws.below(episode.count) * rowSize)]))
      }
    }
  }
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
