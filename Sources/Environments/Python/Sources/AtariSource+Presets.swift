extension AtariSource {
  /// Settings for a game: seen as pixels, the field's for PPO on Atari; as bytes, PPO on bytes that are normalised; as
  /// bits, double DQN over three steps.
  ///
  /// Source of the pixels': Stable-Baselines3's zoo (`ppo.yml`, `atari`), with a quarter of its steps and a clip range that
  /// stays. `Documentation/atari.md` says which of them were measured, and what they reached; the pixels' were not.
  public func preset(for id: String) -> SettingsPreset? {
    guard let options = try? EnvironmentOptions(id: String(id.dropFirst(prefix.count))) else { return nil }
    let (summary, values) =
      switch options.values["obs"] {
      case "ram": ("PPO on the console's bytes, each normalised by running statistics.", Self.bytes)
      case "bits": ("Double DQN over three steps on the console's bits.", Self.bits)
      default:
        ("PPO with the convolutions of the Atari papers, and a reward that looks through smaller ones.", Self.pixels)
      }
    return SettingsPreset(name: id, summary: summary, values: Self.shared.merging(values) { $1 })
  }

  private static let shared = [
    "run.iterations": "50", "ppo.discount": "0.99", "ppo.traceDecay": "0.95", "ppo.learningRateSchedule": "linear",
    "ppo.entropyCoefficient": "0.01", "evaluation.every": "10", "evaluation.episodes": "2",
    "evaluation.finalEpisodes": "10", "feedback.segmentLength": "25", "feedback.absorbing": "false",
    "reward.useAction": "false", "reward.members": "3", "run.checkpointEvery": "10",
  ]

  private static let bits = [
    "run.learner": "dqn", "run.steps": "500000", "dqn.environments": "8", "dqn.stepsPerRollout": "128",
    "dqn.bufferSize": "100000", "dqn.randomSteps": "5000", "dqn.stepsPerUpdate": "1", "dqn.gradientSteps": "4",
    "dqn.batchSize": "64", "dqn.learningRate": "0.0003", "dqn.targetInterval": "2000", "dqn.explorationShare": "0.15",
    "dqn.finalExploration": "0.02", "dqn.double": "true", "dqn.returnSteps": "3", "dqn.hidden": "[128, 128]",
    "reward.hidden": "[64, 64]", "reward.normalizeInputs": "false", "reward.outputStandardDeviation": "0.05",
  ]

  private static let bytes = [
    "run.steps": "1000000", "ppo.environments": "16", "ppo.stepsPerRollout": "64", "ppo.minibatchSize": "256",
    "ppo.epochs": "6", "ppo.learningRate": "0.001", "ppo.hidden": "[128, 128]", "ppo.activation": "tanh",
    "ppo.normalizeObservations": "true", "reward.hidden": "[64, 64]",
  ]

  private static let pixels = [
    "run.steps": "2500000", "ppo.environments": "8", "ppo.stepsPerRollout": "128", "ppo.minibatchSize": "256",
    "ppo.epochs": "4", "ppo.learningRate": "0.00025", "ppo.clipRange": "0.1", "ppo.hidden": "[512]",
    "ppo.activation": "relu", "reward.hidden": "[64]", "reward.activation": "leakyReLU",
    "reward.normalizeInputs": "false",
    "reward.outputStandardDeviation": "0.05",
  ]
}
