import Compute
import Foundation

/// Ways of making one score of several returns, or of one return that varies: objectives that go beyond a reward.
///
/// Only positively weighted sums are always the order of some reward. Of the others, ``ExpressionTask/scores(_:_:)``
/// tells for a given set of policies whether some reward does order them so, and if not, which mixtures show it.
///
/// Source: Skalse and Abate, "On the limitations of Markovian rewards to express multi-objective, risk-sensitive, and
/// modal tasks", UAI 2023.
public enum ObjectiveRule: Sendable, Hashable {
  /// The sum of the returns.
  case sum
  /// The least of the returns.
  case maximin
  /// The first return decides; among equals the second, and so on.
  case lexicographic
  /// How many of the returns reach this value.
  case threshold(Double)

  /// Returns that differ by less than this share of the larger one are equal: returns are sums, and what is meant to be
  /// equal must not be told apart by rounding.
  private static let tie = 1e-12

  /// Scores whose order is the rule's, from returns [policies][objectives].
  public func scores(_ returns: [[Double]]) -> [Double] {
    switch self {
    case .sum: return returns.map { $0.reduce(0, +) }
    case .maximin: return returns.map { $0.min() ?? 0 }
    case .threshold(let value):
      return returns.map { row in Double(row.count { $0 >= value - Self.tie * max(abs($0), abs(value)) }) }
    case .lexicographic:
      // The order of ranks in each objective, so that rounding makes no difference where there is none.
      let count = returns.first?.count ?? 0
      let ranks = (0..<count).map { objective in
        let column = returns.map { $0[objective] }
        return ReturnOrder(column, absoluteTolerance: Self.tie * Vectors.largest(column)).ranks
      }
      return returns.indices.map { policy in
        ranks.reduce(0) { $0 * Double(returns.count) + Double($1[policy]) }
      }
    }
  }
}

/// The expected utility of a return that takes each value with a probability.
public enum RiskAttitude: Sendable, Hashable {
  /// U(g) = g.
  case neutral
  /// U(g) = √g, for returns that are not negative.
  case squareRoot
  /// U(g) = (1 − e^(−a·g)) / a: averse to risk for a > 0.
  case exponential(Double)

  /// What a return is worth by this rule.
  public func utility(_ value: Double) -> Double {
    switch self {
    case .neutral: value
    case .squareRoot: max(0, value).squareRoot()
    case .exponential(let aversion): aversion == 0 ? value : (1 - exp(-aversion * value)) / aversion
    }
  }

  /// What a lottery over returns is worth by this rule; probabilities sum to 1.
  public func score(_ lottery: [(value: Double, probability: Double)]) -> Double {
    lottery.reduce(0) { $0 + $1.probability * utility($1.value) }
  }
}
