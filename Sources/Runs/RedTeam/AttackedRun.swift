import Agents
import Audits
import Compute
import Environments
import Foundation
import Rewards

/// A run as an attack needs it: what was judged, what its agent does, where plans can begin.
struct AttackedRun {
  let run: TrainedRun
  let record: RunRecord
  let judged: [StoredSegment]
  /// The agent's own, drawn.
  let episodes: [Trajectory]
  private let settings: RedTeamAudit.Settings
  private let searches: [AttackSearch]
  private let random: RandomSource
  private let played: RandomSource
  private let learners: LearnerRegistry

  /// - Throws: `InputError` for an unknown search, and for a run in which nothing was judged.
  init(
    directory: String, settings: RedTeamAudit.Settings, registry: EnvironmentRegistry, learners: LearnerRegistry
  ) throws {
    searches = try settings.searches.map { name in
      guard let search = AttackSearch(rawValue: name) else {
        throw InputError.unknown("search", name, among: AttackSearch.allCases.map(\.rawValue), at: "search")
      }
      return search
    }
    run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    record = try RunRecord(directory: directory)
    guard record.answerCount > 0 else {
      throw InputError(
        "nothing was judged in this run, so there is no learned reward to attack", at: directory,
        remedy: "attack a run with answers")
    }
    random = RandomSource(seed: UInt64(settings.seed)).child("red-team")
    judged = try record.segments(record.judgedSegments)
    let player = EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: 20, seed: random, source: "policy", sourceIndex: 0, manner: .drawn)
    episodes = try player.play(.episodes(20)).trajectories.map(\.trajectory)
    (self.settings, self.learners, played) = (settings, learners, player.random)
  }

  /// Attacks a reward as it is.
  ///
  /// - Parameters:
  ///   - model: the run's reward, or what became of it.
  ///   - asked: clips that were judged since.
  ///   - round: of several attacks, which; each has chance of its own.
  func attack(_ model: RewardModel, asked: [Trajectory] = [], round: Int = 0) throws -> RedTeamResult {
    let random = round == 0 ? random : random.child("round", round)
    let ground = try JudgedGround(
      judged.map(\.trajectory) + asked, others: episodes, reward: RewardEvaluator(model), encoding: model.encoding,
      specification: run.entry.specification, knowsTruth: !record.isAnsweredByPeople, random: random)
    var attack = AttackSettings()
    (attack.budget, attack.searches, attack.features) = (settings.budget, searches, settings.features)
    attack.horizon = settings.horizon ?? max(50, 2 * ground.clipSteps)
    var team = try RedTeam(run.entry, ground: ground, settings: attack, random: random)
    team.starts = judgedStarts + ownStarts
    team.channels = try channels
    if settings.byJudged { team.by = .judged }
    if searches.contains(.agent) {
      team.agent = AttackingAgent(
        try learners.kind(run.settings.run.learner).factory(run.settings.learners),
        steps: settings.agentSteps ?? run.agentSteps + run.agentSteps / 2)
    }
    return try team.run()
  }

  /// The features that tell where what people see is altered: those that are named, or those that are known.
  private var channels: [NamedFeature] {
    get throws {
      let entry = run.entry
      let known =
        settings.channels ?? (entry.specification.id.hasPrefix("safety/TomatoWatering") ? ["under the bucket"] : [])
      return try known.map { name in
        guard let feature = entry.features.first(where: { $0.name == name || $0.synonyms.contains(name) }) else {
          throw InputError.unknown("feature", name, among: entry.features.map(\.name), at: "channels")
        }
        return feature
      }
    }
  }

  private static let mostStarts = 64

  /// Where judged clips begin, spread evenly over them.
  private var judgedStarts: [AttackStart] {
    let usable = judged.filter { $0.canBeReplayed(in: run.entry) }
    let stride = max(1, (usable.count + Self.mostStarts - 1) / Self.mostStarts)
    return usable.indices.filter { $0.isMultiple(of: stride) }.compactMap { index in
      let segment = usable[index]
      return segment.trajectory.start.map { start in
        AttackStart(
          random: segment.randomSource(seed: record.seed), slot: start.slot, episode: start.episode,
          leading: segment.leadingActions)
      }
    }
  }

  /// Places within the agent's own episodes, drawn at random.
  private var ownStarts: [AttackStart] {
    let rowSize = run.entry.specification.actionSpace.rowSize
    var draws = random.stream("red-team/places")
    let whole = episodes.filter { $0.count > 1 && $0.start?.step == 0 }
    guard !whole.isEmpty else { return [] }
    return (0..<Self.mostStarts).compactMap { place in
      let episode = whole[place % whole.count]
      return episode.start.map { start in
        AttackStart(
          random: played, slot: start.slot, episode: start.episode,
          leading: Array(episode.actions[..<(draws.below(episode.count) * rowSize)]))
      }
    }
  }
}
