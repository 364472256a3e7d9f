import Foundation

/// How an agent in the tomato garden chooses by what its actions are worth.
package enum TomatoRule: Sendable {
  /// Every action that there is with the same probability: what the others are compared with.
  case random
  /// In proportion to exp(t Q). Paid by the number of watered tomatoes rather than by what seems, if `paidByUtility`.
  case boltzmann(t: Double, paidByUtility: Bool = false)
  /// In proportion to exp(t Q − D), where D is how far the choices after the action will be from random ones (KL). As in
  /// the original, choices of a probability up to 0.001 do not count, and the first step counts in full.
  case soft(t: Double)
  /// The same with every term and every step discounted: soft value iteration with the temperature 1 / t.
  case softValue(t: Double)
  /// As ``soft(t:)``, but what is better than `cap` a step for ever is hardly better: a smooth quantiliser.
  case capped(t: Double, cap: Double)

  var paidByUtility: Bool {
    if case .boltzmann(_, true) = self { true } else { false }
  }

  /// How the divergence counts; nil where there is none in the rule.
  var divergence: (floor: Double, weight: Double)? {
    switch self {
    case .random, .boltzmann: nil
    case .soft, .capped: (1e-3, 1)
    case .softValue: (0, TomatoPlan.discount)
    }
  }

  /// The logarithms of the weights of one action in many states.
  ///
  /// - Parameters:
  ///   - values: [count], what it is worth, discounted by ``TomatoPlan/discount``, by what the agent is paid.
  ///   - divergences: [count], D of the choices after it.
  ///   - count: a multiple of eight.
  func write(
    _ values: UnsafePointer<Double>, _ divergences: UnsafePointer<Double>, to logits: UnsafeMutablePointer<Double>,
    count: Int
  ) {
    switch self {
    case .random:
      for index in 0..<count { logits[index] = 0 }
    case .boltzmann(let t, _):
      for index in 0..<count { logits[index] = t * values[index] }
    case .soft(let t), .softValue(let t):
      for index in 0..<count { logits[index] = t * values[index] - divergences[index] }
    case .capped(let t, let cap):
      let best = cap / (1 - TomatoPlan.discount)
      for index in stride(from: 0, to: count, by: 8) {
        let x: SIMD8<Double> = (best - SIMD8<Double>(at: values + index)) * t
        let above: SIMD8<Double> = x.replacing(with: 0, where: x .< 0)
        // −|x| is x less twice what of it is above 0.
        let distance: SIMD8<Double> = x - 2 * above
        let bent = above + distance.exponential().logarithmOfOnePlus()
        let weight: SIMD8<Double> = 0 - bent - SIMD8<Double>(at: divergences + index)
        weight.write(to: logits + index)
      }
    }
  }
}
