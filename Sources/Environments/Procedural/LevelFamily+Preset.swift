extension LevelFamily {
  /// Settings with which PPO learns the training levels by their own reward, which is right: that is the point of these
  /// worlds. Those of `reproduce misgeneralisation`; what they reach is on the page about it.
  package var preset: SettingsPreset {
    SettingsPreset(
      name: id,
      summary: "PPO is paid by the world's own reward and learns the training levels; what else it learns, tests tell",
      values: [
        "run.agentReward": "true", "run.steps": "300000", "run.iterations": "20", "run.checkpointEvery": "5",
        "ppo.environments": "16", "ppo.stepsPerRollout": "64", "ppo.minibatchSize": "256", "ppo.epochs": "4",
        "ppo.learningRate": "0.001", "ppo.discount": "0.95",
        "ppo.entropyCoefficient": self == .coinRun ? "0.03" : "0.01",
        "feedback.comparisons": "100", "feedback.segmentLength": "10",
      ])
  }
}
