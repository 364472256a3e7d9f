import Compute

/// Every knob of deep Q-learning. The defaults are Stable-Baselines3's, whose DQN is the plain one: the extensions
/// (double, duelling, several steps, prioritised) are off. `stepsPerRollout` is ours.
///
/// The names of the field in brackets: `buffer_size`, `learning_starts`, and so on.
public struct DQNSettings: Codable, Sendable, Hashable {
  /// Episodes side by side [`n_envs`].
  public var environments = 1
  /// Steps that each environment takes in one iteration, with the updates that fall due in between.
  public var stepsPerRollout = 256
  /// Transitions that are remembered [`buffer_size`].
  public var bufferSize = 1_000_000
  /// Transitions before the first update, whose actions are uniformly random [`learning_starts`].
  public var randomSteps = 100
  /// Steps that each environment takes from one update to the next [`train_freq`].
  public var stepsPerUpdate = 4
  /// Gradient steps of an update [`gradient_steps`].
  public var gradientSteps = 1
  /// Transitions per gradient step [`batch_size`].
  public var batchSize = 32
  /// Adam's step size.
  public var learningRate: Float = 1e-4
  /// γ.
  public var discount: Float = 0.99
  /// How far the target network moves towards the network [`tau`].
  public var targetShare: Float = 1
  /// Transitions from one such move to the next [`target_update_interval`].
  public var targetInterval = 10_000
  /// The share of random actions at the run's beginning [`exploration_initial_eps`].
  public var initialExploration: Float = 1
  /// The share of random actions in the end [`exploration_final_eps`].
  public var finalExploration: Float = 0.05
  /// The share of the run in which it falls from the one to the other [`exploration_fraction`].
  public var explorationShare: Float = 0.1
  /// Bound on the Euclidean norm of the gradient [`max_grad_norm`].
  public var maximumGradientNorm: Float = 10
  /// Whether the network chooses the next action and the target network tells its value.
  public var double = false
  /// Whether the network has a stream for the state's value and one for the actions' advantages.
  public var duelling = false
  /// Rewards that are summed up before the value behind them is estimated.
  public var returnSteps = 1
  /// α of prioritised replay; 0 for uniform replay.
  public var priorityExponent: Float = 0
  /// β of prioritised replay at the run's beginning; it rises to 1.
  public var priorityCorrection: Float = 0.4
  /// Widths of the hidden layers [`net_arch`].
  public var hidden = [64, 64]
  /// Of the hidden layers [`activation_fn`].
  public var activation = Activation.relu

  /// The defaults.
  public init() {}

  package var prioritized: Prioritization? {
    priorityExponent > 0
      ? Prioritization(exponent: priorityExponent, correction: priorityCorrection) : nil
  }
}

private let baselines = "Stable-Baselines3 2.9, DQN"

extension DQNSettings: OffPolicySettings {
  public static let section = "dqn"

  public static let settings: [Setting<Self>] =
    Setting.replaying(baselines, rollouts: "ours: how often a run looks up, and exploration falls") + [
      .number(
        "learningRate", \.learningRate, 0...10, "Adam's step size.", baselines + " (learning_rate)"),
      .number(
        "discount", \.discount, 0...1, "γ: what a reward one step later is worth.",
        baselines + " (gamma)"),
      .number(
        "targetShare", \.targetShare, 0...1, "How far the target network moves towards the network.",
        baselines + " (tau)"),
      .integer(
        "targetInterval", \.targetInterval, 1...1_000_000_000,
        "Transitions from one such move to the next.",
        baselines + " (target_update_interval)"),
      .number(
        "initialExploration", \.initialExploration, 0...1,
        "The share of random actions at the run's beginning.",
        baselines + " (exploration_initial_eps)"),
      .number(
        "finalExploration", \.finalExploration, 0...1, "The share of random actions in the end.",
        baselines + " (exploration_final_eps)"),
      .number(
        "explorationShare", \.explorationShare, 0...1,
        "The share of the run in which random actions fall from the one to the other.",
        baselines + " (exploration_fraction)"),
      .number(
        "maximumGradientNorm", \.maximumGradientNorm, 1e-9...1e9, "Bound on the gradient's norm.",
        baselines + " (max_grad_norm)"),
      .boolean(
        "double", \.double,
        "Let the network choose the next action and the target network tell its value.",
        "van Hasselt et al., arXiv 1509.06461; off as in Stable-Baselines3"),
      .boolean(
        "duelling", \.duelling,
        "Give the network a stream for the state's value and one for the actions' advantages.",
        "Wang et al., arXiv 1511.06581; off as in Stable-Baselines3"),
      .integer(
        "returnSteps", \.returnSteps, 1...10_000,
        "Rewards that are summed up before the value behind them is estimated.",
        baselines + " (n_steps)"),
      .number(
        "priorityExponent", \.priorityExponent, 0...10,
        "How strongly transitions with larger errors are preferred; 0 for uniform replay, 0.6 is usual.",
        "Schaul et al., arXiv 1511.05952 (α); off as in Stable-Baselines3"),
      .number(
        "priorityCorrection", \.priorityCorrection, 0...1,
        "How much of that preference the gradients make up for at the run's beginning; it rises to 1.",
        "Schaul et al., arXiv 1511.05952 (β)"),
      .integers(
        "hidden", \.hidden, 1...65_536, "Widths of the hidden layers.", baselines + " (net_arch)"),
      .choice("activation", \.activation, "Between the layers.", baselines + " (activation_fn)"),
    ]

  /// Refuses values that cannot work.
  /// - Throws: `InputError` whose place is the setting's name.
  public func validate() throws {
    let check = SettingChecks(section: Self.section)
    try check.common(self, hidden: hidden, learningRate: learningRate)
    try check.share(targetShare, "targetShare")
    try check.positive(targetInterval, "targetInterval")
    try check.share(initialExploration, "initialExploration")
    try check.share(finalExploration, "finalExploration")
    try check.share(explorationShare, "explorationShare")
    try check.positive(maximumGradientNorm, "maximumGradientNorm")
    try check.notNegative(priorityExponent, "priorityExponent")
    try check.share(priorityCorrection, "priorityCorrection")
  }
}
