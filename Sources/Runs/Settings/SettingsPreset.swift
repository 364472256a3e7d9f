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
      "reward.initialEpochMultiplier": "200", "reward.batch": "32", "reward.learningRate": "0.001",
      "feedback.comparisons": "500", "feedback.initialShare": "0.1", "feedback.fragmentLength": "100",
      "feedback.schedule": "hyperbolic", "feedback.explorationShare": "0.05", "feedback.selection": "random",
      "person.kind": "boltzmann", "person.temperature": "1",
    ])

  /// What `auto` means for an environment.
  public static func preset(for environment: String) -> SettingsPreset? {
    environments[environment].map {
      SettingsPreset(name: environment, summary: "made for \(environment)", values: $0)
    }
  }

  private static let environments: [String: [String: String]] = [
    "pactolus/Pendulum-v1": tutorial5.values
  ]
}
