import Compute
import Environments
import Rewards

/// A learner that remembers transitions and learns from them again and again: the part that SAC, TD3 and DQN share.
///
/// One iteration takes `stepsPerRollout` steps in each environment; after every `stepsPerUpdate` of them it takes
/// `gradientSteps` gradient steps, each on a batch drawn from all that is remembered. When the reward has become
/// another since the last iteration, everything remembered is judged again first. Time limits are no ends: the value
/// behind them counts. With pre-training, gradient steps before its end are about the distance to states seen before;
/// what the agent is told meanwhile is remembered and counts afterwards. It ends before the next step is taken, so that
/// fresh critics begin with what the reward of that time says of all that is remembered. An exploration bonus
/// is added where a batch is drawn; what is reported is the reward without it.
///
/// All memory is laid out at the start. Draws come from streams named by the iteration (`sac/action`) or the gradient
/// step (`sac/update`), so the counters in a snapshot are the whole state of its randomness. Results do not depend on
/// the number of threads. Not thread-safe.
package final class OffPolicyLearner<Algorithm: OffPolicyAlgorithm>: GuardableLearner {
  package let algorithm: Algorithm
  package let specification: EnvironmentSpecification
  let random: RandomSource
  package let buffer: ReplayBuffer
  private let batch: ReplayBatch
  private let actionPath: String
  private let updatePath: String

  /// The reward of pre-training; nil without it.
  var entropy: StateEntropy?

  /// Iterations finished, steps of all environments together, transitions, and gradient steps.
  var counters = Counters()
  /// The version of the reward that the remembered transitions are judged by; nil for the environment's own.
  var judgedBy: UInt64?
  /// That reward itself, if it was met in this process.
  private var judge: (any TransitionReward)?

  /// After a restore: the reward that is met next is the one that the snapshot knew, if its version is.
  func forgetJudge() { judge = nil }

  var underWay: EpisodesUnderWay
  package var stepGuard: (any StepGuard)?

  struct Counters: Codable, Hashable {
    var iteration = 0
    var batchSteps = 0
    var totalSteps = 0
    var updates = 0
    /// The share of the run that was done when the last iteration began.
    var progress = 0.0
    /// Whether pre-training is over.
    var isPretrained = false
  }

  package init(
    settings: Algorithm.Settings, specification: EnvironmentSpecification, random: RandomSource
  ) throws {
    try settings.validate()
    self.specification = specification
    self.random = random
    algorithm = try Algorithm(settings: settings, specification: specification, random: random)
    buffer = ReplayBuffer(
      capacity: settings.bufferRows, slots: settings.environments, specification: specification,
      separateSteppedActions: algorithm.scale != nil, prioritized: settings.prioritized != nil,
      keepsNumbers: settings.pretraining != nil, keepsDisagreements: settings.exploration != nil)
    batch = ReplayBatch(
      capacity: settings.batchSize, observationSize: specification.observationSpace.count,
      actionSize: specification.actionSpace.rowSize)
    entropy = settings.pretraining.map {
      StateEntropy(
        size: specification.observationSpace.count, rows: settings.batchSize,
        neighbour: $0.neighbour)
    }
    underWay = EpisodesUnderWay(slots: settings.environments)
    actionPath = Algorithm.Settings.section + "/action"
    updatePath = Algorithm.Settings.section + "/update"
  }

  package var settings: Algorithm.Settings { algorithm.settings }
  package var slots: Int { settings.environments }
  package var rolloutSize: Int { settings.environments * settings.stepsPerRollout }
  package var policy: any ActingPolicy { algorithm.policy }
  package var preparationSteps: Int { settings.pretraining.map { settings.randomSteps + $0.steps } ?? 0 }

  package func iterate(
    _ world: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double,
    recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    precondition(world.count == slots, "a batch of as many slots as the setting `environments`")
    precondition(
      world.specification.id == specification.id,
      "a batch of the environment the learner was made for")
    let settings = settings
    let progress = min(max(progress, 0), 1)
    judgeAgain(by: reward)
    counters.progress = progress
    algorithm.beginIteration(progress: progress)
    var report = LearnerReport(steps: rolloutSize, episodes: [], meanReward: 0, scalars: [:])
    var random = random.stream(actionPath, counters.iteration)
    var bonus = 0.0
    for _ in 0..<settings.stepsPerRollout {
      if let pretraining = settings.pretraining, !counters.isPretrained, counters.totalSteps >= preparationSteps {
        counters.isPretrained = true
        algorithm.forgetValues(random: self.random)
        for _ in 0..<pretraining.updates { update(progress: progress) }
      }
      report.meanReward += step(
        world, reward: reward, recorder: recorder, episodes: &report.episodes, bonus: &bonus, random: &random)
      if counters.totalSteps > settings.randomSteps,
        counters.batchSteps % settings.stepsPerUpdate == 0
      {
        for _ in 0..<settings.gradientSteps { update(progress: progress) }
      }
    }
    counters.iteration += 1
    report.meanReward /= Double(rolloutSize)
    try world.check()
    for (name, value) in algorithm.figures {
      guard value.isFinite else {
        throw InputError(
          "the agent's training diverged: its losses are no longer finite",
          at: "\(Algorithm.Settings.section).learningRate",
          remedy: "start again with a lower learning rate, or reward.normalizeForAgent")
      }
      report.scalars["\(Algorithm.Settings.section)/\(name)"] = value
    }
    report.scalars["\(Algorithm.Settings.section)/remembered"] = Double(buffer.count)
    if settings.exploration != nil {
      report.scalars["\(Algorithm.Settings.section)/exploration_bonus"] = bonus / Double(rolloutSize)
    }
    return report
  }

  /// Judges all that is remembered again if the reward has become another.
  private func judgeAgain(by reward: (any TransitionReward)?) {
    let version = reward?.version
    // A learner that was just restored has not met the reward yet; then its version tells alone.
    let isAnother = reward.map { reward in judge.map { $0 !== reward } ?? false } ?? false
    if version != judgedBy || isAnother { buffer.relabel(by: reward) }
    judgedBy = version
    judge = reward
  }

  /// One step in each environment, remembered; the sum of the rewards that the agent is told. Adds to `bonus` what it is
  /// worth besides.
  private func step(
    _ world: any EnvironmentBatch, reward: (any TransitionReward)?, recorder: TrajectoryRecorder?,
    episodes: inout [EpisodeResult], bonus: inout Double, random: inout RandomStream
  ) -> Double {
    let slots = slots
    let row = buffer.next
    buffer.seeBefore(in: world)
    let actions = buffer.actions + row * buffer.actionSize
    if counters.totalSteps < settings.randomSteps {
      algorithm.drawUniform(rows: slots, into: actions, random: &random)
    } else {
      algorithm.explore(world.observations.baseAddress!, rows: slots, into: actions, random: &random)
    }
    let steppedActions = buffer.steppedActions + row * buffer.actionSize
    algorithm.scale?.unscale(actions, rows: slots, into: steppedActions)
    if let stepGuard {
      stepGuard.amend(steppedActions, seeing: world.observations.baseAddress!, rows: slots)
      algorithm.scale?.follow(steppedActions, rows: slots, into: actions)
    }
    world.step(steppedActions)
    recorder?.record(world, steppedActions)

    let told = buffer.seeAfter(in: world, by: reward)
    if let exploration = settings.exploration, let disagreements = buffer.disagreements {
      let weight = Double(exploration.weight(after: counters.totalSteps))
      for slot in 0..<slots { bonus += weight * Double(disagreements[row + slot]) }
    }
    underWay.step(world, ended: &episodes)
    buffer.advance()
    counters.totalSteps += slots
    counters.batchSteps += 1
    algorithm.stepped(counters.batchSteps)
    return told
  }

  /// One gradient step.
  private func update(progress: Double) {
    let settings = settings
    var random = random.stream(updatePath, counters.updates)
    let correction =
      settings.prioritized.map { $0.correction + (1 - $0.correction) * Float(progress) } ?? 1
    buffer.draw(
      batch, discount: settings.discount, returnSteps: settings.returnSteps, correction: correction,
      bonus: settings.exploration?.weight(after: counters.totalSteps) ?? 0, random: &random)
    if let entropy, !counters.isPretrained {
      entropy.rewards(
        batch.observations, count: batch.rows, among: buffer.observations, states: buffer.count,
        into: batch.rewards)
    }
    counters.updates += 1
    algorithm.update(batch, number: counters.updates, random: &random)
    if let prioritized = settings.prioritized {
      buffer.prioritize(batch, exponent: prioritized.exponent)
    }
  }
}
