extension Pendulum {
  private static let allFeatures = NamedFeature.all(features, of: Pendulum().specification)

  /// The worst step costs π² + 0.1 · 8² + 0.001 · 2², and there are 200.
  private static let returns = KnownReturns(
    reference: -145, bounds: -200 * (Double.pi * Double.pi + 6.4 + 0.004)...0)

  static let entry = EnvironmentEntry(
    Pendulum(), features: allFeatures, returns: returns,
    preset: SettingsPreset(
      name: "pactolus/Pendulum-v1", summary: "imitation's tutorial 5 with an ensemble of five and a falling step size.",
      values: settings.merging(["reward.members": "5", "ppo.learningRateSchedule": "linear"]) { $1 }),
    namedPresets: [
      SettingsPreset(
        name: "tutorial5", summary: "imitation's tutorial 5, made for Pendulum: the settings that benchmarks compare.",
        values: settings)
    ])

  /// The documentation of `imitation` tunes these for Pendulum.
  private static let settings = [
    "run.steps": "200000", "run.iterations": "60", "run.checkpointEvery": "5",
    "ppo.environments": "8", "ppo.stepsPerRollout": "256",
    "ppo.minibatchSize": "64", "ppo.epochs": "10", "ppo.learningRate": "0.002", "ppo.discount": "0.97",
    "ppo.traceDecay": "0.95", "ppo.clipRange": "0.1", "ppo.entropyCoefficient": "0.01", "ppo.hidden": "[32, 32]",
    "ppo.activation": "tanh", "ppo.normalizeFeatures": "true", "reward.hidden": "[32, 32]",
    "reward.activation": "relu", "reward.normalizeInputs": "true", "reward.members": "1", "reward.epochs": "3",
    "reward.initialEpochMultiplier": "4", "reward.batch": "32", "reward.learningRate": "0.001",
    "feedback.comparisons": "500", "feedback.initialShare": "0.1", "feedback.segmentLength": "100",
    "feedback.schedule": "hyperbolic", "feedback.explorationShare": "0.05", "feedback.selection": "random",
    "person.kind": "boltzmann", "person.temperature": "1",
  ]

  static let features: [NamedFeature] = [
    NamedFeature(
      name: "upright", synonyms: ["pole upright", "pendulum upright", "height"],
      summary: "the cosine of the angle, 1 upright", moreWords: ["higher"], lessWords: ["lower"]
    ) { _, _, next in Double(next[0]) },
    NamedFeature(
      name: "speed", summary: "how fast it turns, in radians per second", moreWords: ["faster", "fast"],
      lessWords: ["slower", "slow", "calmer"]
    ) { _, _, next in Double(abs(next[2])) },
    NamedFeature(
      name: "energy", synonyms: ["effort", "torque"], summary: "the square of the torque", isCost: true
    ) { _, action, _ in
      let torque = Double(min(max(action[0], -2), 2))
      return torque * torque
    },
  ]
}
