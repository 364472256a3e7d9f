import Compute

/// How the learning rate moves over a run.
public enum LearningRateSchedule: String, Codable, Sendable, Hashable, CaseIterable {
  /// The same throughout.
  case constant
  /// Falls from the setting to zero in proportion to the share of the run that is done.
  case linear
}

/// Every knob of ``PPO``. The defaults are Stable-Baselines3's, but for the number of environments.
///
/// The names of the field in brackets: `n_envs`, `n_steps`, `batch_size`, `n_epochs`, and so on.
public struct PPOSettings: Codable, Sendable, Hashable {
  /// Episodes side by side [`n_envs`].
  public var environments = 8
  /// Steps that each environment takes between two updates [`n_steps`].
  public var stepsPerRollout = 2048
  /// Rows per gradient step [`batch_size`]; the last minibatch of an epoch may be smaller.
  public var minibatchSize = 64
  /// Passes over a rollout [`n_epochs`].
  public var epochs = 10
  /// Adam's step size.
  public var learningRate: Float = 3e-4
  public var learningRateSchedule = LearningRateSchedule.constant
  /// γ.
  public var discount: Float = 0.99
  /// λ of generalised advantage estimation [`gae_lambda`].
  public var traceDecay: Float = 0.95
  /// How far the probability ratio may move from 1 and still be rewarded [`clip_range`].
  public var clipRange: Float = 0.2
  /// How far a value may move from its old estimate [`clip_range_vf`]; nil for no limit.
  public var valueClipRange: Float?
  public var entropyCoefficient: Float = 0
  public var valueCoefficient: Float = 0.5
  /// Bound on the Euclidean norm of the whole gradient [`max_grad_norm`].
  public var maximumGradientNorm: Float = 0.5
  /// Whether the advantages of each minibatch are brought to mean 0 and standard deviation 1.
  public var normalizeAdvantages = true
  /// Whether observations are normalised by running statistics and clipped at ±10, as SB3's `VecNormalize` does.
  public var normalizeObservations = false
  /// Whether rewards are divided by the running standard deviation of the discounted return and clipped at ±10, as
  /// `VecNormalize` does.
  public var normalizeRewards = false
  /// Whether the networks' inputs are normalised by statistics gathered over the minibatches, without clipping, as
  /// `imitation`'s `NormalizeFeaturesExtractor` does. Not together with `normalizeObservations`.
  public var normalizeFeatures = false
  /// Widths of the hidden layers, of the policy's network and of the value network alike.
  public var hidden = [64, 64]
  public var activation = Activation.tanh
  /// Where the Gaussian policy's log standard deviations start [`log_std_init`]; continuous actions only.
  public var initialLogStandardDeviation: Float = 0
  /// An update stops once the approximate KL divergence exceeds 1.5 times this; nil for never.
  public var targetKL: Float?
  /// Adam's ε, inside PPO traditionally 1e-5.
  public var adamEpsilon: Float = 1e-5

  public init() {}

  /// Transitions per iteration.
  public var rolloutSize: Int { environments * stepsPerRollout }

  /// Refuses values that cannot work.
  /// - Throws: `InputError` whose place is the setting's name.
  public func validate() throws {
    func require(_ holds: Bool, _ name: String, _ problem: String, _ remedy: String) throws {
      if !holds { throw InputError(problem, at: "ppo.\(name)", remedy: remedy) }
    }
    func positive(_ value: Int, _ name: String) throws {
      try require(value > 0, name, "\(value) is not positive", "give a whole number of at least 1")
    }
    func notNegative(_ value: Float, _ name: String) throws {
      try require(value >= 0 && value.isFinite, name, "\(value) is out of range", "give a number of at least 0")
    }
    func share(_ value: Float, _ name: String) throws {
      try require(value >= 0 && value <= 1, name, "\(value) is out of range", "give a number between 0 and 1")
    }
    try positive(environments, "environments")
    try positive(stepsPerRollout, "stepsPerRollout")
    try positive(minibatchSize, "minibatchSize")
    try positive(epochs, "epochs")
    for width in hidden { try positive(width, "hidden") }
    try notNegative(learningRate, "learningRate")
    try share(discount, "discount")
    try share(traceDecay, "traceDecay")
    try notNegative(clipRange, "clipRange")
    try notNegative(valueClipRange ?? 0, "valueClipRange")
    try notNegative(valueCoefficient, "valueCoefficient")
    try notNegative(targetKL ?? 0, "targetKL")
    try require(
      entropyCoefficient.isFinite, "entropyCoefficient", "\(entropyCoefficient) is not a number",
      "give a finite number")
    try require(
      maximumGradientNorm > 0, "maximumGradientNorm", "\(maximumGradientNorm) is not positive",
      "give a positive number; a large one clips nothing")
    try require(
      initialLogStandardDeviation.isFinite, "initialLogStandardDeviation", "it is not a number", "give a finite number")
    try require(
      adamEpsilon > 0 && adamEpsilon.isFinite, "adamEpsilon", "\(adamEpsilon) is not positive",
      "give a positive number")
    try require(
      !(normalizeObservations && normalizeFeatures), "normalizeFeatures", "observations would be normalised twice",
      "choose either normalizeObservations or normalizeFeatures")
  }
}
