extension Backflip {
  /// What a run of the backflip takes unless it is told otherwise: the person who looks for clean turns, 880 questions of
  /// which a fifth come first and the others are spread evenly, PPO on 300-step episodes, and the best policy by the
  /// learned reward at the end. What it reaches: `Documentation/backflip.md`.
  static func preset(_ id: String) -> SettingsPreset {
    SettingsPreset(
      name: id, summary: "Turning backward, from 880 answers.",
      values: [
        "run.steps": "600000", "run.iterations": "60", "run.keep": "best",
        "ppo.environments": "8", "ppo.stepsPerRollout": "512", "ppo.normalizeObservations": "true",
        "ppo.normalizeRewards": "true",
        "feedback.comparisons": "880", "feedback.initialShare": "0.2", "feedback.schedule": "constant",
        "feedback.segmentLength": "100",
        "person.judgesBy": "flips", "person.noiseScale": "world", "person.temperature": "0.1",
        "reward.hidden": "[64, 64]", "reward.members": "3", "reward.useObservation": "false",
        "reward.useAction": "false", "reward.useNextObservation": "true", "reward.initialEpochMultiplier": "20",
        "evaluation.episodes": "2",
      ])
  }
}
