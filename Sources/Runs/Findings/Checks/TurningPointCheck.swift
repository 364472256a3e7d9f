import Audits

extension RunCheck {
  /// Whether truth and prediction part while the agent trains. An agent that was paid the true reward pleases no model.
  static let turningPoint = RunCheck("goodhart/turning-point") { runs in
    runs.arePaidByTruth
      ? [] : [runs.turningPoint?.finding() ?? TurningPoint.unknown(points: runs.curves.map(\.count).min() ?? 0)]
  }
}
