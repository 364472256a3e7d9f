import Compute
import Foundation

extension RandomStream {
  /// A draw from Γ(shape, 1), by Marsaglia and Tsang's method (2000); shape positive.
  mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 { return gamma(shape + 1) * pow(1 - uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1 + c * x
      guard v > 0 else { continue }
      let cube = v * v * v
      if log(1 - uniform()) < x * x / 2 + d - d * cube + d * log(cube) { return d * cube }
    }
  }

  /// A draw from Beta(a, b). A shape of 0 stands for the limit: all at 0 if `a` is 0, all at 1 if `b` is.
  mutating func beta(_ a: Double, _ b: Double) -> Double {
    if a <= 0 { return 0 }
    if b <= 0 { return 1 }
    let x = gamma(a)
    return x / (x + gamma(b))
  }
}
