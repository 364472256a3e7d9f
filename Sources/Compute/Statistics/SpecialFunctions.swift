import Foundation

/// The few special functions that intervals and tests need, to about ten significant digits (twelve where no argument
/// is huge).
///
/// ```swift
/// SpecialFunctions.studentQuantile(0.975, degrees: 4)   // 2.776445…
/// ```
///
/// Arguments outside a function's domain give NaN, as in C's mathematics library.
public enum SpecialFunctions {
  /// ln Γ(x) for x > 0.
  public static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    return Foundation.lgamma(x).0
  }

  /// ln B(a, b).
  public static func logBeta(_ a: Double, _ b: Double) -> Double {
    let small = min(a, b)
    let large = max(a, b)
    guard small > 0, large > 10 else { return logGamma(a) + logGamma(b) - logGamma(a + b) }
    // ln Γ(large) − ln Γ(a + b) by Stirling's series, term by term: subtracting the two would cancel their digits.
    return logGamma(small) - (large - 0.5) * log1p(small / large) - small * log(a + b) + small
      + stirlingRest(large) - stirlingRest(a + b)
  }

  /// What Stirling's formula leaves out of ln Γ(x), for x > 10.
  private static func stirlingRest(_ x: Double) -> Double {
    let inverseSquare = 1 / (x * x)
    let series = 1.0 / 1680 - inverseSquare * (1.0 / 1188 - inverseSquare * 691 / 360_360)
    return (1.0 / 12 - inverseSquare * (1.0 / 360 - inverseSquare * (1.0 / 1260 - inverseSquare * series))) / x
  }

  /// The regularised incomplete beta function Iₓ(a, b): the distribution function of Beta(a, b) at x.
  ///
  /// By its continued fraction (DLMF 8.17.22), evaluated with Lentz's method on the side where it converges fast.
  public static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, x >= 0, x <= 1 else { return .nan }
    if x == 0 || x == 1 { return x }
    if x > (a + 1) / (a + b + 2) { return 1 - lowerBeta(1 - x, b, a) }
    return lowerBeta(x, a, b)
  }

  /// Iₓ(a, b) for x not far above its mean.
  private static func lowerBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b)) / a
    let tiny = 1e-300
    func awayFromZero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var ratioC = 1.0
    var ratioD = 1 / awayFromZero(1 - (a + b) * x / (a + 1))
    var fraction = ratioD
    for m in 1...100_000 {
      let k = Double(m)
      for numerator in [
        k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
        -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)),
      ] {
        ratioD = 1 / awayFromZero(1 + numerator * ratioD)
        ratioC = awayFromZero(1 + numerator / ratioC)
        fraction *= ratioC * ratioD
      }
      if abs(ratioC * ratioD - 1) < 1e-16 { break }
    }
    return front * fraction
  }

  /// The x at which Iₓ(a, b) = p, by Newton's method kept inside a shrinking bracket.
  public static func incompleteBetaInverse(_ p: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0 || p == 1 { return p }
    var low = 0.0
    var high = 1.0
    var x = a / (a + b)
    let scale = logBeta(a, b)
    for _ in 0..<400 {
      let error = incompleteBeta(x, a, b) - p
      if error == 0 { return x }
      if error > 0 { high = x } else { low = x }
      let slope = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - scale)
      var next = x - error / slope
      // Near zero the bracket is halved in its logarithm, so that tiny quantiles keep their relative accuracy.
      if !(next > low && next < high) { next = low > 0 ? (low * high).squareRoot() : high / 16 }
      if !(next > low && next < high) { next = (low + high) / 2 }
      if next == x || abs(next - x) <= 4e-16 * x { return next }
      x = next
    }
    return x
  }

  /// Φ(x), the standard normal distribution function.
  public static func normalDistribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// Φ⁻¹(p), the standard normal quantile: a rational start (Abramowitz & Stegun 26.2.23), refined by Halley's method.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    if p == 0.5 { return 0 }
    if p > 0.5 { return -normalQuantile(1 - p) }
    let t = (-2 * log(p)).squareRoot()
    var x =
      (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<4 {
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      let step = (normalDistribution(x) - p) / density
      let change = step / (1 + x * step / 2)
      x -= change
      if abs(change) <= 1e-16 * abs(x) { break }
    }
    return x
  }

  /// erf⁻¹(y) for −1 ≤ y ≤ 1.
  public static func inverseErf(_ y: Double) -> Double {
    guard y >= -1, y <= 1 else { return .nan }
    if y < 0 { return -inverseErf(-y) }
    // The quantile's complement keeps the accuracy of arguments near one; a Newton step on erf that of those near zero.
    var x = -normalQuantile((1 - y) / 2) / 2.0.squareRoot()
    if y < 0.5 { x -= (erf(x) - y) * Double.pi.squareRoot() / 2 * exp(x * x) }
    return x
  }

  /// The distribution function of Student's t with this many degrees of freedom (not necessarily whole).
  public static func studentDistribution(_ t: Double, degrees: Double) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    if degrees.isInfinite { return normalDistribution(t) }
    if t.isInfinite { return t < 0 ? 0 : 1 }
    let square = t * t
    if square < degrees {
      let centre = incompleteBeta(square / (degrees + square), 0.5, degrees / 2) / 2
      return t < 0 ? 0.5 - centre : 0.5 + centre
    }
    let tail = incompleteBeta(degrees / (degrees + square), degrees / 2, 0.5) / 2
    return t < 0 ? tail : 1 - tail
  }

  /// The quantile of Student's t with this many degrees of freedom.
  public static func studentQuantile(_ p: Double, degrees: Double) -> Double {
    guard degrees > 0, p >= 0, p <= 1 else { return .nan }
    if degrees.isInfinite { return normalQuantile(p) }
    if p == 0.5 { return 0 }
    if p > 0.5 { return -studentQuantile(1 - p, degrees: degrees) }
    if p == 0 { return -.infinity }
    if p > 0.25 {
      let x = incompleteBetaInverse(1 - 2 * p, 0.5, degrees / 2)
      return -(degrees * x / (1 - x)).squareRoot()
    }
    let x = incompleteBetaInverse(2 * p, degrees / 2, 0.5)
    return -(degrees * (1 - x) / x).squareRoot()
  }
}
