import Compute

/// Every knob of model-predictive control on learned dynamics.
public struct MPCSettings: Codable, Sendable, Hashable {
  /// Episodes side by side.
  public var environments = 1
  /// Steps that each environment takes in one iteration, with the updates that fall due in between.
  public var stepsPerRollout = 250
  /// Transitions that are remembered.
  public var bufferSize = 100_000
  /// Transitions before the first update, whose actions are uniformly random.
  public var randomSteps = 500
  /// Steps that each environment takes from one update to the next.
  public var stepsPerUpdate = 50
  /// Gradient steps of an update.
  public var gradientSteps = 50
  /// Transitions per gradient step, for each network.
  public var batchSize = 128
  /// Adam's step size.
  public var learningRate: Float = 1e-3
  /// What a reward one step later is worth.
  public var discount: Float = 0.99
  /// Networks that predict, each from a bootstrap of its own.
  public var members = 4
  /// Widths of the hidden layers.
  public var hidden = [64, 64]
  /// Of the hidden layers.
  public var activation = Activation.tanh
  /// The share of transitions that no network learns from, to measure errors by.
  public var heldOutShare = 0.1
  /// Steps of a plan.
  public var horizon = 20
  /// Steps for which a plan keeps each action.
  public var hold = 1
  /// Steps that a plan is followed before the next search.
  public var replanEvery = 1
  /// Plans that are tried in each round of a search.
  public var population = 48
  /// The best plans of a round, around which the next are drawn.
  public var elites = 6
  /// Rounds of a search.
  public var rounds = 3
  /// The share of uniformly random actions in training.
  public var randomShare: Float = 0.05

  /// The defaults.
  public init() {}

  var dynamics: DynamicsSettings {
    var dynamics = DynamicsSettings()
    (dynamics.members, dynamics.hidden, dynamics.activation) = (members, hidden, activation)
    (dynamics.learningRate, dynamics.batchSize, dynamics.heldOutShare) = (learningRate, batchSize, heldOutShare)
    return dynamics
  }

  var planning: PlanningSettings {
    var planning = PlanningSettings()
    (planning.horizon, planning.hold, planning.replanEvery) = (horizon, hold, replanEvery)
    (planning.population, planning.elites, planning.rounds) = (population, elites, rounds)
    planning.discount = discount
    return planning
  }
}

private let pets = "Chua et al., arXiv 1805.12114"
private let ours = "Pactolus"

extension MPCSettings: OffPolicySettings {
  public static let section = "mpc"

  public static let settings: [Setting<Self>] =
    Setting.replaying(ours, rollouts: "ours: how often a run looks up; learning does not depend on it") + [
      .number("learningRate", \.learningRate, 0...10, "Adam's step size.", pets + " (0.001)"),
      .number("discount", \.discount, 0...1, "γ: what a reward one step later is worth.", ours),
      .integer(
        "members", \.members, 1...1000, "Networks that predict, each from a bootstrap of its own.", pets + " (5)"),
      .integers("hidden", \.hidden, 1...65_536, "Widths of the hidden layers.", ours),
      .choice("activation", \.activation, "Between the layers.", ours),
      .number(
        "heldOutShare", \.heldOutShare, 0...0.9,
        "The share of transitions that no network learns from, to measure errors by.", ours),
      .integer("horizon", \.horizon, 1...10_000, "Steps of a plan.", pets + " (20 to 30)"),
      .integer("hold", \.hold, 1...10_000, "Steps for which a plan keeps each action.", ours),
      .integer(
        "replanEvery", \.replanEvery, 1...10_000, "Steps that a plan is followed before the next search.",
        pets + " (1); ReQueST, Reddy et al. 2019 (5)"),
      .integer(
        "population", \.population, 1...1_000_000, "Plans that are tried in each round of a search.", pets + " (400)"),
      .integer(
        "elites", \.elites, 1...1_000_000, "The best plans of a round, around which the next are drawn.", pets + " (40)"
      ),
      .integer("rounds", \.rounds, 1...1000, "Rounds of a search.", pets + " (5)"),
      .number("randomShare", \.randomShare, 0...1, "The share of uniformly random actions in training.", ours),
    ]

  /// Refuses values that cannot work.
  /// - Throws: `InputError` whose place is the setting's name.
  public func validate() throws {
    let check = SettingChecks(section: Self.section)
    try check.common(self, hidden: hidden, learningRate: learningRate)
    try check.positive(members, "members")
    try check.require(
      heldOutShare >= 0 && heldOutShare <= 0.9, "heldOutShare", "\(heldOutShare) is out of range",
      "give a number between 0 and 0.9")
    for (value, name) in [
      (horizon, "horizon"), (hold, "hold"), (replanEvery, "replanEvery"), (population, "population"),
      (elites, "elites"), (rounds, "rounds"),
    ] {
      try check.positive(value, name)
    }
    try check.require(
      elites <= population, "elites", "\(elites) are more than the \(population) plans of a round",
      "give at most as many as population")
    try check.share(randomShare, "randomShare")
  }
}
