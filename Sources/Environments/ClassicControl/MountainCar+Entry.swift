import Foundation

extension MountainCar {
  private static let allFeatures = NamedFeature.all(features, of: MountainCar().specification)

  private static let returns = KnownReturns(reference: -106, bounds: -200...0)

  static let entry = EnvironmentEntry(
    MountainCar(), features: allFeatures, returns: returns,
    preset: .early(
      "pactolus/MountainCar-v0", settings.merging(["feedback.segmentLength": "50"]) { $1 },
      pay: "each step costs 1"))

  static let fixedEntry = EnvironmentEntry(
    FixedHorizon(MountainCar()), features: allFeatures, returns: returns,
    preset: SettingsPreset(
      name: "pactolus/MountainCarFixed-v0",
      summary: "Hard to explore: learns only if an early episode happens to reach the flag, in one of three seeds; "
        + "until then every comparison ties.",
      values: settings.merging(["feedback.segmentLength": "200"]) { $1 }))

  private static let settings = [
    "run.steps": "300000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.environments": "16", "ppo.stepsPerRollout": "200",
    "ppo.minibatchSize": "256", "ppo.learningRate": "0.001", "ppo.normalizeFeatures": "true",
    "reward.activation": "tanh", "reward.initialEpochMultiplier": "20", "feedback.comparisons": "200",
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
