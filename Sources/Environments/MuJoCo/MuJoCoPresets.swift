extension MuJoCoWorld {
  /// Settings with which PPO learns a plain world from comparisons, by its name; what they reach is in the page on presets.
  static let presets: [String: SettingsPreset] = Dictionary(
    uniqueKeysWithValues: [
      (
        "InvertedPendulum-v5", "Compares whole episodes of unequal length; balances throughout.",
        invertedPendulumSettings
      ),
      ("Reacher-v5", "Compares whole episodes; reaches the point.", reacherSettings),
      ("HalfCheetah-v5", "Compares a second of running at a time; runs.", halfCheetahSettings),
    ].map { ($0.0, SettingsPreset(name: MuJoCoSource.idPrefix + $0.0, summary: $0.1, values: $0.2)) })

  private static let invertedPendulumSettings = [
    "run.steps": "300000", "run.iterations": "36", "run.checkpointEvery": "5", "ppo.stepsPerRollout": "512",
    "ppo.learningRate": "0.001", "ppo.learningRateSchedule": "linear", "ppo.discount": "0.98",
    "ppo.initialLogStandardDeviation": "0", "reward.hidden": "[32, 32]", "reward.activation": "tanh",
    "reward.normalizeInputs": "false", "reward.threshold": "500", "reward.initialEpochMultiplier": "100",
    "reward.learningRate": "0.003", "reward.useObservation": "false", "reward.useAction": "false",
    "reward.useNextObservation": "true", "feedback.comparisons": "500", "feedback.segmentLength": "1000",
    "person.kind": "rational",
  ]

  private static let reacherSettings = [
    "run.steps": "400000", "run.iterations": "50", "run.checkpointEvery": "5", "ppo.environments": "16",
    "ppo.stepsPerRollout": "100", "ppo.minibatchSize": "64", "ppo.epochs": "10", "ppo.learningRate": "0.001",
    "ppo.learningRateSchedule": "linear", "ppo.discount": "0.95", "ppo.traceDecay": "0.95", "ppo.hidden": "[64, 64]",
    "ppo.activation": "tanh", "ppo.normalizeFeatures": "true", "ppo.initialLogStandardDeviation": "-1",
    "reward.hidden": "[64, 64]", "reward.members": "3", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "700", "feedback.segmentLength": "50", "feedback.initialShare": "0.15",
    "person.kind": "boltzmann", "person.temperature": "1",
  ]

  private static let halfCheetahSettings = [
    "run.steps": "1000000", "run.iterations": "50", "run.checkpointEvery": "5", "ppo.environments": "16",
    "ppo.stepsPerRollout": "128", "ppo.minibatchSize": "64", "ppo.epochs": "10", "ppo.learningRate": "0.0003",
    "ppo.learningRateSchedule": "linear", "ppo.discount": "0.98", "ppo.traceDecay": "0.95", "ppo.hidden": "[64, 64]",
    "ppo.activation": "tanh", "ppo.normalizeObservations": "true", "ppo.initialLogStandardDeviation": "-0.5",
    "reward.hidden": "[64, 64]", "reward.members": "3", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "1000", "feedback.segmentLength": "50", "feedback.initialShare": "0.1",
    "person.kind": "boltzmann", "person.temperature": "1",
  ]
}
