/// Where an unknown number lies with the stated confidence.
public struct Interval: Codable, Sendable, Hashable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double
  /// The confidence level, such as 0.95.
  public var level: Double

  /// An interval with its ends and level.
  public init(lower: Double, upper: Double, level: Double) {
    self.lower = lower
    self.upper = upper
    self.level = level
  }

  /// Half the interval's length.
  public var halfWidth: Double { (upper - lower) / 2 }

  /// The part of it that is possible; the nearest possible value if none of it is.
  package func within(_ range: ClosedRange<Double>) -> Interval {
    func inside(_ value: Double) -> Double { min(range.upperBound, max(range.lowerBound, value)) }
    return Interval(lower: inside(lower), upper: inside(upper), level: level)
  }

  /// Whether the number lies in the interval, ends included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// Numbers that summarise numbers, each with how sure it is.
///
/// ```swift
/// let returns = [412.0, 398, 455, 430, 441]                        // one per seed
/// let mean = Statistics.mean(returns)
/// let interval = Statistics.meanInterval(returns)                  // Student's t, 95 %
/// let robust = Statistics.bootstrapInterval(returns, statistic: Statistics.interquartileMean,
///                                           random: RandomSource(seed: 1))
/// ```
///
/// A summary of too few values is NaN; an interval that the values do not support is nil, never a guess. Sums run in
/// the order of the values, so equal input gives equal bits.
public enum Statistics {
  /// How many standard errors a two-sided normal interval of 95 % reaches to each side: the standard normal quantile
  /// at 0.975. The one place where "1.96" is written.
  public static let normalReach95 = 1.959963984540054

  /// The standard normal quantile at 0.8: what a test of 80 % power adds to its critical value when the detectable
  /// effect is worked out.
  public static let normalPower80 = 0.8416212335729143

  /// The arithmetic mean; NaN if empty.
  public static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// The unbiased sample variance (divisor n − 1); NaN below two values.
  public static func variance(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let centre = mean(values)
    return values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count - 1)
  }

  /// The square root of ``variance(_:)``.
  public static func standardDeviation(_ values: [Double]) -> Double { variance(values).squareRoot() }

  /// The standard error of the mean.
  public static func standardError(_ values: [Double]) -> Double {
    (variance(values) / Double(values.count)).squareRoot()
  }

  /// The middle value, or the mean of the two middle ones; NaN if empty.
  public static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

  /// The quantile at probability p in 0...1, interpolated linearly between order statistics (Hyndman and Fan's type 7,
  /// NumPy's and R's default); NaN if empty.
  public static func quantile(_ values: [Double], _ p: Double) -> Double { quantile(sorted: values.sorted(), p) }

  /// ``quantile(_:_:)`` of values that are in ascending order already.
  public static func quantile(sorted values: [Double], _ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability lies between 0 and 1")
    guard !values.isEmpty else { return .nan }
    let position = p * Double(values.count - 1)
    let below = Int(position)
    guard below + 1 < values.count else { return values[values.count - 1] }
    return values[below] + (position - Double(below)) * (values[below + 1] - values[below])
  }

  /// The mean of the middle half: ⌊n/4⌋ values are dropped at each end; NaN if empty.
  ///
  /// As `rliable` computes it (Agarwal et al., "Deep RL at the edge of the statistical precipice", 2021).
  public static func interquartileMean(_ values: [Double]) -> Double {
    let cut = values.count / 4
    return mean(Array(values.sorted()[cut..<(values.count - cut)]))
  }
}
