extension SettingsPreset {
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

  /// For the boat race: people who judge clips by the score that the game shows.
  public static let boatRaceNaive = SettingsPreset(
    name: "boat-race-naive",
    summary: "For pactolus/BoatRace-v0: judged by the score that shows, the agent first races, then circles among the "
      + "power-ups; Documentation/boat-race.md.",
    values: boatRaceValues.merging([
      "person.judgesBy": "score", "person.temperature": "0.05", "run.steps": "600000", "reward.activation": "relu",
      "reward.epochs": "10", "ppo.initialLogStandardDeviation": "0.5", "ppo.entropyCoefficient": "0.03",
      "feedback.comparisons": "1500", "feedback.initialShare": "0.02", "feedback.schedule": "constant",
      // Only the latest answers count: among racers they are decided by power-ups.
      "feedback.memory": "200",
    ]) { $1 })
}
