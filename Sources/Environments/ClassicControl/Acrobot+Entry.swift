extension Acrobot {
  private static let allFeatures = NamedFeature.all(features, of: Acrobot().specification)

  static let entry = EnvironmentEntry(
    Acrobot(), features: allFeatures, returns: KnownReturns(reference: -67, bounds: -500...0),
    preset: SettingsPreset(
      name: "pactolus/Acrobot-v1", summary: "Compares whole episodes of unequal length; swings up.", values: settings))

  static let fixedEntry = EnvironmentEntry(
    FixedHorizon(Acrobot()), features: allFeatures, returns: KnownReturns(reference: -82, bounds: -500...0),
    preset: SettingsPreset(
      name: "pactolus/AcrobotFixed-v1", summary: "Compares whole episodes; swings up.",
      values: settings))

  private static let settings = [
    "run.steps": "400000", "run.iterations": "30", "run.checkpointEvery": "5",
    "ppo.stepsPerRollout": "512", "ppo.learningRate": "0.001",
    "ppo.entropyCoefficient": "0.01", "ppo.normalizeFeatures": "true", "reward.initialEpochMultiplier": "20",
    "feedback.comparisons": "300", "feedback.segmentLength": "500", "person.kind": "rational",
    "feedback.initialShare": "0.3", "feedback.hypotheticalShare": "0.1",
  ]

  static let features: [NamedFeature] = [
    NamedFeature(
      name: "tip height", synonyms: ["height"], summary: "the height of the tip above the joint, in link lengths",
      moreWords: ["higher"], lessWords: ["lower"]
    ) { _, _, next in
      Double(-next[0] - (next[0] * next[2] - next[1] * next[3]))
    },
    NamedFeature(
      name: "speed", summary: "how fast both joints turn, in radians per second", moreWords: ["faster", "fast"],
      lessWords: ["slower", "slow"]
    ) { _, _, next in Double(abs(next[4]) + abs(next[5])) },
  ]
}
