import Compute

extension Statistics {
  /// Values less their mean, in units of their own spread, so that groups of different scale can be pooled. Nil if they
  /// do not vary.
  package static func standardized(_ values: [Double]) -> [Double]? {
    guard values.count > 1 else { return nil }
    let centre = mean(values)
    let spread = standardDeviation(values)
    guard spread > 1e-12 * max(1, abs(centre)), spread.isFinite else { return nil }
    return values.map { ($0 - centre) / spread }
  }
}
