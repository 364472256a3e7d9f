import Compute
import Environments
import Rewards

/// Model-predictive control on learned dynamics: it learns what its actions lead to and what that is worth, and looks
/// for the actions that are expected to earn most, anew at every step.
///
/// A ``DynamicsEnsemble`` learns from all that is remembered, the reward that the agent is told included: so a plan
/// needs nothing but the model, whatever the reward is made of, and a snapshot is whole. When the reward has become
/// another since the last iteration, everything remembered is judged again and learned first. Within an iteration plans
/// go on; each iteration begins with fresh ones, so that none has to be kept.
///
/// Draws come from streams named by the iteration (`mpc/action`) or the gradient step (`mpc/update`). Results do not
/// depend on the number of threads. Not thread-safe.
package final class MPC: GuardableLearner {
  package let settings: MPCSettings
  package let specification: EnvironmentSpecification
  let random: RandomSource
  let trainer: DynamicsTrainer
  let buffer: ReplayBuffer

  var counters = Counters()
  /// The version of the reward that the remembered transitions are judged by; nil for the environment's own.
  var judgedBy: UInt64?
  /// That reward itself, if it was met in this process.
  private var judge: (any TransitionReward)?
  private var actor: PlanningActor?
  private var error: DynamicsError?
  private var loss = RunningMean()

  var underWay: EpisodesUnderWay
  package var stepGuard: (any StepGuard)?

  struct Counters: Codable, Hashable {
    var iteration = 0
    var batchSteps = 0
    var totalSteps = 0
    var updates = 0
  }

  package init(settings: MPCSettings, specification: EnvironmentSpecification, random: RandomSource) throws {
    try settings.validate()
    if case .continuous = specification.actionSpace { _ = try ActionScale(specification, learner: "mpc") }
    guard specification.image == nil else {
      throw InputError(
        "'\(specification.id)' shows images, and mpc predicts every number that is seen", at: "run.learner",
        remedy: "use ppo or dqn")
    }
    self.settings = settings
    self.specification = specification
    self.random = random
    let ensemble = DynamicsEnsemble(
      settings.dynamics, specification: specification, predictsReward: true, predictsEnd: specification.canTerminate,
      random: random)
    trainer = DynamicsTrainer(settings.dynamics, ensemble, random: random)
    buffer = ReplayBuffer(
      capacity: settings.bufferRows, slots: settings.environments, specification: specification,
      separateSteppedActions: false, prioritized: false, keepsNumbers: true)
    underWay = EpisodesUnderWay(slots: settings.environments)
  }

  package var slots: Int { settings.environments }
  package var rolloutSize: Int { settings.environments * settings.stepsPerRollout }
  package var policy: any ActingPolicy { planning }

  private var planning: PlanningPolicy {
    PlanningPolicy(
      trainer.current, settings.planning, specification: specification, isTrained: counters.updates > 0)
  }

  package func iterate(
    _ world: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    precondition(world.count == slots, "a batch of as many slots as the setting `environments`")
    precondition(
      world.specification.id == specification.id, "a batch of the environment the learner was made for")
    (loss, error, actor) = (RunningMean(), nil, nil)
    try judgeAgain(by: reward)
    var report = LearnerReport(steps: rolloutSize, episodes: [], meanReward: 0, scalars: [:])
    var random = random.stream("mpc/action", counters.iteration)
    for _ in 0..<settings.stepsPerRollout {
      report.meanReward += step(world, reward: reward, recorder: recorder, episodes: &report.episodes, random: &random)
      if counters.totalSteps >= settings.randomSteps, counters.batchSteps % settings.stepsPerUpdate == 0 {
        // The first time it catches up on the random steps.
        let missed = counters.updates == 0 ? counters.batchSteps / settings.stepsPerUpdate : 1
        try learn(missed * settings.gradientSteps)
      }
    }
    counters.iteration += 1
    report.meanReward /= Double(rolloutSize)
    try world.check()
    report.scalars["mpc/loss"] = loss.mean
    report.scalars["mpc/held_out_error"] = error?.mean
    report.scalars["mpc/remembered"] = Double(buffer.count)
    return report
  }

  /// Judges all that is remembered again if the reward has become another, and learns a rollout's worth of it.
  private func judgeAgain(by reward: (any TransitionReward)?) throws {
    let version = reward?.version
    // A learner that was just restored has not met the reward yet; then its version tells alone.
    let isAnother = reward.map { reward in judge.map { $0 !== reward } ?? false } ?? false
    if version != judgedBy || isAnother {
      buffer.relabel(by: reward)
      if counters.updates > 0 {
        try learn(max(1, settings.stepsPerRollout / settings.stepsPerUpdate) * settings.gradientSteps)
      }
    }
    judgedBy = version
    judge = reward
  }

  /// After a restore: the reward that is met next is the one that the snapshot knew, if its version is.
  func forgetJudge() { (judge, actor) = (nil, nil) }

  /// One step in each environment, remembered; the sum of the rewards that the agent is told.
  private func step(
    _ world: any EnvironmentBatch, reward: (any TransitionReward)?, recorder: TrajectoryRecorder?,
    episodes: inout [EpisodeResult], random: inout RandomStream
  ) -> Double {
    buffer.seeBefore(in: world)
    let actions = buffer.actions + buffer.next * buffer.actionSize
    choose(world, into: actions, random: &random)
    stepGuard?.amend(actions, seeing: world.observations.baseAddress!, rows: slots)
    world.step(actions)
    recorder?.record(world, actions)
    let told = buffer.seeAfter(in: world, by: reward)
    underWay.step(world, ended: &episodes)
    buffer.advance()
    counters.totalSteps += slots
    counters.batchSteps += 1
    return told
  }

  /// Actions by the plan, some of them at random; all at random before anything was learned.
  private func choose(
    _ world: any EnvironmentBatch, into actions: UnsafeMutablePointer<Float>, random: inout RandomStream
  ) {
    let width = buffer.actionSize
    if counters.updates > 0 {
      let acting = actor ?? planning.makeActor(count: slots)
      actor = acting
      var rows = UnsafeMutableBufferPointer(start: actions, count: slots * width).mutableSpan
      world.observations.withSpan { acting.act($0, into: &rows, random: &random) }
    }
    for slot in 0..<slots
    where counters.updates == 0 || settings.randomShare > 0 && random.bernoulli(Double(settings.randomShare)) {
      specification.actionSpace.draw(into: actions + slot * width, &random)
    }
  }

  /// Some gradient steps on what is remembered, and the error that is left.
  private func learn(_ steps: Int) throws {
    let rows = DynamicsRows(
      count: buffer.count, observations: buffer.observations, actions: buffer.actions,
      nextObservations: buffer.nextObservations, rewards: buffer.rewards, terminated: buffer.terminated,
      total: counters.totalSteps, oldest: buffer.count < buffer.capacity ? 0 : buffer.next)
    trainer.standardize(rows)
    for _ in 0..<steps {
      var random = random.stream("mpc/update", counters.updates)
      loss.add(Float(trainer.step(rows, random: &random)))
      counters.updates += 1
    }
    error = trainer.measure(rows)
    actor = nil
    guard (loss.mean ?? 0).isFinite else {
      throw InputError(
        "the agent's training diverged: its losses are no longer finite", at: "mpc.learningRate",
        remedy: "start again with a lower learning rate")
    }
  }
}

extension LearnerKind {
  /// Model-predictive control on learned dynamics.
  public static let mpc = LearnerKind(MPCSettings.self) { settings, specification, random in
    try MPC(settings: settings, specification: specification, random: random)
  }
}
