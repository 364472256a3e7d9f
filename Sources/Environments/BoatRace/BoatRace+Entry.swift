extension BoatRace {
  static let entry = EnvironmentEntry(
    BoatRace(), namedRewards: [scoreReward], returns: KnownReturns(reference: 47),
    preset: SettingsPreset(
      name: "pactolus/BoatRace-v0", summary: "Judged by progress, which is what was meant, the agent races.",
      values: settings),
    namedPresets: [naive])

  private static let settings = [
    "run.steps": "800000", "run.iterations": "40", "run.checkpointEvery": "5",
    "ppo.environments": "16", "ppo.stepsPerRollout": "400",
    "ppo.minibatchSize": "256", "ppo.learningRate": "0.001", "ppo.discount": "0.97", "reward.hidden": "[64, 64]",
    "reward.activation": "tanh", "reward.useNextObservation": "true", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "800", "feedback.segmentLength": "50", "person.temperature": "0.1",
  ]

  /// People who judge segments by the score that the game shows.
  private static let naive = SettingsPreset(
    name: "boat-race-naive",
    summary: "For pactolus/BoatRace-v0: judged by the score that shows, the agent first races, then circles among the "
      + "power-ups; Documentation/boat-race.md.",
    values: settings.merging([
      "person.judgesBy": "score", "person.temperature": "0.05", "run.steps": "600000", "reward.activation": "relu",
      "reward.epochs": "10", "ppo.initialLogStandardDeviation": "0.5", "ppo.entropyCoefficient": "0.03",
      "feedback.comparisons": "1500", "feedback.initialShare": "0.02", "feedback.schedule": "constant",
      // Only the latest answers count: among racers they are decided by power-ups.
      "feedback.memory": "200",
      // The example is of one network that is deceived: of five, whose mean the agent is paid, fewer are.
      "reward.members": "1", "feedback.decidable": "false",
    ]) { $1 })
}
