import Compute
import Foundation

/// The noncentral χ² distribution: of a sum of squares of normal numbers with unit variance, whose means' squares sum to
/// the noncentrality.
///
/// A mixture of central ones with Poisson weights; each is an incomplete gamma function. For the few degrees of freedom
/// and the noncentralities of up to some thousands that groups of rows have.
package enum NoncentralChiSquare {
  /// P(X ≤ x).
  package static func distribution(_ x: Double, degrees: Double, noncentrality: Double) -> Double {
    guard x > 0 else { return 0 }
    let half = noncentrality / 2
    func term(_ j: Int) -> Double {
      let weight =
        half > 0 ? exp(Double(j) * log(half) - half - SpecialFunctions.logGamma(Double(j) + 1)) : (j == 0 ? 1 : 0)
      return weight * lowerGamma(degrees / 2 + Double(j), x / 2)
    }
    // From the most probable term outwards, until the rest cannot matter.
    let centre = Int(half)
    let reach = Int(12 * (half + 1).squareRoot()) + 30
    return min(1, (max(0, centre - reach)...(centre + reach)).reduce(0) { $0 + term($1) })
  }

  /// The noncentrality at which P(X ≤ x) is `p`; 0 if it is less than that even without one.
  package static func noncentrality(_ x: Double, degrees: Double, p: Double) -> Double {
    guard distribution(x, degrees: degrees, noncentrality: 0) > p else { return 0 }
    var (low, high) = (0.0, x + 10 * (x + 1).squareRoot() + 20)
    while distribution(x, degrees: degrees, noncentrality: high) > p { high *= 2 }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if distribution(x, degrees: degrees, noncentrality: middle) > p { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The regularised lower incomplete gamma function: a series below a + 1, a continued fraction above.
  private static func lowerGamma(_ a: Double, _ x: Double) -> Double {
    let scale = exp(a * log(x) - x - SpecialFunctions.logGamma(a))
    guard scale > 0 else { return x < a ? 0 : 1 }
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * 1e-16 {
        n += 1
        term *= x / n
        sum += term
      }
      return scale * sum
    }
    // Lentz's method.
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    for i in 1..<1000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / max(1e-300, abs(an * d + b)) * ((an * d + b) < 0 ? -1 : 1)
      c = b + an / c
      let step = d * c
      h *= step
      if abs(step - 1) < 1e-15 { break }
    }
    return 1 - scale * h
  }
}
