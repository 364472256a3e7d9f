import Compute
import Foundation

extension SquashedGaussianPolicy {
  /// How far the choices of one policy are from another's, at each of some observations.
  package struct Divergence: Sendable, Hashable {
    /// Kullback–Leibler, nats.
    package var kl: Double
    /// The mean of π ÷ π_ref − 1 under π; infinite where the reference is so much narrower that it has no mean.
    package var chiSquared: Double
  }

  /// The divergences of these choices from the reference's, exactly: what both squash by is the same one-to-one map, under
  /// which neither changes, so that they are those of the Gaussians before it. For one component with means m, m′ and
  /// deviations s, s′ (′ the reference's) and v = 2s′² − s²:
  ///
  ///     KL     = ln(s′ ÷ s) + (s² + (m − m′)²) ÷ 2s′² − ½
  ///     1 + χ² = s′² ÷ (s √v) · exp((m − m′)² ÷ v)      for v > 0
  ///
  /// - Parameters:
  ///   - reference: of the same world; ``problem(measuredAgainst:)`` is nil.
  ///   - observations: [rows × observation size].
  /// - Complexity: two forward passes.
  package func divergences(from reference: SquashedGaussianPolicy, at observations: [Float]) -> [Divergence] {
    let rows = observations.count / network.shape.inputs
    precondition(observations.count == rows * network.shape.inputs, "whole observations")
    guard rows > 0 else { return [] }
    let (ours, theirs) = (parameters(at: observations, rows), reference.parameters(at: observations, rows))
    let size = scale.count
    return (0..<rows).map { row in
      var (kl, logarithm) = (0.0, 0.0)
      for index in row * size..<(row + 1) * size {
        let (s, r) = (exp(ours.logDeviations[index]), exp(theirs.logDeviations[index]))
        let gap = ours.means[index] - theirs.means[index]
        kl += theirs.logDeviations[index] - ours.logDeviations[index] + (s * s + gap * gap) / (2 * r * r) - 0.5
        let v = 2 * r * r - s * s
        logarithm += v > 0 ? log(r * r / (s * v.squareRoot())) + gap * gap / v : .infinity
      }
      return Divergence(kl: max(0, kl), chiSquared: max(0, expm1(logarithm)))
    }
  }

  /// Why a policy cannot be measured against this one; nil if it can.
  package func problem(measuredAgainst reference: SquashedGaussianPolicy) -> String? {
    guard reference.environment == environment else { return "the reference acts in '\(reference.environment)'" }
    guard reference.network.shape.inputs == network.shape.inputs, reference.scale == scale else {
      return "the reference sees or acts otherwise than the agent"
    }
    return nil
  }

  private func parameters(at observations: [Float], _ rows: Int) -> (means: [Double], logDeviations: [Double]) {
    let size = scale.count
    let chunk = min(rows, 256)
    let network = LearnedNetwork("actor", network, capacity: chunk, learningRate: nil)
    var (means, deviations) = ([Double](), [Double]())
    let inputs = self.network.shape.inputs
    observations.withUnsafeBufferPointer { observations in
      guard let start = observations.baseAddress else { return }
      for first in stride(from: 0, to: rows, by: chunk) {
        let count = min(chunk, rows - first)
        let outputs = network.forward(start + first * inputs, rows: count)
        for row in 0..<count {
          for index in 0..<size {
            means.append(Double(outputs[row * 2 * size + index]))
            deviations.append(
              Double(
                min(
                  max(outputs[row * 2 * size + size + index], lowestLogStandardDeviation), highestLogStandardDeviation))
            )
          }
        }
      }
    }
    return (means, deviations)
  }
}
