import Foundation

extension CartPole {
  private static let allFeatures = NamedFeature.all(features, of: CartPole().specification)

  private static let returns = KnownReturns(reference: 500, bounds: 0...500)

  static let entry = EnvironmentEntry(
    CartPole(), features: allFeatures, returns: returns,
    preset: SettingsPreset(
      name: "pactolus/CartPole-v1", summary: "Compares whole episodes of unequal length; balances throughout.",
      values: settings))

  static let fixedEntry = EnvironmentEntry(
    CartPole(fixedHorizon: true), features: allFeatures, returns: returns,
    preset: SettingsPreset(
      name: "pactolus/CartPoleFixed-v1", summary: "Compares whole episodes; balances throughout.",
      values: settings))

  private static let settings = [
    "run.steps": "300000", "run.iterations": "36", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "512", "ppo.learningRate": "0.001", "ppo.learningRateSchedule": "linear",
    "ppo.discount": "0.98", "ppo.entropyCoefficient": "0.01", "reward.hidden": "[32, 32]", "reward.activation": "tanh",
    "reward.normalizeInputs": "false", "reward.threshold": "500", "reward.initialEpochMultiplier": "100",
    "reward.learningRate": "0.003", "feedback.comparisons": "300",
    "feedback.segmentLength": "500", "person.kind": "rational",
  ].merging(SettingsPreset.placeOnly) { $1 }

  /// Its named features, besides the components of the observation.
  static let features: [NamedFeature] = [
    NamedFeature(
      name: "pole upright", synonyms: ["upright pole", "balance"], summary: "the cosine of the pole's angle, 1 upright"
    ) { _, _, next in Double(cos(next[2])) },
    NamedFeature(
      name: "distance from the centre", synonyms: ["distance from centre", "distance from the center", "drift"],
      summary: "how far the cart is from the middle, in metres", isCost: true
    ) { _, _, next in Double(abs(next[0])) },
    NamedFeature(
      name: "speed", synonyms: ["cart speed"], summary: "how fast the cart moves, in metres per second",
      moreWords: ["faster", "fast"], lessWords: ["slower", "slow"]
    ) { _, _, next in Double(abs(next[1])) },
  ]
}
