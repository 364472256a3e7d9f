import Compute

/// Every knob of soft actor–critic. The defaults are Stable-Baselines3's, but for `stepsPerRollout`, which it lacks.
///
/// The names of the field in brackets: `buffer_size`, `learning_starts`, and so on.
public struct SACSettings: Codable, Sendable, Hashable {
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
  /// Adam's step size, for actor, critics and temperature.
  public var learningRate: Float = 3e-4
  /// γ.
  public var discount: Float = 0.99
  /// How far the target critics move towards the critics [`tau`].
  public var targetShare: Float = 0.005
  /// Gradient steps from one such move to the next [`target_update_interval`].
  public var targetInterval = 1
  /// What a nat of entropy is worth [`ent_coef`]; nil to learn it.
  public var temperature: Float?
  /// Where a learned temperature starts [`ent_coef="auto_…"`].
  public var initialTemperature: Float = 1
  /// The entropy that a learned temperature aims at [`target_entropy`]; nil for minus the number of action components.
  public var targetEntropy: Float?
  /// Transitions, after the random ones, in which the agent seeks states that it has not seen, instead of the reward.
  public var pretrainingSteps = 0
  /// Which nearest neighbour it is whose distance counts then.
  public var pretrainingNeighbour = 5
  /// Gradient steps on what is remembered, by fresh critics, once that is over.
  public var pretrainingUpdates = 100
  /// What a standard deviation of the reward's members is worth besides, at the start; nil for nothing.
  public var explorationBonus: Float?
  /// The share of that which is lost with every transition; nil for none.
  public var explorationDecay: Float?
  /// Widths of the hidden layers, of the actor and of both critics [`net_arch`].
  public var hidden = [256, 256]
  /// Of the hidden layers [`activation_fn`].
  public var activation = Activation.relu
  /// Bounds on the log standard deviations of the actor.
  public var lowestLogStandardDeviation: Float = -20
  /// Bounds on the log standard deviations of the actor.
  public var highestLogStandardDeviation: Float = 2

  /// The defaults.
  public init() {}
}

private let baselines = "Stable-Baselines3 2.9, SAC"

extension SACSettings: OffPolicySettings {
  package var pretraining: Pretraining? {
    pretrainingSteps > 0
      ? Pretraining(
        steps: pretrainingSteps, neighbour: pretrainingNeighbour, updates: pretrainingUpdates) : nil
  }

  package var exploration: ExplorationBonus? {
    explorationBonus.map { ExplorationBonus(scale: $0, decay: explorationDecay ?? 0) }
  }

  public static let section = "sac"

  public static let settings: [Setting<Self>] =
    Setting.replaying(baselines, rollouts: "ours: how often a run looks up; learning does not depend on it") + [
      .number(
        "learningRate", \.learningRate, 0...10,
        "Adam's step size, for actor, critics and temperature.",
        baselines + " (learning_rate)"),
      .number(
        "discount", \.discount, 0...1, "γ: what a reward one step later is worth.",
        baselines + " (gamma)"),
      .number(
        "targetShare", \.targetShare, 0...1, "How far the target critics move towards the critics.",
        baselines + " (tau)"),
      .integer(
        "targetInterval", \.targetInterval, 1...1_000_000,
        "Gradient steps from one such move to the next.",
        baselines + " (target_update_interval)"),
      .number(
        "temperature", \.temperature, 0...1_000_000,
        "What a nat of entropy is worth; none to learn it.",
        baselines + " (ent_coef: auto)"),
      .number(
        "initialTemperature", \.initialTemperature, 1e-9...1_000_000,
        "Where a learned temperature starts.",
        baselines + " (ent_coef: auto starts at 1)"),
      .number(
        "targetEntropy", \.targetEntropy, -1_000_000...1_000_000,
        "The entropy that a learned temperature aims at; none for minus the number of action components.",
        baselines + " (target_entropy: auto)"),
      .integer(
        "pretrainingSteps", \.pretrainingSteps, 0...1_000_000_000,
        "Transitions, after the random ones, in which the agent seeks states that it has not seen, not the reward.",
        "Lee et al., arXiv 2106.05091 (PEBBLE; 9,000 in B-Pref's scripts); off"),
      .integer(
        "pretrainingNeighbour", \.pretrainingNeighbour, 1...1000,
        "Which nearest neighbour it is whose distance is the reward of that time.", "B-Pref (topK)"),
      .integer(
        "pretrainingUpdates", \.pretrainingUpdates, 0...1_000_000,
        "Gradient steps on what is remembered, by fresh critics, once that is over.",
        "B-Pref (reset_update)"),
      .number(
        "explorationBonus", \.explorationBonus, 0...1_000_000,
        "What a standard deviation of the reward's members is worth to the agent besides, at the start; reports show the "
          + "reward without it.", "RUNE, arXiv 2205.12401 (β₀; .05 there); off"),
      .number(
        "explorationDecay", \.explorationDecay, 0...1,
        "The share of that bonus which is lost with every transition; none: it does not fall.",
        "RUNE, arXiv 2205.12401 (ρ; 1e-3 to 1e-5 there)"),
      .integers(
        "hidden", \.hidden, 1...65_536, "Widths of the hidden layers of actor and critics.",
        baselines + " (net_arch)"),
      .choice("activation", \.activation, "Between the layers.", baselines + " (activation_fn)"),
      .number(
        "lowestLogStandardDeviation", \.lowestLogStandardDeviation, -100...20,
        "Lower bound on the actor's log standard deviations.", baselines + " (LOG_STD_MIN)"),
      .number(
        "highestLogStandardDeviation", \.highestLogStandardDeviation, -100...20,
        "Upper bound on the actor's log standard deviations.", baselines + " (LOG_STD_MAX)"),
    ]

  /// Refuses values that cannot work.
  /// - Throws: `InputError` whose place is the setting's name.
  public func validate() throws {
    let check = SettingChecks(section: Self.section)
    try check.common(self, hidden: hidden, learningRate: learningRate)
    try check.share(targetShare, "targetShare")
    try check.positive(targetInterval, "targetInterval")
    try check.notNegative(temperature ?? 0, "temperature")
    try check.positive(initialTemperature, "initialTemperature")
    try check.require(
      pretrainingSteps >= 0, "pretrainingSteps", "\(pretrainingSteps) is negative",
      "give a whole number of at least 0")
    try check.positive(pretrainingNeighbour, "pretrainingNeighbour")
    try check.require(
      pretrainingUpdates >= 0, "pretrainingUpdates", "\(pretrainingUpdates) is negative",
      "give a whole number of at least 0")
    try check.notNegative(explorationBonus ?? 0, "explorationBonus")
    try check.share(explorationDecay ?? 0, "explorationDecay")
    try check.require(
      explorationDecay == nil || explorationBonus != nil, "explorationDecay",
      "there is no bonus that could fall", "set sac.explorationBonus too")
    try check.require(
      targetEntropy?.isFinite ?? true, "targetEntropy", "it is not a number",
      "give a finite number, or none")
    try check.require(
      lowestLogStandardDeviation.isFinite && highestLogStandardDeviation.isFinite
        && lowestLogStandardDeviation < highestLogStandardDeviation, "lowestLogStandardDeviation",
      "\(lowestLogStandardDeviation) is not below \(highestLogStandardDeviation)",
      "give a number below highestLogStandardDeviation")
  }
}
