import Compute
import Foundation

/// How often people answer against a reward, near a place: how decisive a difference is to them there.
///
/// The answers of each fold against the reward that does not know them. That reward is itself unsure: a logit ẑ with
/// variance v stands for normal logits with mean κẑ and variance κv (a flat prior's posterior where κ is the
/// reliability of ẑ; the plain one at κ = 1), and P(first) ≈ σ(κẑ / √(1 + π κ v / 8)): what the reward does not know is
/// not counted as people's error. κ = exp(a + b · place) is fitted, b drawn towards 0, so that it takes answers to say
/// that one place is noisier than another. A pair one deviation apart then has a logit of √((κ² mean ẑ² + κ mean v) /
/// 2).
///
/// Source: MacKay, "The evidence framework applied to classification networks", Neural Computation 4 (1992), for the
/// mean of σ over normal logits.
struct Erring: Sendable {
  /// a, then b.
  let weights: [Double]
  let lapse: Double
  /// Over the pairs, of ẑ² and of v.
  private let meanSquare: Double
  private let meanVariance: Double
  /// Numbers of a place.
  var width: Int { weights.count - 1 }

  /// The deviation that b is expected to have: a place one deviation away is rarely more than twice as noisy.
  private static let spread = 0.5

  /// - Parameters:
  ///   - places: [pairs × width], each number of mean 0 and deviation 1.
  init(
    logits: [Double], variances: [Double], targets: [Double], places: Matrix, lapse: Double
  ) {
    let width = places.columns
    func value(_ weights: [Double]) -> Double {
      var sum = weights.dropFirst().reduce(0) { $0 + $1 * $1 } / (2 * Self.spread * Self.spread)
      sum += weights[0] * weights[0] / 8
      for row in logits.indices {
        let decisive = Self.decisiveness(weights, places, row)
        let logit = decisive * logits[row] / (1 + .pi / 8 * decisive * variances[row]).squareRoot()
        sum += PairRegression.loss(logit, targets[row], lapse: lapse)
      }
      return sum
    }
    func derivatives(_ weights: [Double]) -> (gradient: [Double], curvature: Matrix) {
      var gradient = [Double](repeating: 0, count: width + 1)
      var curvature = Matrix(rows: width + 1, columns: width + 1)
      for row in logits.indices {
        let decisive = Self.decisiveness(weights, places, row)
        let spread = 1 + .pi / 8 * decisive * variances[row]
        let logit = decisive * logits[row] / spread.squareRoot()
        // d logit / d ln κ
        let slope = logit * (1 + spread) / (2 * spread)
        let plain = 1 / (1 + exp(-min(max(logit, -50), 50)))
        let chosen = PairRegression.probability(logit, lapse: lapse)
        let change = (1 - lapse) * plain * (1 - plain)
        let variance = max(chosen * PairRegression.probability(-logit, lapse: lapse), 1e-300)
        let residual = change * (chosen - targets[row]) / variance * slope
        let weight = change * change / variance * slope * slope
        for a in 0...width {
          let x = a == 0 ? 1 : places[row, a - 1]
          gradient[a] += residual * x
          for b in 0...a { curvature[a, b] += weight * x * (b == 0 ? 1 : places[row, b - 1]) }
        }
      }
      for a in 0...width {
        let precision = a == 0 ? 0.25 : 1 / (Self.spread * Self.spread)
        gradient[a] += precision * weights[a]
        curvature[a, a] += precision
        for b in 0..<a { curvature[b, a] = curvature[a, b] }
      }
      return (gradient, curvature)
    }
    var weights = [Double](repeating: 0, count: width + 1)
    var now = value(weights)
    for _ in 0..<50 {
      let (gradient, curvature) = derivatives(weights)
      guard let step = try? LinearAlgebra.choleskySolve(curvature, gradient) else { break }
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      guard decrement > 1e-8 else { break }
      var (length, found) = (1.0, false)
      while length > 1e-5, !found {
        let next = zip(weights, step).map { $0 - length * $1 }
        let there = value(next)
        if there < now - 1e-4 * length * decrement { (weights, now, found) = (next, there, true) }
        length /= 2
      }
      guard found else { break }
    }
    (self.weights, self.lapse) = (weights, lapse)
    (meanSquare, meanVariance) = (Statistics.mean(logits.map { $0 * $0 }), Statistics.mean(variances))
  }

  private static func decisiveness(_ weights: [Double], _ places: Matrix, _ row: Int) -> Double {
    var sum = weights[0]
    for index in 1..<weights.count { sum += weights[index] * places[row, index - 1] }
    return exp(min(max(sum, -6), 6))
  }

  /// The probability of an answer against a clip that is one deviation of judged clips better than another: 0 to ½.
  func probability(at place: UnsafePointer<Double>) -> Double {
    var sum = weights[0]
    for index in 0..<width { sum += weights[index + 1] * place[index] }
    let decisive = exp(min(max(sum, -6), 6))
    let apart = ((decisive * decisive * meanSquare + decisive * meanVariance) / 2).squareRoot()
    return PairRegression.probability(-apart, lapse: lapse)
  }
}
