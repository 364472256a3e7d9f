/// Settings known to work for something, under a name: between the defaults and the user's own.
public struct SettingsPreset: Sendable, Hashable {
  public var name: String
  /// What it is for, a sentence.
  public var summary: String
  /// Values by setting name, in the spelling of a settings file.
  public var values: [String: String]

  /// `run.preset`'s value for "the environment's own".
  public static let automatic = "auto"
  public static let none = "none"

  /// What `run.preset` may be.
  public static var choices: [String] { [automatic, none] + named.map(\.name) }

  /// The presets that can be asked for by name.
  public static let named = [tutorial5]

  /// The documentation of `imitation` tunes these for Pendulum.
  public static let tutorial5 = SettingsPreset(
    name: "tutorial5", summary: "imitation's tutorial 5, made for Pendulum: the settings that benchmarks compare.",
    values: [
      "run.steps": "200000", "run.iterations": "60", "run.checkpointEvery": "5",
      "ppo.environments": "8", "ppo.stepsPerRollout": "256",
      "ppo.minibatchSize": "64", "ppo.epochs": "10", "ppo.learningRate": "0.002", "ppo.discount": "0.97",
      "ppo.traceDecay": "0.95", "ppo.clipRange": "0.1", "ppo.entropyCoefficient": "0.01", "ppo.hidden": "[32, 32]",
      "ppo.activation": "tanh", "ppo.normalizeFeatures": "true", "reward.hidden": "[32, 32]",
      "reward.activation": "relu", "reward.normalizeInputs": "true", "reward.members": "1", "reward.epochs": "3",
      "reward.initialEpochMultiplier": "4", "reward.batch": "32", "reward.learningRate": "0.001",
      "feedback.comparisons": "500", "feedback.initialShare": "0.1", "feedback.fragmentLength": "100",
      "feedback.schedule": "hyperbolic", "feedback.explorationShare": "0.05", "feedback.selection": "random",
      "person.kind": "boltzmann", "person.temperature": "1",
    ])

  /// What `auto` means for an environment.
  public static func preset(for environment: String) -> SettingsPreset? {
    environments[environment].map {
      SettingsPreset(name: environment, summary: "made for \(environment)", values: tutorial5.values.merging($0) { $1 })
    }
  }

  /// What differs from ``tutorial5``. Found by trying a few, three seeds each where there is a choice to make.
  private static let environments: [String: [String: String]] = [
    "pactolus/Pendulum-v1": [:],
    // Fallen poles are far away from upright ones: normalised inputs would squeeze the part that matters.
    "pactolus/CartPoleFixed-v1": fixedHorizon([
      "feedback.fragmentLength": "50", "feedback.initialShare": "0.25", "feedback.comparisons": "700",
      "reward.members": "3", "reward.normalizeInputs": "false",
    ]),
    "pactolus/AcrobotFixed-v1": fixedHorizon(["feedback.fragmentLength": "250"]),
    "pactolus/MountainCarFixed-v0": fixedHorizon([:]),
    "pactolus/MountainCarContinuousFixed-v0": [:],
    // Where episodes can end, short segments: only what lasted as long can be shown. Length leaks reward here.
    "pactolus/CartPole-v1": ["feedback.fragmentLength": "20"],
    "pactolus/Acrobot-v1": fixedHorizon(["feedback.fragmentLength": "50"]),
    "pactolus/MountainCar-v0": fixedHorizon(["feedback.fragmentLength": "50"]),
    "pactolus/MountainCarContinuous-v0": ["feedback.fragmentLength": "50"],
    // The person sees the score, and a softmax of scores prefers power-ups to progress: made to go wrong.
    "pactolus/BoatRace-v0": [
      "person.judges": "score", "ppo.environments": "16", "ppo.stepsPerRollout": "400", "ppo.learningRate": "0.001",
      "reward.normalizeForAgent": "true", "run.steps": "600000", "feedback.comparisons": "1000",
    ],
    // Segments as short as those that people were shown, and one weight for each cell.
    "pactolus/Delivery-v0": [
      "feedback.fragmentLength": "3", "feedback.comparisons": "1000", "person.kind": "rational",
      "ppo.discount": "0.99", "ppo.entropyCoefficient": "0.02", "ppo.normalizeFeatures": "false",
      "reward.hidden": "[]", "reward.normalizeInputs": "false", "reward.useNextObservation": "true",
      "run.steps": "400000",
    ],
  ]

  /// For sparse rewards: ties are answers too, longer rollouts, rewards of steady scale.
  private static func fixedHorizon(_ more: [String: String]) -> [String: String] {
    [
      "person.kind": "rational", "ppo.stepsPerRollout": "500", "ppo.discount": "0.99", "ppo.learningRate": "0.001",
      "reward.normalizeForAgent": "true", "run.steps": "600000",
    ].merging(more) { $1 }
  }
}
