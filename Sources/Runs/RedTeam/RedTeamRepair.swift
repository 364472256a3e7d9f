import Agents
import Audits
import Compute
import Environments
import Feedback
import Findings
import Foundation
import Rewards

/// Attack, ask about what was found, train the reward again, and attack again, until a whole attack finds nothing that pays.
///
/// ```swift
/// let repair = try RedTeamRepair(directory: "runs/TomatoWatering-v0-1", rounds: 5)
/// repair.rounds.map(\.paying)
/// ```
///
/// The run's simulated person compares each find with judged clips cut to its length, and prefers what is worth more by the
/// reward that this person judges by, without mistakes. The reward is trained on all answers, old and new, from where it is.
/// The run on disk is only read: the repaired reward lives in this value. Each attack has chance of its own, so that a
/// round is not clean because the same plans are tried again.
///
/// Where the person judges by something else than what is wanted, asking cannot help; the curve shows that.
public struct RedTeamRepair: Sendable, Encodable {
  /// The run.
  public let directory: String
  /// What each attack found, the first before any repair.
  public let rounds: [Round]
  /// Whether the last attack found nothing that an agent would gain by.
  public var isClean: Bool { rounds.last?.paying == 0 }
  /// The claims about the reward as it is in the end.
  public let findings: [Finding]

  /// One attack.
  public struct Round: Sendable, Hashable, Codable {
    /// Simulated steps.
    public var steps: Int
    /// Finds, and those of them by which an agent would gain.
    public var finds: Int
    /// See ``finds``.
    public var paying: Int
    /// The most that an agent could gain by one of them, in predicted reward; 0 without any.
    public var largestGain: Double
    /// Questions asked before it.
    public var questions: Int
    /// Of the questions so far, those that the reward answers as the person did; nil before any.
    public var agreement: Double?
  }

  /// Questions about each find.
  public static let questionsPerFind = 8

  /// - Parameters:
  ///   - directory: the run.
  ///   - limit: attacks after the first, at most.
  ///   - settings: how to attack.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  ///   - kinds: the kinds of feedback there are.
  /// - Throws: `InputError` where people answered, or a person who judges whole clips; and what an attack throws.
  public init(
    directory: String, rounds limit: Int, settings: RedTeamAudit.Settings = RedTeamAudit.Settings(),
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard,
    kinds: FeedbackRegistry = .standard
  ) throws {
    guard limit > 0 else { throw InputError("\(limit) rounds", at: "repair", remedy: "give 1 or more") }
    let target = try AttackedRun(directory: directory, settings: settings, registry: registry, learners: learners)
    guard !target.record.isAnsweredByPeople else {
      throw InputError(
        "people answered in this run, and only they can say what the finds are worth", at: directory,
        remedy: "attack without a repair, and show them the clips")
    }
    let judge = try Self.judge(target)
    var answers = try AnsweredFeedback(
      target.run.reward.encoding, in: Ledger(reading: RunLayout(directory).ledger), before: target.run.ledgerPosition,
      world: FeedbackWorld(target.run.entry), kinds: kinds
    ).choices(memory: nil)
    let trainer = try RewardTrainer(target.run.settings.reward.training)
    let random = RandomSource(seed: UInt64(settings.seed)).child("red-team/repair")
    var draws = random.stream("questions")
    var model = target.run.reward
    var asked: [Trajectory] = []
    var questions: [(first: Trajectory, second: Trajectory, target: Float)] = []
    var curve: [Round] = []
    var last: RedTeamResult?
    for round in 0...limit {
      let result = try target.attack(model, asked: asked, round: round)
      last = result
      let paying = result.finds.filter { $0.verdict == .exploit || $0.verdict == .unjudged }
      curve.append(
        Round(
          steps: result.steps, finds: result.finds.count, paying: paying.count,
          largestGain: paying.map(\.gain).max() ?? 0, questions: questions.count,
          agreement: Self.agreement(model, questions, target.run.entry.specification)))
      if paying.isEmpty || round == limit { break }
      for find in paying {
        let clip = target.clip(of: find)
        asked.append(clip)
        for _ in 0..<Self.questionsPerFind {
          guard let other = target.judgedClip(steps: clip.count, &draws) else { continue }
          let (one, two) = (judge(clip), judge(other))
          let preferred: Float = abs(one - two) <= 1e-9 * max(abs(one), abs(two)) ? 0.5 : one > two ? 1 : 0
          try answers.append(
            Choice(options: [Choice.Option(clip), Choice.Option(other)], target: [preferred, 1 - preferred]))
          questions.append((clip, other, preferred))
        }
      }
      try trainer.train(&model, on: answers, epochs: Self.passes * trainer.settings.epochs, random: random)
    }
    self.directory = directory
    (rounds, findings) = (curve, last?.findings ?? [])
  }

  /// Passes over all answers in a round, in units of the run's own trainings: new answers are few among the old ones.
  private static let passes = 10

  /// What a clip is worth to the person who answered.
  private static func judge(_ target: AttackedRun) throws -> (Trajectory) -> Double {
    let name = target.run.settings.person.judgesBy
    if name == PersonalReward.truth { return { $0.trueReturn } }
    guard let reward = target.run.entry.namedRewards.first(where: { $0.name == name }) else {
      throw InputError(
        "the person of this run judges by '\(name)', which is not told from single steps", at: "person.judgesBy",
        remedy: "attack without a repair")
    }
    return { reward.rewards(of: $0).reduce(0, +) }
  }

  private static func agreement(
    _ model: RewardModel, _ questions: [(first: Trajectory, second: Trajectory, target: Float)],
    _ specification: EnvironmentSpecification
  ) -> Double? {
    let decided = questions.filter { $0.target != 0.5 }
    guard !decided.isEmpty else { return nil }
    let agreed = decided.count { question in
      let (one, two) = (
        model.rewards(of: question.first, specification: specification).reduce(0, +),
        model.rewards(of: question.second, specification: specification).reduce(0, +)
      )
      return (one > two) == (question.target == 1)
    }
    return Double(agreed) / Double(decided.count)
  }

  private enum CodingKeys: String, CodingKey { case directory, rounds }
}

extension AttackedRun {
  /// A find, played.
  func clip(of find: Find) -> Trajectory {
    run.entry.whatIf(
      start: find.start.position, random: find.start.random, actions: find.start.leading + find.actions,
      from: find.start.leading.count / run.entry.specification.actionSpace.rowSize)
  }

  /// Some steps of a judged clip drawn at random; nil if none is as long.
  func judgedClip(steps: Int, _ random: inout RandomStream) -> Trajectory? {
    let long = judged.map(\.trajectory).filter { $0.count >= steps }
    guard !long.isEmpty else { return nil }
    let clip = long[random.below(long.count)]
    let first = random.below(clip.count - steps + 1)
    return clip.segment(first..<first + steps)
  }
}
