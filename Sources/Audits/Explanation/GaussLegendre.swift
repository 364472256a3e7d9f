import Foundation

/// Places and weights by which a mean over 0 … 1 is a weighted sum of few values: exact for polynomials of degree
/// 2n − 1.
///
/// The places are the roots of the Legendre polynomial, found by Newton's method from Tricomi's estimate (Abramowitz and
/// Stegun, 25.4.29).
struct GaussLegendre: Sendable {
  /// In 0 … 1, rising.
  let places: [Double]
  /// Sum to 1.
  let weights: [Double]

  init(_ count: Int) {
    precondition(count > 0, "a rule has places")
    var (places, weights) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    let n = Double(count)
    for index in 0..<count {
      var x = cos(Double.pi * (Double(index) + 0.75) / (n + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (value, before) = (1.0, 0.0)
        for degree in 1...count {
          let k = Double(degree)
          (value, before) = (((2 * k - 1) * x * value - (k - 1) * before) / k, value)
        }
        slope = n * (x * value - before) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      places[count - 1 - index] = (1 + x) / 2
      weights[count - 1 - index] = 1 / ((1 - x * x) * slope * slope)
    }
    (self.places, self.weights) = (places, weights)
  }
}
