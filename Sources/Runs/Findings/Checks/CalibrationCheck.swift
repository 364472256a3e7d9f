import Audits

extension RunCheck {
  /// Whether the reward model is as sure as it is right.
  static let calibration = RunCheck("reward-model/calibration") { runs in
    runs.calibration.map { [$0.finding()] } ?? []
  }
}
