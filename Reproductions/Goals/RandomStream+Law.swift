import Compute
import Foundation

extension RandomStream {
  /// A law of so many actions from a symmetric Dirichlet distribution of this concentration, by gamma variates
  /// (Marsaglia and Tsang 2000; for concentrations below 1 boosted by u^(1 ÷ concentration)).
  mutating func law(concentration: Double, actions: Int = 4) -> [Double] {
    let parts = (0..<actions).map { _ in gamma(concentration) + .leastNormalMagnitude }
    let total = parts.reduce(0, +)
    return parts.map { $0 / total }
  }

  private mutating func gamma(_ shape: Double) -> Double {
    guard shape >= 1 else { return gamma(shape + 1) * pow(1 - uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    while true {
      let x = normal()
      let v = 1 + x / (9 * d).squareRoot()
      guard v > 0 else { continue }
      let cube = v * v * v
      if log(1 - uniform()) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube }
    }
  }
}
