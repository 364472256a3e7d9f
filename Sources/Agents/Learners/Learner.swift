import Compute
import Environments
import Rewards

/// What learns to act: it collects experience in a batch of environments, is told what that was worth, and improves.
///
/// ```swift
/// let kind = try LearnerRegistry.standard.kind("ppo")
/// let learner = try kind.make(settings.learners, batch.specification, random: random)
/// for _ in 0..<100 {
///   let report = try learner.iterate(batch, reward: reward, progress: 0, recorder: nil)
/// }
/// learner.policy
/// ```
///
/// A run knows a learner by this protocol alone: it makes a batch of ``slots``, calls
/// ``iterate(_:reward:progress:recorder:)`` until its steps are used up, looks at whether to stop in between, asks by
/// ``policy`` what to play, and keeps
/// ``snapshot()`` in its checkpoints. Steps are taken in batches inside the learner, so that no call of this protocol
/// is made per step. A learner's settings are a section of their own (`SettingsSection`), and a ``LearnerKind`` brings
/// the two together.
///
/// A learner draws from the named streams of the source that it was made with, by counters that its snapshot has: it
/// then goes on bit for bit after ``restore(_:)``, with any number of threads.
public protocol Learner: AnyObject {
  /// Environments side by side: the size of the batch that it acts in.
  var slots: Int { get }
  /// Transitions that one call of ``iterate(_:reward:progress:recorder:)`` collects.
  var rolloutSize: Int { get }
  /// How it acts now.
  var policy: any ActingPolicy { get }
  /// Transitions from the start in which it learns without any reward; 0 unless it explores by itself first.
  var preparationSteps: Int { get }

  /// Acts for ``rolloutSize`` transitions and learns from them.
  ///
  /// - Parameters:
  ///   - batch: of ``slots`` slots, left alone between two calls.
  ///   - reward: the reward that the agent maximises; nil for the environment's own reward.
  ///   - progress: the share of the run that is done, 0 to 1, for schedules.
  ///   - recorder: told of every step, if given.
  /// - Throws: `InputError` if learning has run away (losses that are not finite), naming the setting to change; and what
  ///   the batch's `check()` throws, which a learner calls before it learns from what came back.
  func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport

  /// Starts as an imitator of demonstrations, before the first iteration.
  ///
  /// - Throws: `InputError` if this learner cannot.
  func imitate(_ demonstrations: DemonstrationRows, random: RandomSource) throws

  /// From now on pays for what `reference` would hardly do: a nat of the divergence of its choices costs `weight`. It
  /// is no part of a snapshot.
  ///
  /// - Throws: `InputError` if this learner cannot, or the reference does not fit it.
  func keepNear(_ reference: any ActingPolicy, weight: Double) throws

  /// Everything needed to go on bit for bit, together with the batch's own snapshot.
  func snapshot() throws -> AgentSnapshot

  /// Takes over the snapshot of a learner with the same settings, environment and seed.
  ///
  /// - Throws: `InputError` if it is of another learner or damaged; this one then stays as it was.
  func restore(_ snapshot: AgentSnapshot) throws
}

extension Learner {
  public var preparationSteps: Int { 0 }

  /// Refuses; a learner that can imitate overrides this.
  public func imitate(_ demonstrations: DemonstrationRows, random: RandomSource) throws {
    throw InputError(
      "this learner cannot begin from demonstrations", at: "demonstrations.pretraining",
      remedy: "switch it off; demonstrated segments are still compared with the agent's")
  }
}

extension Learner {
  /// Refuses; a learner whose choices have probabilities can override this.
  public func keepNear(_ reference: any ActingPolicy, weight: Double) throws {
    throw InputError(
      "this learner cannot be held near another policy, nor measured against one: its choices have no probabilities",
      remedy: "use ppo, or sac to measure only")
  }
}

/// What one iteration of a learner did.
public struct LearnerReport: Sendable, Hashable {
  /// Transitions collected.
  public var steps: Int
  /// Episodes that ended, in order; their returns are the environment's own rewards.
  public var episodes: [EpisodeResult]
  /// Mean reward per step that the agent was told.
  public var meanReward: Double
  /// Figures of the update for curves, each named `learner/what`: `ppo/policy_loss`.
  public var scalars: [String: Double]

  /// Takes the parts as they are.
  public init(steps: Int, episodes: [EpisodeResult], meanReward: Double, scalars: [String: Double]) {
    self.steps = steps
    self.episodes = episodes
    self.meanReward = meanReward
    self.scalars = scalars
  }
}
