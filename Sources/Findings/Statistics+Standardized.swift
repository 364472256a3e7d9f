import Compute

extension Statistics {
  /// Values less their mean, in units of their own spread, so that groups of different scale can be pooled. Nil if they
  /// vary by no more than the rounding of sums of such numbers.
  package static func standardized(_ values: [Double]) -> [Double]? {
    guard values.count > 1 else { return nil }
    let centre = mean(values)
    let spread = standardDeviation(values)
    guard spread.isFinite, spread > 1e-12 * (values.map(abs).max() ?? 0) else { return nil }
    return values.map { ($0 - centre) / spread }
  }
}
