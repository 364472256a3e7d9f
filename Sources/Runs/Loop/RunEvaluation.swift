import Agents
import Compute
import Environments
import Foundation
import Rewards

/// How the policy of a run's last checkpoint fares, by the truth and by the reward it learned.
public struct RunEvaluation: Sendable, Hashable, Codable {
  public var directory: String
  public var environment: String
  /// The checkpoint's iteration and the agent's steps until then.
  public var iteration: Int
  public var agentSteps: Int
  public var deterministic: Bool
  public var trueReturns: [Double]
  public var predictedReturns: [Double]
  public var lengths: [Int]
  public var meanTrueReturn: Double
  public var meanPredictedReturn: Double
  /// 95 % intervals of the means (Student's t); nil for a single episode.
  public var trueReturnInterval: Interval?
  public var predictedReturnInterval: Interval?

  /// Plays `episodes` fresh episodes; the run is only read, so this works while it goes on.
  ///
  /// - Throws: `InputError` if there is no run, or no checkpoint yet.
  public init(
    directory: String, episodes: Int = 100, seed: Int = 0, deterministic: Bool = true,
    registry: EnvironmentRegistry = .standard
  ) throws {
    guard episodes > 0 else {
      throw InputError("\(episodes) episodes say nothing", at: "episodes", remedy: "ask for 1 or more")
    }
    let run = try TrainedRun(directory: directory, registry: registry)
    let player = EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: min(episodes, 32), seed: RandomSource(seed: UInt64(seed)),
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
    if episodes > 1 {
      trueReturnInterval = Statistics.meanInterval(trueReturns, level: 0.95)
      predictedReturnInterval = Statistics.meanInterval(predictedReturns, level: 0.95)
    }
  }
}

/// What a run has learned so far: policy and reward of its last checkpoint, as values.
public struct TrainedRun: Sendable {
  public let settings: LearnSettings
  public let entry: EnvironmentEntry
  public let iteration: Int
  public let agentSteps: Int
  public let policy: Policy
  public let reward: RewardModel

  /// - Throws: `InputError` if there is no run, no checkpoint yet, or a damaged one.
  public init(directory: String, registry: EnvironmentRegistry = .standard) throws {
    let layout = RunLayout(directory)
    guard FileManager.default.fileExists(atPath: layout.settings) else {
      throw InputError("no run here", at: directory, remedy: "name a directory that 'pactolus learn' has made")
    }
    settings = try ResolvedSettings(file: SettingsFile(path: layout.settings)).settings
    entry = try registry.entry(settings.run.environment)
    guard let checkpoint = try Checkpoint.newest(in: layout) else {
      throw InputError("the run has no checkpoint yet", at: directory, remedy: "let it run a little longer")
    }
    iteration = checkpoint.iteration
    agentSteps = checkpoint.counters.agentSteps
    let agent = try PPO(
      settings: settings.ppo, specification: entry.specification,
      random: RandomSource(seed: UInt64(settings.run.seed)).child("agent"))
    try agent.restore(checkpoint.agent)
    policy = agent.policy
    reward = try RewardModel(checkpoint.reward)
  }
}
