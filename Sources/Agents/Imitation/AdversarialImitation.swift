import Compute
import Environments
import Foundation
import Rewards

/// GAIL and AIRL: an agent that is paid for doing what the expert does, by a discriminator that learns to tell them
/// apart.
///
/// ```swift
/// let learner = try AdversarialImitation(
///   demonstrations, settings: AdversarialSettings(), ppo: ppoSettings, entry: entry, random: RandomSource(seed: 1))
/// while learner.steps < 200_000 { try learner.iterate() }
/// let policy = learner.policy
/// ```
///
/// Each iteration: a rollout of the learner (PPO, or another), some steps of the discriminator on that rollout and the demonstrations, then the
/// update of the policy with the discriminator's pay. Where episodes can end early, their length alone tells the agent
/// much (``AdversarialSettings/Pay``); success there is weaker evidence than under a fixed horizon.
///
/// A function of its seed, for any number of threads. Sources: Ho and Ermon 2016; Fu, Luo, Levine 2018;
/// `imitation` 1.0. Not thread-safe.
public final class AdversarialImitation {
  /// What the imitation was made by.
  public let settings: AdversarialSettings
  /// The agent that imitates.
  public let learner: any Learner
  /// Mean loss and accuracy of the discriminator in the last iteration, before each of its steps.
  public private(set) var discriminatorLoss = Double.nan
  /// Its accuracy over the last iteration's steps.
  public private(set) var discriminatorAccuracy = Double.nan

  let batch: any EnvironmentBatch
  let reward: AdversarialReward
  package let discriminator: Discriminator

  /// Imitation by PPO.
  ///
  /// - Throws: `InputError` for settings or demonstrations that do not fit.
  public convenience init(
    _ demonstrations: [Trajectory], settings: AdversarialSettings = AdversarialSettings(), ppo: PPOSettings,
    entry: EnvironmentEntry, random: RandomSource
  ) throws {
    try self.init(demonstrations, settings: settings, learner: .ppo(ppo), entry: entry, random: random)
  }

  /// Imitation by any learner that, for AIRL, acts by a ``Policy``: AIRL needs its actions' probabilities.
  ///
  /// - Throws: `InputError` for settings, demonstrations or a learner that do not fit.
  public init(
    _ demonstrations: [Trajectory], settings: AdversarialSettings = AdversarialSettings(), learner: LearnerFactory,
    entry: EnvironmentEntry, random: RandomSource
  ) throws {
    self.settings = settings
    let rows = try DemonstrationRows(demonstrations, specification: entry.specification)
    let agent = try learner.make(entry.specification, random: random.child("agent"))
    guard settings.method != .airl || agent.policy is Policy else {
      throw InputError(
        "AIRL needs the probabilities of the agent's actions, and '\(learner.name)' does not tell them",
        at: "run.learner", remedy: "use ppo, or GAIL")
    }
    self.learner = agent
    discriminator = try Discriminator(settings, specification: entry.specification, random: random)
    batch = entry.makeBatch(count: agent.slots, random: random.child("experience/agent"))
    reward = AdversarialReward(rows, discriminator: discriminator, random: random)
  }

  /// Steps in the environment so far.
  public var steps: Int { reward.round * learner.rolloutSize }
  /// The policy as it stands.
  public var policy: any ActingPolicy { learner.policy }

  /// What was learned, as a reward function of its own: AIRL's g, or the discriminator's logit.
  public var learnedReward: ImitationReward { discriminator.learned }

  /// One rollout, the discriminator's steps, the policy's update.
  ///
  /// - Parameter progress: the share of the run that is done, for the learning rates' schedules.
  /// - Throws: `InputError` if the learner's training has run away.
  @discardableResult
  public func iterate(progress: Double = 0) throws -> LearnerReport {
    reward.policy = settings.method == .airl ? learner.policy as? Policy : nil
    reward.progress = progress
    let report = try learner.iterate(batch, reward: reward, progress: progress, recorder: nil)
    (discriminatorLoss, discriminatorAccuracy) = (reward.loss, reward.accuracy)
    return report
  }
}

/// Trains the discriminator on each rollout that it is asked to judge, then judges it.
final class AdversarialReward: TransitionReward {
  private let demonstrations: DemonstrationRows
  private let discriminator: Discriminator
  private let random: RandomSource
  private var expert: Discriminator.Encoded
  /// Rollouts judged so far: one for each iteration.
  var round = 0
  /// The share of the run that is done.
  var progress = 0.0
  /// The policy that acts, for AIRL.
  var policy: Policy? { didSet { actor = nil } }
  private var actor: PolicyActor?
  var loss = Double.nan
  var accuracy = Double.nan

  init(_ demonstrations: DemonstrationRows, discriminator: Discriminator, random: RandomSource) {
    self.demonstrations = demonstrations
    self.discriminator = discriminator
    self.random = random
    expert = demonstrations.withRows { discriminator.encode($0, logProbabilities: nil) }
  }

  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    let settings = discriminator.settings
    let agent = discriminator.encode(transitions, logProbabilities: logProbabilities(transitions))
    if round == 0 { discriminator.learnStatistics(expert) }
    discriminator.learnStatistics(agent)
    var draws = random.stream("imitation/discriminator", round)
    round += 1
    (loss, accuracy) = (0, 0)
    let rate =
      switch settings.learningRateSchedule {
      case .constant: settings.learningRate
      case .linear: settings.learningRate * (1 - min(max(progress, 0), 1))
      }
    for _ in 0..<settings.steps {
      let expertRows = (0..<settings.batch).map { _ in draws.below(expert.count) }
      let agentRows = (0..<settings.batch).map { _ in draws.below(agent.count) }
      judgeExpert(expertRows)
      let step = discriminator.step(
        expert: expert, agent: agent, expertRows: expertRows, agentRows: agentRows,
        learningRate: rate)
      loss += step.loss / Double(settings.steps)
      accuracy += step.accuracy / Double(settings.steps)
    }
    let logits = discriminator.logits(agent)
    for row in 0..<agent.count {
      let logit = logits[row]
      rewards[row] =
        switch (settings.method, settings.pay) {
        case (.airl, _), (_, .logit): logit
        case (_, .positive): max(logit, 0) + log1p(exp(-abs(logit)))
        case (_, .negative): min(logit, 0) - log1p(exp(-abs(logit)))
        }
    }
  }

  /// The present policy's probabilities of some of the expert's actions: of those that are needed, as there may be
  /// many.
  private func judgeExpert(_ rows: [Int]) {
    guard let policy else { return }
    let size = demonstrations.specification.observationSpace.count
    let actionSize = demonstrations.specification.actionSpace.rowSize
    let observations = rows.flatMap { demonstrations.observations[$0 * size..<($0 + 1) * size] }
    let actions = rows.flatMap { demonstrations.actions[$0 * actionSize..<($0 + 1) * actionSize] }
    var probabilities = [Float](repeating: 0, count: rows.count)
    probabilities.withUnsafeMutableBufferPointer { probabilities in
      guard let start = probabilities.baseAddress else { return }
      actor(for: policy, rows: rows.count).logProbabilities(
        observations, actions: actions, rows: rows.count, into: start)
    }
    for (index, row) in rows.enumerated() { expert.logProbabilities[row] = probabilities[index] }
  }

  private func actor(for policy: Policy, rows: Int) -> PolicyActor {
    if let actor, actor.capacity >= rows { return actor }
    let made = policy.makeActor(count: rows)
    actor = made
    return made
  }

  private func logProbabilities(_ rows: TransitionRows) -> [Float]? {
    guard let policy else { return nil }
    var result = [Float](repeating: 0, count: rows.count)
    result.withUnsafeMutableBufferPointer { result in
      guard let start = result.baseAddress else { return }
      actor(for: policy, rows: rows.count).logProbabilities(
        rows.observations, actions: rows.actions, rows: rows.count, into: start)
    }
    return result
  }
}

/// What adversarial imitation learned, frozen: AIRL's g, which is the reward up to a constant where g reads observations
/// only and the dynamics are deterministic; GAIL's logit, which is a reward for one expert against one agent and no more.
public struct ImitationReward: RewardFunction {
  let encoding: TransitionEncoding
  let normalizer: RunningNormalizer
  let shape: NetworkShape
  /// g's alone.
  let parameters: [Float]

  public func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    var encoded = [Float](repeating: 0, count: transitions.count * encoding.width)
    var rows = encoded.mutableSpan
    encoding.encode(transitions, into: &rows)
    evaluate(encoded, rows: transitions.count, into: &rewards)
  }

  /// The reward of each of these encoded transitions, not yet normalised.
  func evaluate(_ encoded: [Float], rows: Int, into rewards: inout MutableSpan<Float>) {
    var inputs = encoded
    var target = inputs.mutableSpan
    normalizer.normalize(encoded.span, rows: rows, into: &target, clip: Discriminator.inputClip)
    NetworkPass(shape, capacity: rows).evaluate(parameters.span, inputs: inputs.span, rows: rows, into: &rewards)
  }
}
