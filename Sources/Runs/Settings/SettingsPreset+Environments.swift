extension SettingsPreset {
  /// The settings that `auto` takes, one preset for each environment that has them; named by the environment's id.
  ///
  /// Three things make most of the difference. Where the true reward says something only now and then (a pole that has
  /// fallen, a flag far away) whole episodes are compared: windows of them would all tie. Where what matters is a small
  /// region of a space that is not bounded, the reward network sees it raw and bends by tanh, since normalising by what
  /// a bad agent visits would shrink the region to a point. Where the reward is about where one is, it sees where one
  /// gets, and not the action, which only adds noise.
  public static let forEnvironments: [SettingsPreset] = [
    SettingsPreset(
      name: "pactolus/Pendulum-v1", summary: "imitation's tutorial 5.", values: tutorial5.values),
    SettingsPreset(
      name: "pactolus/CartPoleFixed-v1", summary: "Compares whole episodes; balances throughout.",
      values: cartPole.merging(["feedback.fragmentLength": "500"]) { $1 }),
    SettingsPreset(
      name: "pactolus/MountainCarFixed-v0",
      summary: "Hard to explore: learns only if an early episode happens to reach the flag, in one of three seeds; "
        + "until then every comparison ties.",
      values: mountainCar.merging(["feedback.fragmentLength": "200"]) { $1 }),
    SettingsPreset(
      name: "pactolus/MountainCarContinuousFixed-v0", summary: "Compares whole episodes; reaches the flag.",
      values: mountainCarContinuous.merging(["feedback.fragmentLength": "999"]) { $1 }),
    SettingsPreset(
      name: "pactolus/AcrobotFixed-v1", summary: "Compares whole episodes; swings up.",
      values: acrobot.merging(["feedback.fragmentLength": "500"]) { $1 }),
    SettingsPreset(
      name: "pactolus/BoatRace-v0", summary: "Judged by progress, which is what was meant, the agent races.",
      values: boatRaceValues),
    SettingsPreset(
      name: "pactolus/Delivery-v0",
      summary: "Finds the goal from nearly everywhere; takes many answers, as each of 92 cells must be seen.",
      values: delivery),
    early(
      "pactolus/CartPole-v1", cartPole.merging(["feedback.fragmentLength": "8"]) { $1 }, pay: "each step is worth 1"),
    early(
      "pactolus/MountainCar-v0", mountainCar.merging(["feedback.fragmentLength": "50"]) { $1 },
      pay: "each step costs 1"),
    early(
      "pactolus/Acrobot-v1", acrobot.merging(["feedback.fragmentLength": "50"]) { $1 }, pay: "each step costs 1"),
    SettingsPreset(
      name: "pactolus/MountainCarContinuous-v0", summary: "Ends early, so that length leaks reward.",
      caution: "episodes end at the flag, so that a learned reward above zero pays for never getting there; "
        + "pactolus/MountainCarContinuousFixed-v0 is the same task with episodes of one length",
      values: mountainCarContinuous.merging(["feedback.fragmentLength": "50"]) { $1 }),
  ]

  /// For tasks whose reward is the same in every step and whose episodes end: there is nothing to compare.
  private static func early(_ environment: String, _ values: [String: String], pay: String) -> SettingsPreset {
    var fixed = environment
    fixed.insert(contentsOf: "Fixed", at: fixed.lastIndex(of: "-") ?? fixed.endIndex)
    return SettingsPreset(
      name: environment, summary: "Cannot be learned from comparisons of segments; \(fixed) can.",
      caution: "\(pay), so any two segments of one length tie and the answers say nothing: what the agent does will "
        + "come from how the episode's length leaks into the reward; use \(fixed)",
      // Who sees a tie says so; a boltzmann person would toss a coin.
      values: values.merging(["person.kind": "rational"]) { $1 })
  }

  private static let placeOnly = [
    "reward.useObservation": "false", "reward.useAction": "false", "reward.useNextObservation": "true",
  ]

  private static let cartPole = [
    "run.steps": "300000", "run.iterations": "36", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "512", "ppo.learningRate": "0.001",
    "ppo.discount": "0.98", "ppo.entropyCoefficient": "0.01", "reward.hidden": "[64, 64]", "reward.activation": "tanh",
    "reward.normalizeInputs": "false", "reward.threshold": "500", "reward.initialEpochMultiplier": "100",
    "reward.learningRate": "0.003", "feedback.comparisons": "300",
  ].merging(placeOnly) { $1 }

  private static let mountainCar = [
    "run.steps": "300000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.environments": "16", "ppo.stepsPerRollout": "200",
    "ppo.minibatchSize": "256", "ppo.learningRate": "0.001", "ppo.normalizeFeatures": "true",
    "reward.activation": "tanh", "reward.initialEpochMultiplier": "20", "feedback.comparisons": "200",
  ].merging(placeOnly) { $1 }

  private static let mountainCarContinuous = [
    "run.steps": "300000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "999", "ppo.minibatchSize": "256",
    "ppo.learningRate": "0.001", "ppo.normalizeFeatures": "true", "ppo.initialLogStandardDeviation": "1",
    "ppo.entropyCoefficient": "0.01", "reward.activation": "tanh", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "150", "feedback.explorationShare": "0.3",
  ].merging(placeOnly) { $1 }

  private static let acrobot = [
    "run.steps": "400000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "512", "ppo.learningRate": "0.001",
    "ppo.entropyCoefficient": "0.01", "ppo.normalizeFeatures": "true", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "300",
  ]

  /// A linear reward on the cell's one-hot code is any reward on cells.
  private static let delivery = [
    "run.steps": "600000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "256", "ppo.minibatchSize": "256",
    "ppo.learningRate": "0.001", "ppo.discount": "0.95", "ppo.entropyCoefficient": "0.1", "reward.hidden": "[]",
    "reward.normalizeInputs": "false", "reward.normalizeForAgent": "true", "reward.learningRate": "0.003",
    "reward.initialEpochMultiplier": "5", "feedback.comparisons": "2000", "feedback.initialShare": "0.5",
    "feedback.fragmentLength": "3", "person.temperature": "10",
  ].merging(placeOnly) { $1 }

  static let boatRaceValues = [
    "run.steps": "800000", "run.iterations": "40", "run.checkpointEvery": "5",
    "ppo.environments": "16", "ppo.stepsPerRollout": "400",
    "ppo.minibatchSize": "256", "ppo.learningRate": "0.001", "ppo.discount": "0.97", "reward.hidden": "[64, 64]",
    "reward.activation": "tanh", "reward.useNextObservation": "true", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "800", "feedback.fragmentLength": "50", "person.temperature": "0.1",
  ]
}
