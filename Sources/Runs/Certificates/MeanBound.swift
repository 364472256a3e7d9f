import Compute
import Findings

/// Between what a mean lies, from independent numbers of it.
///
/// Where the numbers are known to lie in a range, each end is wrong in at most `error` of cases whatever their law, by
/// betting (Waudby-Smith & Ramdas 2024). Otherwise the interval is Student's, which is right for normal numbers alone:
/// where one episode of ten goes badly wrong, an end at 1 % from 20 episodes was wrong in 9 % of 100,000 simulated sets.
package struct MeanBound: Sendable {
  /// Nil where there are too few numbers.
  package var interval: Interval?
  /// Whether it holds whatever the numbers' law.
  package var isGuaranteed: Bool

  /// - Parameters:
  ///   - values: independent, of one law.
  ///   - range: in which they must lie; nil if nobody knows one.
  ///   - error: how often each end may be wrong.
  ///   - points: how finely the range is divided.
  ///   - isGrowing: whether more numbers are coming in: then they are bet on in their own order, so that the interval
  ///     errs no more often over all times together.
  package init(
    _ values: [Double], in range: ClosedRange<Double>?, error: Double, points: Int = 2000, isGrowing: Bool = false
  ) {
    guard let range, range.lowerBound < range.upperBound, !values.isEmpty, values.allSatisfy(range.contains) else {
      (interval, isGuaranteed) = (Statistics.meanInterval(values, level: 1 - 2 * error), false)
      return
    }
    let width = range.upperBound - range.lowerBound
    var sequence = BoundedMeanSequence(level: 1 - 2 * error, points: points)
    // Bets go by the order, and numbers of a run drift in theirs: a drawn order makes them alike.
    var draws = RandomSource(seed: 0).stream("certificate/order")
    for place in isGrowing ? Array(values.indices) : draws.permutation(values.count) {
      sequence.observe(min(1, max(0, (values[place] - range.lowerBound) / width)))
    }
    // The truth may lie between two means that were bet against.
    let (found, reach) = (sequence.interval, 1 / Double(points))
    interval = Interval(
      lower: range.lowerBound + width * max(0, found.lower - reach),
      upper: range.lowerBound + width * min(1, found.upper + reach), level: 1 - 2 * error)
    isGuaranteed = true
  }

  private init(interval: Interval?, isGuaranteed: Bool) {
    (self.interval, self.isGuaranteed) = (interval, isGuaranteed)
  }

  /// Of the first mean less the second; each end errs in at most the sum of what both err.
  package static func difference(_ first: MeanBound, _ second: MeanBound, error: Double) -> MeanBound {
    guard let a = first.interval, let b = second.interval else { return MeanBound(interval: nil, isGuaranteed: false) }
    return MeanBound(
      interval: Interval(lower: a.lower - b.upper, upper: a.upper - b.lower, level: 1 - 2 * error),
      isGuaranteed: first.isGuaranteed && second.isGuaranteed)
  }

  /// What must be true for it to hold.
  var assumption: String {
    isGuaranteed
      ? "The numbers lie in the range that is known for them; their law is free."
      : "The mean is nearly normal. Numbers that seldom go badly wrong can hide it: with 20 of which one in ten does, a "
        + "verdict at 1 % was wrong in 9 % of simulated cases."
  }

  /// Where it comes from.
  var source: String { isGuaranteed ? "betting (Waudby-Smith & Ramdas 2024)" : "Student's t" }

  /// How often such a verdict is wrong.
  func errorRate(_ error: Double) -> String {
    "This verdict is wrong in at most \(Numbers.percent(error)) of such cases"
      + (isGuaranteed ? "." : " if the mean is nearly normal, and in more if it is not.")
  }
}
