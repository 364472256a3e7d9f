import Compute

/// The potential that shapes an expected reward to least weighted sum of squares, Σ w (R̄ + γ τ Φ − Φ)².
///
/// Up to ``denseLimit`` states by Cholesky of the normal equations, factorised once; beyond by conjugate gradients on
/// them. The matrix has full rank for a discount below 1.
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
    // Later rounds take out what the rounding of the one before left.
    for _ in 0..<(factor == nil ? 3 : 2) {
      let step = solve(values)
      for state in potential.indices { potential[state] += step[state] }
      values = world.shaped(expected, by: potential)
      if factor == nil, isStationary(values, of: expected, potential) { break }
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
    guard let factor else { return conjugateGradients(rewards) }
    let size = world.liveCount
    let right = transposed(rewards).map { -$0 }
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

  /// Kᵀ W r, or the same with all terms made positive.
  private func transposed(_ rewards: [Double], absolute: Bool = false) -> [Double] {
    var result = [Double](repeating: 0, count: world.liveCount)
    for row in 0..<world.rowCount {
      let value = weights[row] * rewards[row]
      result[row / world.actionCount] -= absolute ? -value : value
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < world.liveCount {
        result[world.successors[index]] += world.discount * world.probabilities[index] * value
      }
    }
    return result
  }

  /// Whether nothing but rounding of the terms that it was summed from is left of the gradient.
  private func isStationary(_ values: [Double], of expected: [Double], _ potential: [Double]) -> Bool {
    let gradient = Vectors.largest(transposed(values))
    let terms = world.shapingRounding(expected, potential)
    let heaviest = Vectors.largest(transposed([Double](repeating: 1, count: values.count), absolute: true))
    return gradient <= terms * heaviest
  }

  /// Conjugate gradients on the normal equations, K and Kᵀ in one pass over the rows of the world, to a gradient 10⁻⁹ as
  /// long as at the start. Rounding does no harm: a round after this begins with the gradient that is really left.
  private func conjugateGradients(_ rewards: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: world.liveCount)
    var gradient = transposed(rewards).map { -$0 }
    var direction = gradient
    var image = gradient
    var energy = Vectors.wideDot(gradient, gradient)
    let target = 1e-18 * energy
    for _ in 0..<20_000 where energy > target {
      applyNormal(direction, into: &image)
      let alpha = energy / Vectors.wideDot(direction, image)
      guard alpha.isFinite, alpha > 0 else { break }
      for state in 0..<x.count {
        x[state] += alpha * direction[state]
        gradient[state] -= alpha * image[state]
      }
      let next = Vectors.wideDot(gradient, gradient)
      let ratio = next / energy
      for state in 0..<x.count { direction[state] = gradient[state] + ratio * direction[state] }
      energy = next
    }
    return x
  }

  /// KᵀWK x
  private func applyNormal(_ x: [Double], into result: inout [Double]) {
    let (starts, successors, probabilities) = (world.rowStarts.span, world.successors.span, world.probabilities.span)
    let (x, weights, live, discount) = (x.span, weights.span, world.liveCount, world.discount)
    var result = result.mutableSpan
    for state in 0..<live { result[state] = 0 }
    for state in 0..<live {
      var own = 0.0
      for row in state * world.actionCount..<(state + 1) * world.actionCount {
        var future = 0.0
        let range = starts[row]..<starts[row + 1]
        for index in range where successors[index] < live {
          future += probabilities[index] * x[unchecked: successors[index]]
        }
        let value = weights[row] * (discount * future - x[state])
        own += value
        let share = discount * value
        for index in range where successors[index] < live {
          result[unchecked: successors[index]] += share * probabilities[index]
        }
      }
      result[state] -= own
    }
  }
}
