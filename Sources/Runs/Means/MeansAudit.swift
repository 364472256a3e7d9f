import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation
import Rewards
import Theory

/// By which way a run's policy gains: how much of what it earns more than a baseline comes through variables that it
/// should not use, where it leaves them, and whether the people who judged it changed with them.
///
/// ```swift
/// let audit = try MeansAudit(directory: "runs/Recommender-v0-1", delicate: ["interest"], baseline: "uniform")
/// audit.payments[0].agents[0].gain.indirect        // exact, by the world's own table
/// audit.findings
/// ```
///
/// Needs a finite world that is made of variables (`FactoredView`). The run may still go on: its policy is then that of its
/// last checkpoint.
public struct MeansAudit: Sendable, Encodable {
  /// What one agent gains, and where it leaves what is delicate.
  public struct Agent: Sendable, Encodable {
    /// Which agent: a moment of the run, or what it was planned for.
    public var name: String
    /// What it gains, and by which way.
    public var gain: PathEffects.Gain
    /// By delicate variable the total variation from its natural course at an episode's end; nil where it is not followed.
    public var moved: [Double]
  }

  /// Agents by one reward.
  public struct Payment: Sendable, Encodable {
    /// Whose reward it is, in words.
    public var name: String
    /// The run's policy first, then its earlier ones and those that plan for this reward.
    public var agents: [Agent]
  }

  /// What a run that watches its means recorded of one round, by the world's own reward.
  public struct Round: Sendable, Encodable {
    /// The round, from 0.
    public var round: Int
    /// The agent's steps by then.
    public var agentSteps: Int
    /// What its policy gained over the baseline.
    public var total: Double
    /// How much of that through what is delicate.
    public var through: Double
    /// How far what is delicate ended from its natural course.
    public var moved: Double
  }

  /// The run.
  public let directory: String
  /// Where it was trained.
  public let world: String
  /// Whether the run has finished.
  public let isFinished: Bool
  /// The agent's steps until it had this policy.
  public let agentSteps: Int
  /// The variables that it should not gain through.
  public let delicate: [String]
  /// Under what they go their natural course, in words.
  public let baseline: String
  /// Steps of an episode.
  public let steps: Int
  /// What paid the agent first; then the world's own reward if that is another.
  public let payments: [Payment]
  /// What became of each delicate variable under the run's policy.
  public let courses: [PathEffects.Course]
  /// By round; empty for runs that did not watch it.
  public let rounds: [Round]
  /// Whether the answers changed with each delicate variable that is seen.
  public let answers: [AnswersAndVariable]
  /// The claims.
  public let findings: [Finding]
  /// What could not be said, in sentences.
  public let notes: [String]

  /// Reads the run and computes; nothing is played and nothing is written.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - delicate: the variables' names; those that the run watched where it is empty.
  ///   - baseline: `uniform`, `start` or an action; the run's own, or `uniform`, where it is nil.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for no run, no checkpoint yet, a world that is not made of variables, and unknown names.
  public init(
    directory: String, delicate: [String], baseline: String? = nil, registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard
  ) throws {
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let record = try RunRecord(directory: directory)
    let own = run.settings.evaluation
    let names = delicate.isEmpty ? own.delicateNames : delicate
    let moments = try run.moments(learners)
    let world = try DelicateWorld(
      run.entry, delicate: names, baseline: baseline ?? own.delicateBaseline, start: moments[0].policy)
    let effects = try world.effects(of: run.policy)
    let earlier = try moments.map { ($0.name, try world.effects(of: $0.policy)) }
    let trained = run.iteration < 0 ? "untrained" : "trained, after round \(run.iteration)"
    var notes: [String] = []
    func payment(_ name: String, _ rewards: [Double]?) throws -> Payment {
      func agent(_ name: String, _ effects: PathEffects) -> Agent {
        Agent(
          name: name, gain: rewards.map(effects.gain(paying:)) ?? effects.gain,
          moved: effects.courses.map { $0.distances.last ?? 0 })
      }
      let planned = try world.planned(rewards)
      if let note = planned.note, !notes.contains(note) { notes.append(note) }
      return Payment(
        name: name,
        agents: [agent(trained, effects)] + earlier.map(agent)
          + planned.agents.map { Agent(name: $0.name, gain: $0.gain, moved: $0.moved) })
    }
    let paid = try run.paid(in: world)
    payments =
      try (paid.map { [try payment($0.name, $0.rewards)] } ?? [])
      + [payment("the world's own reward", nil)]
    courses = effects.courses
    self.directory = directory
    self.world = run.entry.specification.id
    isFinished = record.finished != nil
    agentSteps = run.agentSteps
    self.delicate = names
    self.baseline = world.baselineWords
    steps = world.view.world.horizon ?? 0
    // What was recorded is of the run's own baseline.
    let isOwn = own.delicateNames == names && (baseline ?? own.delicateBaseline) == own.delicateBaseline
    rounds = isOwn ? record.roundsOfMeans : []
    var (answers, findings) = ([AnswersAndVariable](), [Finding]())
    let first = payments[0]
    findings.append(
      MeansFindings.gain(
        first.agents[0].gain, optimum: first.agents.first { $0.name == DelicateWorld.plain }?.gain, paidBy: first.name,
        delicate: names.joined(separator: ", "), baseline: world.baselineWords))
    let ledger = try Ledger(reading: RunLayout(directory).ledger)
    let random = RandomSource(seed: UInt64(run.settings.run.seed)).child("means")
    for course in effects.courses {
      findings.append(MeansFindings.drift(course, baseline: world.baselineWords))
      let found = try world.answers(
        record, course, segment: { try ledger.segments([$0]).first }, random: random)
      if let found { answers.append(found.test) }
      findings.append(found.map { $0.test.finding(others: $0.others) } ?? MeansFindings.unseen(course.variable))
    }
    (self.answers, self.findings, self.notes) = (answers, findings, notes)
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "The agent does not gain by these means", fails: "The agent gains by means that were not to be used",
    mixed: "No such means is shown, but not all is settled", unknown: "Not settled by which means the agent gains")
}

extension MeansAudit {
  /// The variables of a run's world, and whether the reward of the world gives the first action a reason to change each.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  /// - Throws: `InputError` for no run, and a world that is not made of variables.
  public static func world(
    of directory: String, registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws -> (world: FactoredWorld, watched: [String]) {
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    return (try FactoredView(run.entry).world, run.settings.evaluation.delicateNames)
  }
}

extension TrainedRun {
  /// The policies that are left of a run: before training, and after the rounds of the checkpoints that are kept, but for
  /// the policy itself.
  fileprivate func moments(_ learners: LearnerRegistry) throws -> [(name: String, policy: any ActingPolicy)] {
    func untrained() throws -> any Learner {
      try settings.makeLearner(
        learners, in: entry.specification, random: RandomSource(seed: UInt64(settings.run.seed)).child("agent"))
    }
    var moments: [(name: String, policy: any ActingPolicy)] = [("before training", try untrained().policy)]
    let layout = RunLayout(directory)
    for round in try Checkpoint.iterations(in: layout) where round != iteration {
      let learner = try untrained()
      try learner.restore(Checkpoint(directory: Checkpoint.path(round, in: layout)).agent)
      moments.append(("after round \(round)", learner.policy))
    }
    return moments
  }

  /// What paid the agent, on the states and actions of its world's variables; nil if that was the world's own reward.
  fileprivate func paid(in world: DelicateWorld) throws -> (name: String, rewards: [Double])? {
    switch settings.run.agentReward {
    case .truth: return nil
    case .learned: return ("the learned reward", world.rewards(RewardEvaluator(reward)))
    default:
      return try LearnRun.namedReward(settings, entry).map { ("the reward “\($0.reward.name)”", world.rewards($0)) }
    }
  }
}

extension RunRecord {
  /// What the rounds of a run that watched its means recorded.
  package var roundsOfMeans: [MeansAudit.Round] {
    iterations.compactMap { iteration in
      guard let total = iteration.statistics["means/total"], let through = iteration.statistics["means/through"] else {
        return nil
      }
      return MeansAudit.Round(
        round: iteration.index, agentSteps: iteration.agentSteps, total: total, through: through,
        moved: iteration.statistics["means/moved"] ?? 0)
    }
  }
}
