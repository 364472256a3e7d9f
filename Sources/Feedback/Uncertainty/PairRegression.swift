import Compute
import Foundation

/// Logistic regression of answers to pairs, with an offset for each and a probability of answering without looking.
///
/// P(first) = (1 − lapse) σ(w · x + offset) + lapse / 2. Minimised is the mean cross-entropy of the rows that count
/// plus penalty · ‖w‖², by damped Gauss–Newton steps (Fisher scoring), which is Newton's where nothing lapses.
package struct PairRegression: Sendable {
  /// [count × width]: the first clip's numbers less the second's.
  package let rows: [Double]
  package let width: Int
  /// 1 where the first was preferred, 0 where the second, between them for ties.
  package let targets: [Double]
  package let offsets: [Double]
  package let lapse: Double
  package let penalty: Double

  package init(
    rows: [Double], width: Int, targets: [Double], offsets: [Double], lapse: Double, penalty: Double
  ) {
    (self.rows, self.width, self.targets) = (rows, width, targets)
    (self.offsets, self.lapse, self.penalty) = (offsets, lapse, penalty)
  }

  /// w · x + offset of one row.
  func logit(_ row: Int, _ weights: [Double]) -> Double {
    var sum = offsets[row]
    for column in 0..<width { sum += weights[column] * rows[row * width + column] }
    return sum
  }

  /// The cross-entropy of one answer at a logit, in nats.
  static func loss(_ logit: Double, _ target: Double, lapse: Double) -> Double {
    let first = probability(logit, lapse: lapse)
    let second = probability(-logit, lapse: lapse)
    return -(target > 0 ? target * log(first) : 0) - (target < 1 ? (1 - target) * log(second) : 0)
  }

  static func probability(_ logit: Double, lapse: Double) -> Double {
    (1 - lapse) / (1 + exp(-min(max(logit, -50), 50))) + lapse / 2
  }

  /// The best weights by the rows for which `counts` holds, and the (positive definite) curvature of the sum of their
  /// losses with the penalty.
  package func fit(start: [Double]? = nil, counts: (Int) -> Bool = { _ in true }) -> (
    weights: [Double], curvature: Matrix
  ) {
    let included = targets.indices.filter(counts)
    let number = Double(max(1, included.count))
    var weights = start ?? [Double](repeating: 0, count: width)
    var (value, gradient, curvature) = derivatives(weights, included)
    for _ in 0..<50 {
      guard let step = try? LinearAlgebra.choleskySolve(curvature, gradient) else { break }
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      guard decrement > 1e-10 * number else { break }
      var length = 1.0
      var found = false
      while length > 1e-6 {
        let next = zip(weights, step).map { $0 - length * $1 }
        let there = derivatives(next, included)
        if there.value < value - 1e-4 * length * decrement {
          (weights, value, gradient, curvature) = (next, there.value, there.gradient, there.curvature)
          found = true
          break
        }
        length /= 2
      }
      guard found else { break }
    }
    return (weights, curvature)
  }

  /// Of the sum over the rows, plus as many times the penalty.
  private func derivatives(
    _ weights: [Double], _ included: [Int]
  ) -> (value: Double, gradient: [Double], curvature: Matrix) {
    var value = 0.0
    var gradient = [Double](repeating: 0, count: width)
    var scaled = Matrix(rows: included.count, columns: width)
    rows.withUnsafeBufferPointer { rows in
      scaled.elements.withUnsafeMutableBufferPointer { scaled in
        for (place, row) in included.enumerated() {
          let logit = logit(row, weights)
          value += Self.loss(logit, targets[row], lapse: lapse)
          let plain = 1 / (1 + exp(-min(max(logit, -50), 50)))
          let chosen = Self.probability(logit, lapse: lapse)
          let slope = (1 - lapse) * plain * (1 - plain)
          let variance = max(chosen * Self.probability(-logit, lapse: lapse), 1e-300)
          let residual = slope * (chosen - targets[row]) / variance
          let root = slope / variance.squareRoot()
          for column in 0..<width {
            let x = rows[row * width + column]
            gradient[column] += residual * x
            scaled[place * width + column] = root * x
          }
        }
      }
    }
    var curvature = LinearAlgebra.gram(scaled)
    let strength = penalty * Double(max(1, included.count))
    for a in 0..<width {
      value += strength * weights[a] * weights[a]
      gradient[a] += 2 * strength * weights[a]
      curvature[a, a] += 2 * strength
    }
    return (value, gradient, curvature)
  }
}
