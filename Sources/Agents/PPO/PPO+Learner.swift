import Compute
import Environments
import Rewards

extension LearnerKind {
  /// Proximal policy optimisation: ``PPO``.
  public static let ppo = LearnerKind(PPOSettings.self) { settings, specification, random in
    PPOLearner(try PPO(settings: settings, specification: specification, random: random))
  }
}

/// ``PPO`` as a run knows its learner.
public final class PPOLearner: GuardableLearner {
  /// The agent itself.
  public let ppo: PPO

  /// Wraps an agent.
  public init(_ ppo: PPO) { self.ppo = ppo }

  public var slots: Int { ppo.settings.environments }
  public var rolloutSize: Int { ppo.settings.rolloutSize }
  public var policy: any ActingPolicy { ppo.policy }

  public func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    let statistics: PPOStatistics = ppo.iterate(batch, reward: reward, progress: progress, recorder: recorder)
    try batch.check()
    guard statistics.policyLoss.isFinite, statistics.valueLoss.isFinite else {
      throw InputError(
        "the agent's training diverged: its losses are no longer finite", at: "ppo.learningRate",
        remedy: "start again with a lower learning rate, or reward.normalizeForAgent")
    }
    return LearnerReport(
      steps: statistics.steps, episodes: statistics.episodes, meanReward: statistics.meanReward,
      scalars: statistics.scalars)
  }

  /// Starts as a clone: behavioural cloning with a network of the agent's own shape.
  public func imitate(_ demonstrations: DemonstrationRows, random: RandomSource) throws {
    var cloning = CloningSettings()
    cloning.hidden = ppo.settings.hidden
    cloning.activation = ppo.settings.activation
    cloning.normalizeInputs = ppo.settings.normalizeObservations || ppo.settings.normalizeFeatures
    var learner = BehavioralCloning(cloning)
    try ppo.adopt(try learner.train(demonstrations, random: random))
  }

  /// By the probabilities of both: the reference must be a policy of PPO's kind.
  public func keepNear(_ reference: any ActingPolicy, weight: Double) throws {
    guard let reference = reference as? Policy else {
      throw InputError(
        "the probabilities of the reference's actions are not those of a network of PPO's kind",
        remedy: "take a policy learned by ppo")
    }
    try ppo.keepNear(reference, weight: weight)
  }

  package var stepGuard: (any StepGuard)? {
    get { ppo.stepGuard }
    set { ppo.stepGuard = newValue }
  }

  public func snapshot() throws -> AgentSnapshot { try ppo.snapshot() }
  public func restore(_ snapshot: AgentSnapshot) throws { try ppo.restore(snapshot) }
}

extension PPOStatistics {
  /// The figures of the update, as curves name them.
  var scalars: [String: Double] {
    var scalars = [
      "ppo/policy_loss": policyLoss, "ppo/value_loss": valueLoss, "ppo/entropy": entropy,
      "ppo/approximate_kl": approximateKL, "ppo/clip_fraction": clipFraction, "ppo/gradient_norm": gradientNorm,
      "ppo/learning_rate": learningRate,
    ]
    scalars["ppo/explained_variance"] = explainedVariance
    scalars["ppo/standard_deviation"] = standardDeviation
    scalars["ppo/reference_kl"] = referenceDivergence
    scalars["ppo/reference_kl_lower"] = referenceInterval?.lower
    scalars["ppo/reference_kl_upper"] = referenceInterval?.upper
    scalars["ppo/reference_chi2"] = referenceChiSquared
    scalars["ppo/reference_chi2_lower"] = referenceChiSquaredInterval?.lower
    scalars["ppo/reference_chi2_upper"] = referenceChiSquaredInterval?.upper
    return scalars
  }
}
