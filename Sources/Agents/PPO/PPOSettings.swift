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
  /// How the learning rate moves over a run.
  public var learningRateSchedule = LearningRateSchedule.constant
  /// γ.
  public var discount: Float = 0.99
  /// λ of generalised advantage estimation [`gae_lambda`].
  public var traceDecay: Float = 0.95
  /// How far the probability ratio may move from 1 and still be rewarded [`clip_range`].
  public var clipRange: Float = 0.2
  /// How far a value may move from its old estimate [`clip_range_vf`]; nil for no limit.
  public var valueClipRange: Float?
  /// What a nat of entropy is worth in the loss [`ent_coef`].
  public var entropyCoefficient: Float = 0
  /// The value loss's weight in the loss [`vf_coef`].
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
  /// Widths of the hidden layers, of the policy's network and of the value network.
  public var hidden = [64, 64]
  /// Of the hidden layers.
  public var activation = Activation.tanh
  /// Where the Gaussian policy's log standard deviations start [`log_std_init`]; continuous actions only.
  public var initialLogStandardDeviation: Float = 0
  /// An update stops once the approximate KL divergence exceeds 1.5 times this; nil for never.
  public var targetKL: Float?
  /// Adam's ε, inside PPO traditionally 1e-5.
  public var adamEpsilon: Float = 1e-5

  /// The defaults.
  public init() {}

  /// Transitions per iteration.
  public var rolloutSize: Int { environments * stepsPerRollout }
}

private let baselines = "Stable-Baselines3 2.2, PPO"

extension PPOSettings: SettingsSection {
  public static let section = "ppo"

  public static let settings: [Setting<Self>] = [
    .integer("environments", \.environments, 1...4096, "Episodes side by side.", baselines + " (n_envs)"),
    .integer(
      "stepsPerRollout", \.stepsPerRollout, 1...1_000_000,
      "Steps that each environment takes between two updates.", baselines + " (n_steps)"),
    .integer(
      "minibatchSize", \.minibatchSize, 1...10_000_000, "Rows per gradient step.", baselines + " (batch_size)"),
    .integer("epochs", \.epochs, 1...1000, "Passes over each rollout.", baselines + " (n_epochs)"),
    .number("learningRate", \.learningRate, 0...10, "Adam's step size.", baselines),
    .choice(
      "learningRateSchedule", \.learningRateSchedule,
      "Whether the step size stays or falls linearly to zero over the run.", baselines),
    .number("discount", \.discount, 0...1, "γ: what a reward one step later is worth.", baselines + " (gamma)"),
    .number(
      "traceDecay", \.traceDecay, 0...1, "λ of generalised advantage estimation.", baselines + " (gae_lambda)"),
    .number(
      "clipRange", \.clipRange, 0...100, "How far the probability ratio may move from 1.",
      baselines + " (clip_range)"),
    .number(
      "valueClipRange", \.valueClipRange, 0...1_000_000, "How far a value may move from its old estimate.",
      baselines + " (clip_range_vf)"),
    .number(
      "entropyCoefficient", \.entropyCoefficient, 0...100, "Weight of the entropy bonus.",
      baselines + " (ent_coef)"),
    .number(
      "valueCoefficient", \.valueCoefficient, 0...100, "Weight of the value loss.", baselines + " (vf_coef)"),
    .number(
      "maximumGradientNorm", \.maximumGradientNorm, 1e-9...1e9, "Bound on the whole gradient's norm.",
      baselines + " (max_grad_norm)"),
    .boolean(
      "normalizeAdvantages", \.normalizeAdvantages, "Bring each minibatch's advantages to mean 0, deviation 1.",
      baselines),
    .boolean(
      "normalizeObservations", \.normalizeObservations,
      "Normalise observations by running statistics, clipped at ±10.", "Stable-Baselines3, VecNormalize"),
    .boolean(
      "normalizeRewards", \.normalizeRewards,
      "Divide rewards by the running deviation of the discounted return, clipped at ±10.",
      "Stable-Baselines3, VecNormalize"),
    .boolean(
      "normalizeFeatures", \.normalizeFeatures,
      "Normalise the networks' inputs by statistics gathered over the minibatches.",
      "imitation 1.0, NormalizeFeaturesExtractor"),
    .integers(
      "hidden", \.hidden, 1...65_536, "Widths of the hidden layers of policy and value network.",
      baselines + " (net_arch)"),
    .choice("activation", \.activation, "Between the layers.", baselines),
    .number(
      "initialLogStandardDeviation", \.initialLogStandardDeviation, -20...20,
      "Where a continuous policy's spread starts.", baselines + " (log_std_init)"),
    .number(
      "targetKL", \.targetKL, 0...1_000_000, "Stop an update once the policy has moved 1.5 times this far.",
      baselines + " (target_kl)"),
    .number("adamEpsilon", \.adamEpsilon, 1e-12...1, "Adam's ε.", baselines),
  ]

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
