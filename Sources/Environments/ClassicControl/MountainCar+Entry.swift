import Foundation

extension MountainCar {
  private static let allFeatures = NamedFeature.all(features, of: MountainCar().specification)

  private static let returns = KnownReturns(reference: -106, bounds: -200...0)

  static let entry = EnvironmentEntry(
    MountainCar(), features: allFeatures, returns: returns,
    preset: SettingsPreset(
      name: "pactolus/MountainCar-v0",
      summary: "Compares whole episodes of unequal length, most of them made up, so that some reach the flag.",
      values: settings))

  static let fixedEntry = EnvironmentEntry(
    FixedHorizon(MountainCar()), features: allFeatures, returns: returns,
    preset: SettingsPreset(
      name: "pactolus/MountainCarFixed-v0",
      summary: "Compares whole episodes, most of them made up, so that some reach the flag.",
      values: settings.merging(["reward.outputStandardDeviation": "1"]) { $1 }))

  private static let settings = [
    "run.steps": "300000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.environments": "16", "ppo.stepsPerRollout": "200",
    "ppo.minibatchSize": "256", "ppo.learningRate": "0.001", "ppo.normalizeFeatures": "true",
    "reward.activation": "tanh", "reward.initialEpochMultiplier": "20", "feedback.comparisons": "400",
    "feedback.segmentLength": "200", "person.kind": "rational", "feedback.initialShare": "0.3",
    "feedback.hypotheticalShare": "0.8",
  ].merging(SettingsPreset.placeOnly) { $1 }

  /// Of both mountain cars.
  static let features: [NamedFeature] = [
    NamedFeature(
      name: "height", synonyms: ["altitude"], summary: "the height of the car on the hill", moreWords: ["higher"],
      lessWords: ["lower"]
    ) { _, _, next in Double(sin(3 * next[0])) },
    NamedFeature(
      name: "speed", summary: "how fast the car moves", moreWords: ["faster", "fast"], lessWords: ["slower", "slow"]
    ) { _, _, next in Double(abs(next[1])) },
  ]
}
