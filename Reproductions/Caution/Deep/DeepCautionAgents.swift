import Agents
import Compute
import Environments
import Rewards

/// Trains what the rules of ``DeepCautionStudy`` make of one learned reward and one reference.
struct DeepCautionAgents {
  let learned: DeepCautionStudy.Learned
  let reference: Policy
  let iterations: Int
  let random: RandomSource

  /// The agent of a rule, in this world.
  func train(_ rule: DeepCautionStudy.Rule, in world: EdgeMeadow) throws -> any ActingPolicy {
    if rule.share != nil { return try imitate(rule, in: world) }
    let reward = CautiousReward(RewardEvaluator(learned.model), rule.caution, units: learned.units)
    let near = try rule.chi2Weight.map { weight in
      try VisitPenalty(
        reward, weight: weight, reference: try episodes(DeepCautionStudy.compared, in: world), in: world.specification,
        fit: rule.isSAC ? .held : .rollouts)
    }
    return try rule.isSAC ? sac(near ?? reward, near, in: world) : ppo(rule, near ?? reward, reward, in: world)
  }

  private func ppo(
    _ rule: DeepCautionStudy.Rule, _ paid: any TransitionReward, _ reward: CautiousReward, in world: EdgeMeadow
  ) throws -> Policy {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.minibatchSize) = (16, EdgeMeadow.steps, 160)
    (settings.epochs, settings.learningRate, settings.hidden) = (5, 1e-3, [32, 32])
    settings.initialLogStandardDeviation = -0.5
    let ppo = try PPO(settings: settings, specification: world.specification, random: random.child("agent"))
    if let weight = rule.klWeight { try ppo.keepNear(reference, weight: weight) }
    let batch = EnvironmentEntry(world).makeBatch(count: settings.environments, random: random.child("world"))
    var draws = random.stream("member")
    for iteration in 0..<iterations {
      // Ten members, one after the other, as a run of ten rounds draws them.
      if rule.isDrawn, iteration % max(1, iterations / 10) == 0 {
        reward.rule = .member(draws.below(DeepCautionStudy.members))
      }
      _ = ppo.iterate(batch, reward: paid, progress: Double(iteration) / Double(iterations))
    }
    return ppo.policy
  }

  /// SAC with as many steps, whose visits are compared anew after each rollout: a round of a run.
  private func sac(
    _ paid: any TransitionReward, _ near: VisitPenalty?, in world: EdgeMeadow
  ) throws -> any ActingPolicy {
    var settings = SACSettings()
    (settings.environments, settings.stepsPerRollout, settings.randomSteps) = (16, EdgeMeadow.steps, 640)
    (settings.gradientSteps, settings.batchSize, settings.hidden) = (4, 64, [32, 32])
    (settings.learningRate, settings.bufferSize) = (1e-3, 50_000)
    let sac = try OffPolicyLearner<SAC>(
      settings: settings, specification: world.specification, random: random.child("sac"))
    let batch = EnvironmentEntry(world).makeBatch(count: settings.environments, random: random.child("world"))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    for iteration in 0..<iterations {
      try near?.hold(recorder.take())
      _ = try sac.iterate(
        batch, reward: paid, progress: Double(iteration) / Double(iterations), recorder: near == nil ? nil : recorder)
    }
    return sac.policy
  }

  /// Episodes of the reference, drawn as it imitates.
  private func episodes(_ count: Int, in world: EdgeMeadow) throws -> [Trajectory] {
    try reference.play(
      count, in: EnvironmentEntry(world), deterministic: false, random: random.child("reference/episodes"))
  }

  /// The best share of the reference's episodes, by the learned reward.
  func chosen(_ rule: DeepCautionStudy.Rule, in world: EdgeMeadow) throws -> [Trajectory] {
    let all = try episodes(DeepCautionStudy.chosenFrom, in: world)
    let reward = CautiousReward(RewardEvaluator(learned.model), rule.caution, units: learned.units)
    let scores = all.map { episode in
      var paid = [Float](repeating: 0, count: episode.count)
      episode.withTransitionRows(world.specification) { rows in
        var target = paid.mutableSpan
        reward.evaluate(rows, into: &target)
      }
      return paid.reduce(0) { $0 + Double($1) }
    }
    return TrajectoryQuantilizer.Choice(scores: scores, share: rule.share ?? 1).chosen.map { all[$0] }
  }

  private func imitate(_ rule: DeepCautionStudy.Rule, in world: EdgeMeadow) throws -> Policy {
    var cloning = BehavioralCloning()
    return try cloning.train(
      try DemonstrationRows(try chosen(rule, in: world), specification: world.specification),
      random: random.child("quantile/clone"))
  }
}
