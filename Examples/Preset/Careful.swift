import Command

extension SettingsPreset {
  /// Small updates, for worlds where a policy is easily spoilt.
  static let careful = SettingsPreset(
    name: "careful", summary: "Small updates of the policy",
    values: ["ppo.epochs": "3", "ppo.learningRate": "1e-4", "ppo.targetKL": "0.01"])
}
