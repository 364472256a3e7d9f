import Compute

/// What one iteration of ``PPO`` did, for curves and for spotting trouble.
public struct PPOStatistics: Codable, Sendable, Hashable {
  /// Transitions collected by this iteration, and by all so far.
  public var steps = 0
  /// Transitions collected so far, this iteration's included.
  public var totalSteps = 0
  /// The clipped surrogate's loss, averaged over the minibatches; likewise the next four.
  public var policyLoss = 0.0
  /// Mean squared error between returns and values (before the value coefficient).
  public var valueLoss = 0.0
  /// Mean entropy of the policy, in nats (differential for continuous actions).
  public var entropy = 0.0
  /// Mean of ratio − 1 − ln ratio, an estimate of how far the policy moved from the one that collected the data.
  public var approximateKL = 0.0
  /// Share of rows whose ratio lay outside the clip range.
  public var clipFraction = 0.0
  /// Euclidean norm of the whole gradient before clipping, averaged over the minibatches.
  public var gradientNorm = 0.0
  /// 1 − variance of (return − value) ÷ variance of return, over the rollout, with the values that collected it.
  /// Nil if the returns do not vary.
  public var explainedVariance: Double?
  /// Mean reward per step that the agent was told, before any normalisation and without what leaving a reference costs.
  public var meanReward = 0.0
  /// Mean standard deviation of the Gaussian policy after the update; nil for discrete actions.
  public var standardDeviation: Double?
  /// How far the policy that collected the rollout is from the reference, where it is held near one: nats per step, at
  /// the states that it visited, as the mean of ln π/π_ref over its steps, which chance may make negative.
  public var referenceDivergence: Double?
  /// 95 % interval of that, from the environments side by side; nil for one.
  public var referenceInterval: Interval?
  /// χ² of its choices from the reference's, at the same states: the mean of π/π_ref − 1. Where the reference hardly ever
  /// does what the agent does, few steps decide it, and it and its interval come out too small.
  public var referenceChiSquared: Double?
  /// 95 % interval of that, from the environments side by side; nil for one.
  public var referenceChiSquaredInterval: Interval?
  /// The step size of this iteration.
  public var learningRate = 0.0
  /// Gradient steps taken, and whether the KL target stopped the update early.
  public var gradientSteps = 0
  /// Whether the KL target stopped the update early.
  public var stoppedEarly = false
  /// Episodes that ended during the rollout, in order; their returns are the environment's own rewards.
  public var episodes: [EpisodeResult] = []

  /// All zero.
  public init() {}

  /// False once the weights or the rewards have run away to infinity or NaN: training cannot recover, so the run stops
  /// with an error.
  public var isFinite: Bool {
    [
      policyLoss, valueLoss, entropy, approximateKL, gradientNorm, explainedVariance ?? 0, meanReward,
      standardDeviation ?? 0,
    ].allSatisfy(\.isFinite)
  }
}

/// How one episode went, by the environment's own reward.
public struct EpisodeResult: Codable, Sendable, Hashable {
  /// Undiscounted sum of the environment's rewards.
  public var trueReturn: Double
  /// Steps.
  public var length: Int
  /// Whether it ended for good; otherwise it ran into a limit.
  public var terminated: Bool

  /// A result by its three parts.
  public init(trueReturn: Double, length: Int, terminated: Bool) {
    self.trueReturn = trueReturn
    self.length = length
    self.terminated = terminated
  }
}
