extension MountainCarContinuous {
  private static let allFeatures = NamedFeature.all(MountainCar.features, of: MountainCarContinuous().specification)

  /// 999 steps at full force cost 0.1 each; the flag is worth 100.
  private static let bounds = -99.9...100.0

  static let entry = EnvironmentEntry(
    MountainCarContinuous(), features: allFeatures, returns: KnownReturns(reference: 93.6, bounds: bounds),
    preset: SettingsPreset(
      name: "pactolus/MountainCarContinuous-v0",
      summary: "Compares whole episodes of unequal length; reaches the flag.",
      values: settings))

  static let fixedEntry = EnvironmentEntry(
    FixedHorizon(MountainCarContinuous()), features: allFeatures,
    returns: KnownReturns(reference: 93, bounds: bounds),
    preset: SettingsPreset(
      name: "pactolus/MountainCarContinuousFixed-v0", summary: "Compares whole episodes; reaches the flag.",
      values: settings))

  private static let settings = [
    "run.steps": "300000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "999", "ppo.minibatchSize": "256",
    "ppo.learningRate": "0.001", "ppo.normalizeFeatures": "true", "ppo.initialLogStandardDeviation": "1",
    "ppo.entropyCoefficient": "0.01", "reward.activation": "tanh", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "150", "feedback.explorationShare": "0.3", "feedback.segmentLength": "999",
    "feedback.initialShare": "0.3", "feedback.hypotheticalShare": "0.3",
  ].merging(SettingsPreset.placeOnly) { $1 }
}
