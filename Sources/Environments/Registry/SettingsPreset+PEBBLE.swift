extension SettingsPreset {
  /// PEBBLE as B-Pref runs it, in the size of MuJoCo's robots: 150,000 steps of the agent and 1,000 answers.
  ///
  /// From B-Pref (its scripts for walker-walk with 1,000 answers): the steps before the first question, ensemble, segments,
  /// disagreement, the 100 latest episodes, the stop at 97 %, the temperature, targets and bounds of SAC. Adapted: a round
  /// every 5,000 steps instead of 20,000, so that 150,000 steps have 28; networks of 2 × 256 and batches of 256 for the
  /// agent, 3 × 128 for the reward (2 × 1024, 1024 and 3 × 256 there), which a processor can do; a step size of 3e-4.
  ///
  /// Source: Lee, Smith, Abbeel 2021, arXiv 2106.05091; Lee, Smith, Dragan, Abbeel 2021, arXiv 2111.03026.
  static let pebble = SettingsPreset(
    name: "pebble",
    summary:
      "PEBBLE: SAC that explores before it is told what is wanted, and judges all it remembers again whenever the "
      + "reward has changed. For MuJoCo's robots with episodes of one length.",
    values: [
      "run.learner": "sac", "run.steps": "135000", "run.iterations": "27", "run.checkpointEvery": "5",
      "sac.randomSteps": "1000", "sac.pretrainingSteps": "9000", "sac.pretrainingUpdates": "100",
      "sac.initialTemperature": "0.1", "sac.targetInterval": "2", "sac.lowestLogStandardDeviation": "-5",
      "reward.hidden": "[128, 128, 128]", "reward.activation": "leakyReLU", "reward.outputActivation": "tanh",
      "reward.members": "3", "reward.normalizeInputs": "false", "reward.bootstrap": "false",
      "reward.epochs": "50", "reward.initialEpochMultiplier": "4", "reward.stopAccuracy": "0.97",
      "reward.batch": "128", "reward.learningRate": "3e-4", "reward.weightDecay": "0",
      "feedback.comparisons": "1000", "feedback.initialShare": "0.1", "feedback.schedule": "constant",
      "feedback.segmentLength": "50", "feedback.explorationShare": "0", "feedback.episodes": "100",
      "feedback.afterPretraining": "true", "feedback.selection": "disagreement-probability",
      "feedback.candidates": "10", "person.kind": "oracle",
    ])
}
