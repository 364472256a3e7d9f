import Compute
import Environments
import Foundation

/// A reward that is linear in observation and action, from comparisons of segments: ridge-penalised logistic regression,
/// solved to the end.
///
/// ```swift
/// let rewards = LinearSegmentReward(comparisons, preferences: preferences)
/// let weights = rewards.weights(without: heldOut)
/// rewards.probabilityOfSecond(7, weights)
/// ```
///
/// P(second preferred) = σ(w · (φ̄₂ − φ̄₁)) with φ̄ the mean of a segment's steps, so that segments of any length are of one
/// scale; an answer "neither" counts as half of each. Components are in units of their deviation over all steps (of the
/// clips alone, not of the answers), and w ~ N(0, 1) beforehand: minimised is the cross-entropy plus ‖w‖² / 2, as
/// scikit-learn's `LogisticRegression` does with C = 1. The problem is convex and has one solution.
public struct LinearSegmentReward: Sendable {
  /// Numbers in a step: observation, then action.
  public let width: Int
  private let rows: [Double]
  private let preferences: [Double]

  /// - Parameters:
  ///   - comparisons: at least one, all of one world.
  ///   - preferences: 1 where the second was preferred, 0 where the first, ½ where neither.
  /// - Complexity: O(steps × width).
  public init(_ comparisons: [Comparison], preferences: [Double]) {
    precondition(!comparisons.isEmpty && comparisons.count == preferences.count, "a preference for each comparison")
    let first = comparisons[0].first
    let (size, actions) = (first.observationSize, first.actionRowSize)
    let width = size + actions
    var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    var steps = 0
    func mean(_ clip: Trajectory) -> [Double] {
      var total = [Double](repeating: 0, count: width)
      for step in 0..<clip.count {
        for index in 0..<width {
          let value = Double(
            index < size ? clip.observations[step * size + index] : clip.actions[step * actions + index - size])
          total[index] += value
          sums[index] += value
          squares[index] += value * value
        }
      }
      steps += clip.count
      return total.map { $0 / Double(max(1, clip.count)) }
    }
    let differences = comparisons.map { comparison in
      let (first, second) = (mean(comparison.first), mean(comparison.second))
      return zip(second, first).map { $0 - $1 }
    }
    let count = Double(max(1, steps))
    let deviations = (0..<width).map { index in
      let variance = squares[index] / count - (sums[index] / count) * (sums[index] / count)
      // A component that never changes is no evidence either way.
      return variance > 1e-12 * squares[index] / count ? variance.squareRoot() : .infinity
    }
    self.width = width
    self.preferences = preferences
    rows = differences.flatMap { difference in zip(difference, deviations).map { $0 / $1 } }
  }

  /// The best weights by all comparisons but these, one for each component in units of its deviation.
  public func weights(without heldOut: Set<Int> = []) -> [Double] {
    let counts = preferences.indices.map { heldOut.contains($0) ? 0.0 : 1 }
    let regression = LogisticRegression(rows: rows, width: width, targets: preferences, counts: counts)
    return regression.fit(penalty: 1 / (2 * max(1, counts.reduce(0, +))))
  }

  /// The probability that the second segment of a comparison is preferred.
  public func probabilityOfSecond(_ comparison: Int, _ weights: [Double]) -> Double {
    let logit = zip(weights, rows[comparison * width..<(comparison + 1) * width]).reduce(0) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-logit))
  }
}
