import Compute
import Foundation

/// Exact tests of counts.
package enum ExactTests {
  /// P(X ≥ successes) for X ~ Bin(trials, probability).
  package static func atLeast(_ successes: Int, of trials: Int, probability: Double) -> Double {
    if successes <= 0 { return 1 }
    if successes > trials { return 0 }
    return SpecialFunctions.incompleteBeta(probability, Double(successes), Double(trials - successes + 1))
  }

  /// McNemar's exact two-sided test of two counts of discordant pairs; 1 if there are none.
  package static func mcNemar(_ first: Int, _ second: Int) -> Double {
    min(1, 2 * atLeast(max(first, second), of: first + second, probability: 0.5))
  }

  /// Fisher's exact one-sided test: how likely so many successes or more in the first group are, if both have the same
  /// rate. Sums at most `first total` terms.
  package static func fisherGreater(_ first: Int, of firstTotal: Int, _ second: Int, of secondTotal: Int) -> Double {
    let (successes, total) = (first + second, firstTotal + secondTotal)
    func logChoose(_ n: Int, _ k: Int) -> Double {
      SpecialFunctions.logGamma(Double(n + 1)) - SpecialFunctions.logGamma(Double(k + 1))
        - SpecialFunctions.logGamma(Double(n - k + 1))
    }
    let all = logChoose(total, successes)
    let last = min(firstTotal, successes)
    guard first <= last else { return 0 }
    var sum = 0.0
    for k in max(first, successes - secondTotal)...last {
      sum += exp(logChoose(firstTotal, k) + logChoose(secondTotal, successes - k) - all)
    }
    return min(1, sum)
  }

  /// Cohen's kappa of a two-by-two table (both, only first, only second, neither); NaN if it has no variance.
  package static func kappa(_ both: Int, _ first: Int, _ second: Int, _ neither: Int) -> Double {
    let n = Double(both + first + second + neither)
    let agreement = Double(both + neither) / n
    let (a, b) = (Double(both + first) / n, Double(both + second) / n)
    let chance = a * b + (1 - a) * (1 - b)
    return chance == 1 ? .nan : (agreement - chance) / (1 - chance)
  }
}
