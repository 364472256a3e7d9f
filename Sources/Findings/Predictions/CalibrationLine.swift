import Compute
import Foundation

/// The logistic line through predictions and answers: P(first) = σ(intercept + slope · logit p).
///
/// Slope 1 and intercept 0 mean that the probabilities are right. A slope below 1 means too sure, above 1 not
/// sure enough; an intercept away from 0 means a side is favoured. Source: Cox 1958, "Two further applications of a
/// model for binary regression". Intervals by profile likelihood, which stay valid when every answer is
/// predicted rightly and the slope has no upper end (then it is reported as ``largestSlope``).
public struct CalibrationLine: Codable, Sendable, Hashable {
  /// 1 if probabilities are right, below 1 if they are too sure.
  public var slope: Double
  /// 0 if no side is favoured; in log-odds.
  public var intercept: Double
  /// By profile likelihood.
  public var slopeInterval: Interval
  /// By profile likelihood.
  public var interceptInterval: Interval

  /// Slopes are searched between minus this and this.
  public static let largestSlope = 20.0

  /// Fewer answers fit no line.
  public static let fewestAnswers = 10

  /// Nil for fewer than ``fewestAnswers`` or if all predictions are the same.
  public init?(_ judged: [JudgedComparison], level: Double = 0.95) {
    let logits = judged.map { item in
      let p = min(1 - 1e-6, max(1e-6, item.probabilityFirst))
      return log(p / (1 - p))
    }
    guard judged.count >= Self.fewestAnswers, let low = logits.min(), let high = logits.max(), high - low > 1e-6 else {
      return nil
    }
    let fit = CalibrationFit(logits: logits, targets: judged.map(\.target))
    // χ² with one degree of freedom is the square of a normal.
    let allowed = pow(SpecialFunctions.normalQuantile((1 + level) / 2), 2) / 2
    let limit = Self.largestSlope
    // At the best intercept for a slope, the likelihood changes with the slope as if the intercept stayed.
    slope = CalibrationFit.peak(-limit, limit) {
      fit.derivatives(intercept: fit.bestIntercept(slope: $0), slope: $0).bySlope
    }
    intercept = fit.bestIntercept(slope: slope)
    slopeInterval = CalibrationFit.drop(around: slope, within: -limit...limit, by: allowed, level: level) {
      fit.value(intercept: fit.bestIntercept(slope: $0), slope: $0)
    }
    interceptInterval = CalibrationFit.drop(around: intercept, within: -10...10, by: allowed, level: level) {
      fit.value(intercept: $0, slope: fit.bestSlope(intercept: $0, within: -limit...limit))
    }
  }
}

/// The log-likelihood behind a ``CalibrationLine``; concave in both parameters.
package struct CalibrationFit {
  package let logits: [Double]
  package let targets: [Double]

  package init(logits: [Double], targets: [Double]) {
    self.logits = logits
    self.targets = targets
  }

  package func value(intercept: Double, slope: Double) -> Double {
    var sum = 0.0
    for (x, y) in zip(logits, targets) {
      let z = intercept + slope * x
      // y·log σ(z) + (1 − y)·log σ(−z), without overflow.
      sum += y * z - (z > 0 ? z + log1p(exp(-z)) : log1p(exp(z)))
    }
    return sum
  }

  package func derivatives(intercept: Double, slope: Double) -> (byIntercept: Double, bySlope: Double) {
    var (first, second) = (0.0, 0.0)
    for (x, y) in zip(logits, targets) {
      let z = intercept + slope * x
      // y − σ(z), in which nothing cancels where the answer is nearly certain.
      let small = exp(-abs(z))
      let (up, down) = z > 0 ? (1, small) : (small, 1)
      let rest = (y * down - (1 - y) * up) / (1 + small)
      first += rest
      second += rest * x
    }
    return (first, second)
  }

  /// Between −10 and 10.
  package func bestIntercept(slope: Double) -> Double {
    Self.peak(-10, 10) { derivatives(intercept: $0, slope: slope).byIntercept }
  }

  package func bestSlope(intercept: Double, within range: ClosedRange<Double>) -> Double {
    Self.peak(range.lowerBound, range.upperBound) { derivatives(intercept: intercept, slope: $0).bySlope }
  }

  /// Where a concave function is greatest within a range, by its derivative: to 1e-13 of the range, or where the
  /// derivative is zero.
  ///
  /// False position in the manner of Illinois (Dowell and Jarratt 1971); a bracket that three steps do not halve is
  /// halved.
  package static func peak(_ lower: Double, _ upper: Double, derivative: (Double) -> Double) -> Double {
    var (low, high) = (lower, upper)
    var (rising, falling) = (derivative(low), derivative(high))
    if rising <= 0 { return low }
    if falling >= 0 { return high }
    var (steps, before) = (0, high - low)
    var last = 0.0
    while high - low > 1e-13 * (upper - lower) {
      steps += 1
      var middle = low + (high - low) * (rising / (rising - falling))
      if steps % 3 == 0 {
        if high - low > before / 2 { middle = (low + high) / 2 }
        before = high - low
      }
      // Not even a step of rounding is left between the two.
      guard middle > low, middle < high else { return middle }
      let value = derivative(middle)
      if value == 0 { return middle }
      if value > 0 {
        (low, rising) = (middle, value)
        if last > 0 { falling /= 2 }
      } else {
        (high, falling) = (middle, value)
        if last < 0 { rising /= 2 }
      }
      last = value
    }
    return (low + high) / 2
  }

  /// The place of the maximum of a function with one peak, by golden sections, to 1e-5 of the range. For functions
  /// without a derivative at hand; ``peak(_:_:derivative:)`` is exact.
  package static func maximum(_ lower: Double, _ upper: Double, _ function: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (lower, upper)
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (fa, fb) = (function(a), function(b))
    while high - low > 1e-5 * (upper - lower) {
      if fa < fb {
        (low, a, fa) = (a, b, fb)
        b = low + ratio * (high - low)
        fb = function(b)
      } else {
        (high, b, fb) = (b, a, fa)
        a = high - ratio * (high - low)
        fa = function(a)
      }
    }
    return (low + high) / 2
  }

  /// Where a concave function has fallen by `amount` from its maximum, on either side, by bisection to 1e-9 of the way.
  package static func drop(
    around peak: Double, within range: ClosedRange<Double>, by amount: Double, level: Double,
    _ function: (Double) -> Double
  ) -> Interval {
    let least = function(peak) - amount
    func edge(_ end: Double) -> Double {
      if function(end) >= least { return end }
      var (inside, outside) = (peak, end)
      for _ in 0..<30 {
        let middle = (inside + outside) / 2
        if function(middle) >= least { inside = middle } else { outside = middle }
      }
      return (inside + outside) / 2
    }
    return Interval(lower: edge(range.lowerBound), upper: edge(range.upperBound), level: level)
  }
}
