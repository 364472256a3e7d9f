extension LevelFamily {
  /// Settings with which PPO on the true reward learns the training levels.
  package var preset: SettingsPreset {
    SettingsPreset(
      name: id, summary: "PPO learns the training levels by their own reward",
      values: [
        "run.steps": "200000", "run.iterations": "20", "ppo.environments": "16", "ppo.stepsPerRollout": "64",
        "ppo.minibatchSize": "256", "ppo.epochs": "4", "ppo.learningRate": "0.001", "ppo.discount": "0.95",
        "ppo.entropyCoefficient": "0.01",
      ])
  }
}
