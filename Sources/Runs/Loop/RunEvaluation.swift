import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// How the policy of a run's last checkpoint fares, by the truth and by the reward it learned.
public struct RunEvaluation: Sendable, Hashable, Codable {
  /// The run's directory.
  public var directory: String
  /// The environment's id.
  public var environment: String
  /// The round after which the agent had this policy (the last one's, unless the run keeps its best), and the agent's
  /// steps until then.
  public var iteration: Int
  /// See ``iteration``.
  public var agentSteps: Int
  /// Whether the most probable actions were taken, not drawn ones.
  public var deterministic: Bool
  /// By the environment's own reward, one for each episode.
  public var trueReturns: [Double]
  /// By the learned reward.
  public var predictedReturns: [Double]
  /// Steps of each episode.
  public var lengths: [Int]
  /// Mean of ``trueReturns``.
  public var meanTrueReturn: Double
  /// Mean of ``predictedReturns``.
  public var meanPredictedReturn: Double
  /// 95 % intervals of the means (Student's t), that of the true return as far as it is possible; nil for a single
  /// episode.
  public var trueReturnInterval: Interval?
  /// See ``trueReturnInterval``.
  public var predictedReturnInterval: Interval?
  /// Flips in these episodes, where the backflip is the task.
  public var flips: Backflip.Count?
  /// What is not known of the learned reward in these episodes, where that was asked for.
  public var uncertainty: RunUncertainty?

  /// How often a trusted policy took over, where one may.
  public var fallback: FallbackUse?

  /// What it would have cost to let steps wait for a person, where that was asked for.
  public var askFirst: AskFirstUse?

  /// A trusted policy that may take over.
  public struct Fallback: Sendable, Hashable {
    /// The directory of the run whose policy it is.
    public var directory: String
    /// It acts where what is seen has a smaller p-value against what was judged; between 0 and 1.
    public var level: Double

    /// Another run's policy, and when it acts.
    public init(directory: String, level: Double = 0.05) { (self.directory, self.level) = (directory, level) }
  }

  /// Plays `episodes` fresh episodes; the run is only read, so this works while it goes on.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - episodes: how many.
  ///   - seed: of the episodes.
  ///   - deterministic: whether the likeliest actions are taken.
  ///   - fallback: who takes over where nobody judged; nil for nobody.
  ///   - askFirst: which steps to count that would wait for a person; nil for none.
  ///   - registry: the environments there are.
  ///   - learners: the learners there are.
  ///   - uncertainty: whether to say what is not known of the learned reward in these episodes.
  ///   - kinds: the kinds of feedback there are.
  /// - Throws: `InputError` if there is no run, or no checkpoint yet; for a fallback of another world, a level that is
  ///   none, or too few judged clips to tell what is familiar; where the uncertainty is asked for, if there are no
  ///   answers.
  public init(
    directory: String, episodes: Int = 100, seed: Int = 0, deterministic: Bool = true, fallback: Fallback? = nil,
    askFirst: AskFirst? = nil, registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard,
    uncertainty: Bool = false,
    kinds: FeedbackRegistry = .standard
  ) throws {
    guard episodes > 0 else {
      throw InputError("\(episodes) episodes are no evidence", at: "episodes", remedy: "ask for 1 or more")
    }
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let guarded = try fallback.map {
      try FallbackPolicy(run, $0, seed: seed, registry: registry, learners: learners)
    }
    let asking = try askFirst.map { asked in
      guard asked.level > 0, asked.level < 1 else {
        throw InputError(
          "\(asked.level) is no level", at: "level", remedy: "use a number between 0 and 1, such as 0.05")
      }
      return try AskFirstSetup(
        run, asked.reasons, level: asked.level, fallback: asked.fallback, seed: seed, registry: registry,
        learners: learners)
    }
    let player = EpisodePlayer(
      entry: run.entry, policy: guarded ?? run.policy, slots: min(episodes, 32), seed: RandomSource(seed: UInt64(seed)),
      source: "evaluation", sourceIndex: 0, manner: deterministic ? .deterministic : .drawn)
    let trajectories = try player.play(.episodes(episodes)).trajectories.map(\.trajectory)
    self.directory = directory
    environment = run.entry.specification.id
    iteration = run.iteration
    agentSteps = run.agentSteps
    self.deterministic = deterministic
    trueReturns = trajectories.map(\.trueReturn)
    predictedReturns = trajectories.map { trajectory in
      run.reward.rewards(of: trajectory, specification: run.entry.specification).reduce(0) { $0 + Double($1) }
    }
    lengths = trajectories.map(\.count)
    meanTrueReturn = Statistics.mean(trueReturns)
    meanPredictedReturn = Statistics.mean(predictedReturns)
    self.fallback = guarded.flatMap { guarded in fallback.map { FallbackUse(guarded, $0, in: trajectories) } }
    if let asking, let askFirst {
      self.askFirst = try AskFirstUse(asking, askFirst, in: trajectories, player: player)
    }
    flips = run.entry.flips(in: trajectories, random: player.random)
    if episodes > 1 {
      trueReturnInterval = run.entry.returns.meanInterval(trueReturns)
      predictedReturnInterval = Statistics.meanInterval(predictedReturns, level: 0.95)
    }
    if uncertainty {
      self.uncertainty = try RunUncertainty(
        run, answers: run.answers(kinds: kinds), episodes: trajectories, random: player.random)
    }
  }
}

/// What a run has learned so far: policy and reward of its last checkpoint, as values.
public struct TrainedRun: Sendable {
  /// Where it is.
  package let directory: String
  /// What the run was told to do.
  public let settings: LearnSettings
  /// Where its agent acts.
  public let entry: EnvironmentEntry
  /// The round after which the agent had this policy: the checkpoint's, unless the run keeps its best.
  public let iteration: Int
  /// The agent's steps until then.
  public let agentSteps: Int
  /// How the agent acts.
  public let policy: any ActingPolicy
  /// What it is paid.
  public let reward: RewardModel
  /// Events in the ledger when the checkpoint was written.
  package let ledgerPosition: Int
  /// What the policy was made of.
  private let agent: AgentSnapshot

  /// Tells this policy from others, whoever learned it.
  var fingerprint: String {
    if let policy = policy as? Policy { return String(policy.fingerprint, radix: 16) }
    var bytes = agent.state
    for tensor in agent.tensors { tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return Checkpoint.checksum(bytes)
  }

  /// - Throws: `InputError` if there is no run, no checkpoint yet, or a damaged one.
  public init(
    directory: String, registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard
  ) throws {
    self.directory = directory
    let layout = RunLayout(directory)
    guard FileManager.default.fileExists(atPath: layout.settings) else {
      throw InputError("no run here", at: directory, remedy: "name a directory that 'pactolus learn' has made")
    }
    settings = try ResolvedSettings(ofRun: SettingsFile(path: layout.settings), learners: learners).settings
    entry = try registry.entry(settings.run.environment)
    guard let checkpoint = try Checkpoint.newest(in: layout) else {
      throw InputError("the run has no checkpoint yet", at: directory, remedy: "let it run a little longer")
    }
    ledgerPosition = checkpoint.ledgerPosition
    let kept = try checkpoint.kept()
    iteration = kept?.iteration ?? checkpoint.iteration
    agentSteps = kept?.moment.agentSteps ?? checkpoint.counters.agentSteps
    let learner = try settings.makeLearner(
      learners, in: entry.specification, random: RandomSource(seed: UInt64(settings.run.seed)).child("agent"))
    agent = try kept?.agent ?? checkpoint.agent
    try learner.restore(agent)
    policy = learner.policy
    reward = try RewardModel(checkpoint.reward)
  }
}
