import Compute

extension Finding.Verdict {
  /// Holds if the whole interval lies above the threshold, fails if all of it lies below, unknown otherwise or without
  /// an interval. With a two-sided level of 95 %, either verdict is wrong in at most 2.5 % of runs.
  package static func isAbove(_ threshold: Double, _ interval: Interval?) -> Self {
    guard let interval, interval.lower.isFinite, interval.upper.isFinite else { return .unknown }
    return interval.lower > threshold ? .holds : interval.upper < threshold ? .fails : .unknown
  }

  /// The mirror image of ``isAbove(_:_:)``.
  package static func isBelow(_ threshold: Double, _ interval: Interval?) -> Self {
    switch isAbove(threshold, interval) {
    case .holds: .fails
    case .fails: .holds
    case .unknown: .unknown
    case .notMeasurable: .notMeasurable
    }
  }
}
