import Audits

extension RunCheck {
  /// Whether the reward model predicts answers that it has not seen.
  static let accuracy = RunCheck("reward-model/accuracy") { [HeldOutAccuracy($0.judged).finding()] }
}
