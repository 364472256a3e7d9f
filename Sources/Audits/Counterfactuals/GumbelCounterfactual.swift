import Compute

/// What would have been drawn from another distribution by the same luck, where the luck itself is not known.
///
/// ```swift
/// // Of three outcomes the second was drawn; what if the first had been likelier?
/// GumbelCounterfactual.probabilities(of: [0.6, 0.3, 0.1], given: 1, drawnFrom: [0.2, 0.5, 0.3])
/// ```
///
/// The structural model is Gumbel-max: the outcome is the k with the largest ln p_k + G_k, for independent Gumbel numbers G
/// that a change of p leaves as they are. Equivalently the k whose exponential clock, of rate p_k, rings first. An outcome
/// is then not exchanged for one whose chances grew by less than its own (*counterfactual stability*). That is a choice:
/// other models agree with the same probabilities and would exchange more. Source: Oberst & Sontag 2019, "Counterfactual
/// off-policy evaluation with Gumbel-max structural causal models"; the integral in closed form is our own.
public enum GumbelCounterfactual {
  /// The probability of each outcome under `other`, given that `observed` was drawn from `factual`. Exact.
  ///
  /// - Parameters:
  ///   - other: probabilities that sum to 1.
  ///   - observed: an outcome of positive probability under `factual`.
  ///   - factual: probabilities of as many outcomes, that sum to 1.
  /// - Complexity: O(n² log n) for n outcomes.
  public static func probabilities(of other: [Double], given observed: Int, drawnFrom factual: [Double]) -> [Double] {
    precondition(other.count == factual.count && factual.indices.contains(observed), "as many outcomes in both")
    precondition(factual[observed] > 0, "what was drawn could be drawn")
    let chance = factual[observed]
    let before = factual.map { $0 / chance }
    return other.indices.map { outcome in
      guard other[outcome] > 0 else { return 0 }
      let after = other.map { $0 / other[outcome] }
      if outcome == observed {
        let rate = before.indices.reduce(0.0) { $0 + ($1 == observed ? 1 : max(before[$1], after[$1])) }
        return min(1, 1 / rate / chance)
      }
      return joint(before, after, observed: observed, outcome: outcome) / chance
    }
  }

  /// The probability that `observed` rings first under the one and `outcome` under the other, both with the rate 1 in units
  /// of their own: the clocks' numbers are x and y = u x, and every other clock lies beyond max(before · x, after · y).
  /// Over x that is ∫ du ÷ (1 + u + Σ max(before_k, after_k u))², piecewise.
  private static func joint(_ before: [Double], _ after: [Double], observed: Int, outcome: Int) -> Double {
    let low = before[outcome]
    let high = after[observed] > 0 ? 1 / after[observed] : .infinity
    guard low < high else { return 0 }
    let others = before.indices.filter { $0 != observed && $0 != outcome }
    let turns = others.compactMap { other -> Double? in
      guard after[other] > 0 else { return nil }
      let turn = before[other] / after[other]
      return turn > low && turn < high ? turn : nil
    }.sorted()
    var total = 0.0
    var left = low
    for right in turns + [high] where right > left {
      // Between two turns the sum is a + b u; a point inside decides which of each pair is larger.
      let middle = right.isFinite ? left + (right - left) / 2 : 2 * left + 1
      var (a, b) = (1.0, 1.0)
      for other in others {
        if before[other] >= after[other] * middle { a += before[other] } else { b += after[other] }
      }
      // At infinity: 1 ÷ (b (a + b left)).
      total +=
        right.isFinite ? (right - left) / ((a + b * left) * (a + b * right)) : 1 / (b * (a + b * left))
      left = right
    }
    return total
  }
}
