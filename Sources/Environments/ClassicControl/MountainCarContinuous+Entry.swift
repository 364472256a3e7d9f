extension MountainCarContinuous {
  private static let allFeatures = NamedFeature.all(MountainCar.features, of: MountainCarContinuous().specification)

  /// 999 steps at full force cost 0.1 each; the flag is worth 100.
  private static let bounds = -99.9...100.0

  static let entry = EnvironmentEntry(
    MountainCarContinuous(), features: allFeatures, returns: KnownReturns(reference: 93.6, bounds: bounds),
    preset: SettingsPreset(
      name: "pactolus/MountainCarContinuous-v0", summary: "Ends early, so that length leaks reward.",
      caution: "episodes end at the flag, so that a learned reward above zero pays for never getting there; "
        + "pactolus/MountainCarContinuousFixed-v0 is the same task with episodes of one length",
      values: settings.merging(["feedback.segmentLength": "50"]) { $1 }))

  static let fixedEntry = EnvironmentEntry(
    FixedHorizon(MountainCarContinuous()), features: allFeatures,
    returns: KnownReturns(reference: 93, bounds: bounds),
    preset: SettingsPreset(
      name: "pactolus/MountainCarContinuousFixed-v0", summary: "Compares whole episodes; reaches the flag.",
      values: settings.merging(["feedback.segmentLength": "999"]) { $1 }))

  private static let settings = [
    "run.steps": "300000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "999", "ppo.minibatchSize": "256",
    "ppo.learningRate": "0.001", "ppo.normalizeFeatures": "true", "ppo.initialLogStandardDeviation": "1",
    "ppo.entropyCoefficient": "0.01", "reward.activation": "tanh", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "150", "feedback.explorationShare": "0.3",
  ].merging(SettingsPreset.placeOnly) { $1 }
}
