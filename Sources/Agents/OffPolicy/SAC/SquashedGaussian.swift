import CKernels
import Compute

/// Gaussian draws squashed by tanh, their log-probabilities, and the derivatives of both by a network's outputs.
///
/// A row of outputs holds the means and then the log standard deviations, which are clamped to bounds; a = tanh(u) with
/// u = μ + σ·ξ. log π(a) = Σ [−ξ²/2 − log σ − ½ log 2π − log(1 − a² + 10⁻⁶)], the correction as in
/// Stable-Baselines3's `SquashedDiagGaussianDistribution`.
///
/// Source: Haarnoja et al., "Soft actor-critic algorithms and applications", arXiv 1812.05905, appendix C.
package final class SquashedGaussian {
  package let size: Int
  private let low: Float
  private let high: Float
  private static let epsilon: Float = 1e-6

  /// [rows × size]: the draws' standard normal parts, written by the caller; and the squashed draws.
  package let noise: UnsafeMutablePointer<Float>
  package let actions: UnsafeMutablePointer<Float>
  /// [rows]
  package let logProbabilities: UnsafeMutablePointer<Float>
  private let logDeviations: UnsafeMutablePointer<Float>
  private let deviations: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>

  package init(size: Int, capacity: Int, low: Float, high: Float) {
    self.size = size
    (self.low, self.high) = (low, high)
    noise = zeroedFloats(capacity * size)
    actions = zeroedFloats(capacity * size)
    logProbabilities = zeroedFloats(capacity)
    logDeviations = zeroedFloats(capacity * size)
    deviations = zeroedFloats(capacity * size)
    scratch = zeroedFloats(capacity * size)
  }

  deinit {
    for block in [noise, actions, logProbabilities, logDeviations, deviations, scratch] {
      block.deallocate()
    }
  }

  /// Fills the noise of the first rows.
  func drawNoise(rows: Int, random: inout RandomStream) {
    for index in 0..<rows * size { noise[index] = Float(random.normal()) }
  }

  /// ``actions`` and ``logProbabilities`` of the noise, for outputs [rows × 2 size].
  package func squash(_ outputs: UnsafePointer<Float>, rows: Int) {
    let count = rows * size
    for row in 0..<rows {
      for index in 0..<size {
        let value = outputs[row * 2 * size + size + index]
        // Written so that a number that is none stays one and is noticed.
        logDeviations[row * size + index] = value < low ? low : (value > high ? high : value)
      }
    }
    pk_exp(logDeviations, deviations, count)
    for row in 0..<rows {
      for index in 0..<size {
        let place = row * size + index
        actions[place] = outputs[row * 2 * size + index] + deviations[place] * noise[place]
      }
    }
    pk_tanh(actions, actions, count)
    for place in 0..<count { scratch[place] = 1 - actions[place] * actions[place] + Self.epsilon }
    pk_log(scratch, scratch, count)
    for row in 0..<rows {
      var sum: Float = 0
      for place in row * size..<(row + 1) * size {
        sum -=
          0.5 * noise[place] * noise[place] + logDeviations[place] + halfLogTwoPi + scratch[place]
      }
      logProbabilities[row] = sum
    }
  }

  /// The derivatives by the outputs [rows × 2 size] of Σ over rows of `weight` · log π(a) + g(a), with the noise held
  /// fixed; `actionGradients` are g's derivatives, rows of `stride` numbers of which the first `size` count.
  package func differentiate(
    _ outputs: UnsafePointer<Float>, rows: Int, weight: Float,
    actionGradients: UnsafePointer<Float>, stride: Int,
    into gradients: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let target = gradients + row * 2 * size
      for index in 0..<size {
        let place = row * size + index
        let action = actions[place]
        let slope = 1 - action * action
        let draw =
          weight * 2 * action * slope / (slope + Self.epsilon) + actionGradients[
            row * stride + index] * slope
        target[index] = draw
        let raw = outputs[row * 2 * size + size + index]
        let isFree = raw >= low && raw <= high
        target[size + index] = isFree ? draw * deviations[place] * noise[place] - weight : 0
      }
    }
  }
}
