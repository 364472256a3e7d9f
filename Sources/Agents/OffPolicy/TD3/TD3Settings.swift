import Compute

/// Every knob of twin delayed deterministic policy gradients. The defaults are Stable-Baselines3's, but for
/// `stepsPerRollout`, which it lacks, and `explorationNoise`, which it leaves to the user.
///
/// The names of the field in brackets: `buffer_size`, `learning_starts`, and so on.
public struct TD3Settings: Codable, Sendable, Hashable {
  /// Episodes side by side [`n_envs`].
  public var environments = 1
  /// Steps that each environment takes in one iteration, with the updates that fall due in between.
  public var stepsPerRollout = 250
  /// Transitions that are remembered [`buffer_size`].
  public var bufferSize = 1_000_000
  /// Transitions before the first update, whose actions are uniformly random [`learning_starts`].
  public var randomSteps = 100
  /// Steps that each environment takes from one update to the next [`train_freq`].
  public var stepsPerUpdate = 1
  /// Gradient steps of an update [`gradient_steps`].
  public var gradientSteps = 1
  /// Transitions per gradient step [`batch_size`].
  public var batchSize = 256
  /// Adam's step size, for actor and critics.
  public var learningRate: Float = 1e-3
  /// γ.
  public var discount: Float = 0.99
  /// How far the targets move towards the networks [`tau`].
  public var targetShare: Float = 0.005
  /// Gradient steps of the critics for each of the actor and of the targets [`policy_delay`].
  public var policyDelay = 2
  /// Standard deviation of the noise on the target's actions [`target_policy_noise`].
  public var targetNoise: Float = 0.2
  /// Bound on that noise [`target_noise_clip`].
  public var targetNoiseBound: Float = 0.5
  /// Standard deviation of the noise that is explored with, as a share of half the range of actions [`action_noise`].
  public var explorationNoise: Float = 0.1
  /// Widths of the hidden layers, of the actor and of both critics [`net_arch`].
  public var hidden = [400, 300]
  /// Of the hidden layers [`activation_fn`].
  public var activation = Activation.relu

  /// The defaults.
  public init() {}
}

private let baselines = "Stable-Baselines3 2.9, TD3"

extension TD3Settings: OffPolicySettings {
  public static let section = "td3"

  public static let settings: [Setting<Self>] =
    Setting.replaying(baselines, rollouts: "ours: how often a run looks up; learning does not depend on it") + [
      .number(
        "learningRate", \.learningRate, 0...10, "Adam's step size, for actor and critics.",
        baselines + " (learning_rate)"),
      .number(
        "discount", \.discount, 0...1, "γ: what a reward one step later is worth.",
        baselines + " (gamma)"),
      .number(
        "targetShare", \.targetShare, 0...1, "How far the targets move towards the networks.",
        baselines + " (tau)"),
      .integer(
        "policyDelay", \.policyDelay, 1...1_000_000,
        "Gradient steps of the critics for each of the actor and of the targets.",
        baselines + " (policy_delay)"),
      .number(
        "targetNoise", \.targetNoise, 0...100,
        "Standard deviation of the noise on the target's actions.",
        baselines + " (target_policy_noise)"),
      .number(
        "targetNoiseBound", \.targetNoiseBound, 0...100, "Bound on that noise.",
        baselines + " (target_noise_clip)"),
      .number(
        "explorationNoise", \.explorationNoise, 0...100,
        "Standard deviation of the noise that is explored with, as a share of half the range of actions.",
        "rl-baselines3-zoo, TD3 (noise_std); Stable-Baselines3 alone has none"),
      .integers(
        "hidden", \.hidden, 1...65_536, "Widths of the hidden layers of actor and critics.",
        baselines + " (net_arch)"),
      .choice("activation", \.activation, "Between the layers.", baselines + " (activation_fn)"),
    ]

  /// Refuses values that cannot work.
  /// - Throws: `InputError` whose place is the setting's name.
  public func validate() throws {
    let check = SettingChecks(section: Self.section)
    try check.common(self, hidden: hidden, learningRate: learningRate)
    try check.share(targetShare, "targetShare")
    try check.positive(policyDelay, "policyDelay")
    try check.notNegative(targetNoise, "targetNoise")
    try check.notNegative(targetNoiseBound, "targetNoiseBound")
    try check.notNegative(explorationNoise, "explorationNoise")
  }
}
