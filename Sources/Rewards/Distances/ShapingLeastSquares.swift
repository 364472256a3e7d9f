import Compute

/// The potential that shapes an expected reward to least weighted sum of squares, Σ w (R̄ + γ τ Φ − Φ)².
///
/// Up to ``denseLimit`` states by Cholesky of the normal equations, factorised once; beyond by conjugate gradients on
/// them (CGLS). The matrix has full rank for a discount below 1.
struct ShapingLeastSquares: Sendable {
  static let denseLimit = 600

  private let world: ReachableStates
  private let weights: [Double]
  private let factor: Matrix?

  init(_ world: ReachableStates, weights: [Double]) throws {
    self.world = world
    self.weights = weights
    let size = world.liveCount
    guard size <= Self.denseLimit, size > 0 else {
      factor = nil
      return
    }
    var normal = Matrix(rows: size, columns: size)
    for row in 0..<world.rowCount {
      var terms: [(state: Int, value: Double)] = [(row / world.actionCount, -1)]
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < size {
        terms.append((world.successors[index], world.discount * world.probabilities[index]))
      }
      for first in terms {
        for second in terms {
          normal.elements[first.state * size + second.state] += weights[row] * first.value * second.value
        }
      }
    }
    factor = try LinearAlgebra.cholesky(normal)
  }

  /// R̄ shaped by the best potential, the size of the numbers that were subtracted, and how far each value may be off
  /// from the exact remainder, if each of R̄ is off by `inputRounding`.
  ///
  /// With g the gradient that is left, a step δ to the exact potential has |Kδ|² = δ · g in the weighted norm, and
  /// (1 − γ) |δ| ≤ |Kδ| in the maximum: so that |Kδ| ≤ |g|₁ / (least weight · (1 − γ)).
  func remainder(
    of expected: [Double], inputRounding: Double = 0
  ) throws -> (values: [Double], scale: Double, rounding: Double) {
    var potential = [Double](repeating: 0, count: world.liveCount)
    var values = expected
    // A second round takes out what the normal equations' rounding left.
    for _ in 0..<2 {
      let step = solve(values)
      for state in potential.indices { potential[state] += step[state] }
      values = world.shaped(expected, by: potential)
    }
    let least = weights.min() ?? 1
    let condition = (Double(world.rowCount) * (weights.max() ?? 1) / least).squareRoot()
    let left = transposed(values).reduce(0) { $0 + abs($1) } / (least * (1 - world.discount))
    return (
      values, max(Vectors.largest(expected), Vectors.largest(potential)),
      condition * inputRounding + world.shapingRounding(expected, potential) + left
    )
  }

  private func solve(_ rewards: [Double]) -> [Double] {
    let right = transposed(rewards).map { -$0 }
    guard let factor else { return conjugateGradients(rewards) }
    let size = world.liveCount
    var x = right
    for row in 0..<size {
      var sum = x[row]
      for column in 0..<row { sum -= factor.elements[row * size + column] * x[column] }
      x[row] = sum / factor.elements[row * size + row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      x[row] /= factor.elements[row * size + row]
      for column in 0..<row { x[column] -= factor.elements[row * size + column] * x[row] }
    }
    return x
  }

  /// Kᵀ W r
  private func transposed(_ rewards: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: world.liveCount)
    for row in 0..<world.rowCount {
      let value = weights[row] * rewards[row]
      result[row / world.actionCount] -= value
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < world.liveCount {
        result[world.successors[index]] += world.discount * world.probabilities[index] * value
      }
    }
    return result
  }

  private func conjugateGradients(_ rewards: [Double]) -> [Double] {
    let zero = [Double](repeating: 0, count: world.rowCount)
    var x = [Double](repeating: 0, count: world.liveCount)
    var residual = rewards.map { -$0 }
    var gradient = transposed(residual)
    var direction = gradient
    var energy = Vectors.wideDot(gradient, gradient)
    let target = 1e-20 * energy
    for _ in 0..<20_000 where energy > target {
      let image = world.shaped(zero, by: direction)
      var size = 0.0
      for row in image.indices { size += weights[row] * image[row] * image[row] }
      guard size > 0 else { break }
      let alpha = energy / size
      for state in x.indices { x[state] += alpha * direction[state] }
      for row in residual.indices { residual[row] -= alpha * image[row] }
      gradient = transposed(residual)
      let next = Vectors.wideDot(gradient, gradient)
      for state in x.indices { direction[state] = gradient[state] + next / energy * direction[state] }
      energy = next
    }
    return x
  }
}
