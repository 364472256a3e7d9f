import Compute

extension Statistics {
  /// A mean over steps that come in groups: Σ sums ÷ Σ sizes, with an interval from the groups, which are taken to be
  /// independent where their steps are not (linearised ratio estimator, Student's t).
  ///
  /// - Parameters:
  ///   - groups: of each, the sum over its steps and how many there are, which is positive.
  ///   - level: strictly between 0 and 1.
  /// - Returns: nil for no groups; without an interval for a single one.
  ///
  /// Source: Cochran 1977, "Sampling Techniques", §6.3.
  package static func ratioOfSums(
    _ groups: [(sum: Double, steps: Double)], level: Double = 0.95
  ) -> (ratio: Double, interval: Interval?)? {
    precondition(level > 0 && level < 1, "a level lies strictly between 0 and 1")
    let total = groups.reduce(0) { $0 + $1.steps }
    guard total > 0 else { return nil }
    let ratio = groups.reduce(0) { $0 + $1.sum } / total
    let n = Double(groups.count)
    guard groups.count > 1, ratio.isFinite else { return (ratio, nil) }
    let squares = groups.reduce(0) { sum, group in
      let residual = group.sum - ratio * group.steps
      return sum + residual * residual
    }
    let error = (n / (n - 1) * squares).squareRoot() / total
    let reach = error * SpecialFunctions.studentQuantile((1 + level) / 2, degrees: n - 1)
    return (ratio, Interval(lower: ratio - reach, upper: ratio + reach, level: level))
  }
}
