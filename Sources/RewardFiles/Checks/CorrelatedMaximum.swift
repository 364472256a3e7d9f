import Compute
import Foundation

/// How likely the largest of several standard normal numbers is beyond a point, where each is correlated with its neighbour: a bound
/// from above by Hunter and Worsley, Σ P(Zᵢ > t) − Σ P(Zᵢ > t, Zᵢ₊₁ > t).
///
/// It is Bonferroni's bound less what neighbours share, exact for two, and never below the true probability, whatever the other
/// correlations are.
///
/// Source: Hunter 1976; Worsley 1982, "An improved Bonferroni inequality".
package struct CorrelatedMaximum: Sendable {
  /// Of each number with the next; one fewer than there are numbers.
  private let correlations: [Double]

  /// As many numbers as there are columns, correlated as the columns of observations are; a column that does not vary shares
  /// nothing with its neighbours.
  package init(_ columns: [[Double]]) {
    precondition(!columns.isEmpty, "at least one number")
    correlations = zip(columns, columns.dropFirst()).map { first, second in
      let (a, b) = (Statistics.mean(first), Statistics.mean(second))
      var (both, ofFirst, ofSecond) = (0.0, 0.0, 0.0)
      for (x, y) in zip(first, second) {
        both += (x - a) * (y - b)
        ofFirst += (x - a) * (x - a)
        ofSecond += (y - b) * (y - b)
      }
      let scale = (ofFirst * ofSecond).squareRoot()
      // With −1 nothing is shared.
      return scale > 0 ? max(-1, min(1, both / scale)) : -1
    }
  }

  /// The bound of P(max Zᵢ > t), at most 1.
  package func above(_ t: Double) -> Double {
    let single = SpecialFunctions.normalDistribution(-t)
    return min(
      1,
      max(
        single,
        correlations.reduce(Double(correlations.count + 1) * single) { $0 - Self.both(t, $1) }))
  }

  /// The point beyond which the bound is `p`, by bisection.
  package func point(_ p: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if above(middle) > p { low = middle } else { high = middle }
    }
    return high
  }

  /// P(X > t, Y > t) for correlation ρ: the product of the tails and what the correlation adds, ∫₀^ρ exp(−t²/(1 + r))/(2π√(1 − r²)) dr
  /// (Plackett 1954), with r = sin θ, by Simpson's rule.
  private static func both(_ t: Double, _ rho: Double) -> Double {
    let single = SpecialFunctions.normalDistribution(-t)
    let (steps, end) = (200, asin(rho))
    let width = end / Double(steps)
    var sum = 0.0
    for step in 0...steps {
      let weight = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
      sum += weight * exp(-t * t / (1 + sin(Double(step) * width)))
    }
    return max(0, single * single + sum * width / 3 / (2 * .pi))
  }
}
