import Compute

extension Statistics {
  /// Values less their mean, in units of their own spread, so that groups of different scale can be pooled. Nil if they
  /// vary by no more than the rounding of sums of such numbers.
  package static func standardized(_ values: [Double]) -> [Double]? {
    guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
    // By a power of two, so that no square over- or underflows; it changes no digit.
    let scaled = Vectors.unitScaled(values).values
    let centre = mean(scaled)
    let spread = standardDeviation(scaled)
    guard spread > 1e-12 * (scaled.map(abs).max() ?? 0) else { return nil }
    return scaled.map { ($0 - centre) / spread }
  }
}
