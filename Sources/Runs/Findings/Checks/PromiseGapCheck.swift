import Audits

extension RunCheck {
  /// Whether the true return keeps what the predicted return promises.
  static let promiseGap = RunCheck("goodhart/gap") { runs in PromiseGap(runs.curves).map { [$0.finding()] } ?? [] }
}
