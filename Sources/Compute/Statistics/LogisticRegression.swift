import Foundation

/// Logistic regression through the origin, with soft targets and counts, by damped Newton steps.
///
/// Minimises over w, for rows xᵢ, targets yᵢ in 0...1 and counts cᵢ,
///
///     Σ cᵢ (ln(1 + exp(w · xᵢ)) − yᵢ w · xᵢ) / Σ cᵢ  +  penalty ‖w‖²
///
/// ```swift
/// let model = LogisticRegression(rows: [1, 0, 0, 1, -1, 1], width: 2, targets: [1, 0.5, 0])
/// let weights = model.fit(penalty: 1e-4)
/// model.crossEntropy(weights)
/// ```
///
/// With rows that are differences of two options it is Bradley and Terry's model of choice. The problem is convex; a
/// positive penalty gives it one solution even where the answers are all equal.
public struct LogisticRegression: Sendable {
  /// [count × width].
  public let rows: [Double]
  /// Numbers in a row.
  public let width: Int
  /// The share of successes of each row, from 0 to 1.
  public let targets: [Double]
  /// How often each row counts.
  public var counts: [Double]

  /// Rows [count × width] with their targets, and how often each row counts (once, unless given).
  public init(rows: [Double], width: Int, targets: [Double], counts: [Double]? = nil) {
    precondition(width > 0 && rows.count == targets.count * width, "one row for each target")
    precondition(counts == nil || counts?.count == targets.count, "one count for each target")
    self.rows = rows
    self.width = width
    self.targets = targets
    self.counts = counts ?? [Double](repeating: 1, count: targets.count)
  }

  /// The mean cross-entropy in nats; with all counts zero, 0.
  public func crossEntropy(_ weights: [Double]) -> Double {
    var sum = 0.0
    var total = 0.0
    for index in targets.indices where counts[index] > 0 {
      sum += counts[index] * loss(logit(index, weights), targets[index])
      total += counts[index]
    }
    return total > 0 ? sum / total : 0
  }

  /// w · x of one row.
  public func logit(_ index: Int, _ weights: [Double]) -> Double {
    var sum = 0.0
    for column in 0..<width { sum += weights[column] * rows[index * width + column] }
    return sum
  }

  /// ln(1 + eᶻ) − y z, without overflow.
  @inline(__always)
  private func loss(_ logit: Double, _ target: Double) -> Double {
    max(logit, 0) + log1p(exp(-abs(logit))) - target * logit
  }

  /// The minimiser. `penalty` is positive, to keep it finite and unique; `start` saves steps, nothing else.
  ///
  /// Newton steps, halved while the objective does not fall; once it is flat to twelve digits, whole ones until the
  /// decrement gᵀH⁻¹g falls no more, so that what is left of the gradient is rounding.
  public func fit(penalty: Double, start: [Double]? = nil) -> [Double] {
    precondition(penalty > 0, "a positive penalty keeps the weights finite")
    var weights = start ?? [Double](repeating: 0, count: width)
    var value = objective(weights, penalty)
    var last = Double.infinity
    for _ in 0..<200 {
      let (gradient, hessian) = derivatives(weights, penalty)
      // The penalty keeps the matrix positive definite; weights so large that rounding defeats it are as far as it goes.
      guard let step = try? LinearAlgebra.choleskySolve(hessian, gradient) else { break }
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if decrement <= 1e-12 * value {
        guard decrement < last / 4 else { break }
        last = decrement
        weights = zip(weights, step).map { $0 - $1 }
        value = objective(weights, penalty)
        continue
      }
      var length = 1.0
      var next = weights
      var nextValue = value
      repeat {
        next = zip(weights, step).map { $0 - length * $1 }
        nextValue = objective(next, penalty)
        length /= 2
      } while nextValue > value - 1e-4 * length * decrement && length > 1e-10
      guard nextValue < value else { break }
      (weights, value) = (next, nextValue)
    }
    return weights
  }

  private func objective(_ weights: [Double], _ penalty: Double) -> Double {
    crossEntropy(weights) + penalty * weights.reduce(0) { $0 + $1 * $1 }
  }

  private func derivatives(_ weights: [Double], _ penalty: Double) -> (gradient: [Double], hessian: Matrix) {
    var gradient = [Double](repeating: 0, count: width)
    var hessian = Matrix(rows: width, columns: width)
    var total = 0.0
    for index in targets.indices where counts[index] > 0 {
      let logit = logit(index, weights)
      let small = exp(-abs(logit))
      let large = 1 / (1 + small)
      let (up, down) = logit > 0 ? (large, small * large) : (small * large, large)
      // σ(z) − y, in which nothing cancels where the answer is nearly certain.
      let residual = counts[index] * ((1 - targets[index]) * up - targets[index] * down)
      let curvature = counts[index] * up * down
      total += counts[index]
      for a in 0..<width {
        let x = rows[index * width + a]
        if x == 0 { continue }
        gradient[a] += residual * x
        for b in 0...a { hessian.elements[a * width + b] += curvature * x * rows[index * width + b] }
      }
    }
    let scale = total > 0 ? 1 / total : 0
    for a in 0..<width {
      gradient[a] = gradient[a] * scale + 2 * penalty * weights[a]
      for b in 0...a { hessian.elements[a * width + b] *= scale }
      hessian.elements[a * width + a] += 2 * penalty
    }
    return (gradient, hessian)
  }
}
