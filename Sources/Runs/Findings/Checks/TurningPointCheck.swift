import Audits

extension RunCheck {
  /// Whether truth and prediction part while the agent trains.
  static let turningPoint = RunCheck("goodhart/turning-point") { runs in
    [runs.turningPoint?.finding() ?? TurningPoint.unknown(points: runs.curves.map(\.count).min() ?? 0)]
  }
}
