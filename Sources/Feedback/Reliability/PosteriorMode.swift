import Compute
import Foundation

/// Where a smooth negative log-posterior is least, and how sharply: a maximum a posteriori estimate with the normal
/// approximation around it (Laplace's).
///
/// BFGS with a backtracking line search from `start`; the curvature at the end by central differences of the gradient.
/// It finds one mode. For a few hundred parameters at most: each step costs O(n²), the curvature 2n gradients.
package struct PosteriorMode: Sendable {
  package let point: [Double]
  package let value: Double
  /// The inverse curvature; nil where the curvature is not positive definite: the data leave something open.
  package let covariance: Matrix?
  /// Whether the gradient is nearly zero at the end.
  package let converged: Bool

  /// - Parameters:
  ///   - start: a first guess.
  ///   - iterations: at most.
  ///   - objective: adds its gradient to a zeroed array and returns its value.
  package init(
    from start: [Double], iterations: Int = 500, objective: (_ point: [Double], _ gradient: inout [Double]) -> Double
  ) {
    let count = start.count
    func evaluate(_ point: [Double]) -> (value: Double, gradient: [Double]) {
      var gradient = [Double](repeating: 0, count: count)
      let value = objective(point, &gradient)
      return (value, gradient)
    }
    var point = start
    var (value, gradient) = evaluate(point)
    var inverse = Matrix.identity(count)
    var converged = false
    for iteration in 0..<iterations {
      let size = gradient.reduce(0) { max($0, abs($1)) }
      if size < 1e-8 * max(1, abs(value)) {
        converged = true
        break
      }
      var direction = (inverse * gradient).map { -$0 }
      var slope = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if slope >= 0 {
        // Rounding has spoilt the approximation: begin again with the steepest descent.
        inverse = Matrix.identity(count)
        direction = gradient.map { -$0 }
        slope = -gradient.reduce(0) { $0 + $1 * $1 }
      }
      var length = iteration == 0 ? min(1, 1 / size) : 1
      var next = point
      var reached = (value: value, gradient: gradient)
      var fell = false
      for _ in 0..<60 {
        next = zip(point, direction).map { $0 + length * $1 }
        reached = evaluate(next)
        if reached.value.isFinite, reached.value <= value + 1e-4 * length * slope {
          fell = true
          break
        }
        length /= 2
      }
      guard fell else {
        converged = size < 1e-5 * max(1, abs(value))
        break
      }
      let step = zip(next, point).map { $0 - $1 }
      let change = zip(reached.gradient, gradient).map { $0 - $1 }
      Self.update(&inverse, step: step, change: change, first: iteration == 0)
      (point, value, gradient) = (next, reached.value, reached.gradient)
    }
    self.point = point
    self.value = value
    self.converged = converged
    covariance = Self.covariance(at: point) { evaluate($0).gradient }
  }

  /// The standard error of each parameter; nil where there is none.
  package var standardErrors: [Double]? {
    covariance.map { covariance in point.indices.map { covariance[$0, $0].squareRoot() } }
  }

  /// The normal interval of one parameter, through a rising function of it.
  package func interval(
    _ index: Int, level: Double = 0.95, through function: (Double) -> Double = { $0 }
  ) -> Interval? {
    guard let errors = standardErrors else { return nil }
    let reach = SpecialFunctions.normalQuantile((1 + level) / 2) * errors[index]
    return Interval(lower: function(point[index] - reach), upper: function(point[index] + reach), level: level)
  }

  /// BFGS's update of the inverse curvature.
  private static func update(_ inverse: inout Matrix, step: [Double], change: [Double], first: Bool) {
    let product = zip(step, change).reduce(0) { $0 + $1.0 * $1.1 }
    let size = change.reduce(0) { $0 + $1 * $1 }
    // Without curvature along the step there is nothing to learn from it.
    guard product > 1e-12 * size else { return }
    if first { inverse = (product / size) * inverse }
    let turned = inverse * change
    let factor = 1 + zip(turned, change).reduce(0) { $0 + $1.0 * $1.1 } / product
    for a in step.indices {
      for b in step.indices {
        inverse[a, b] += (factor * step[a] * step[b] - turned[a] * step[b] - step[a] * turned[b]) / product
      }
    }
  }

  private static func covariance(at point: [Double], gradient: ([Double]) -> [Double]) -> Matrix? {
    let count = point.count
    var curvature = Matrix(rows: count, columns: count)
    for column in 0..<count {
      let width = 1e-5 * max(1, abs(point[column]))
      var moved = point
      moved[column] = point[column] + width
      let above = gradient(moved)
      moved[column] = point[column] - width
      let below = gradient(moved)
      for row in 0..<count { curvature[row, column] = (above[row] - below[row]) / (2 * width) }
    }
    for row in 0..<count {
      for column in 0..<row {
        let mean = (curvature[row, column] + curvature[column, row]) / 2
        curvature[row, column] = mean
        curvature[column, row] = mean
      }
    }
    // Where the curvature is not positive definite there is no maximum, and so no covariance: nil says it.
    guard (try? LinearAlgebra.cholesky(curvature)) != nil else { return nil }
    return try? LinearAlgebra.inverse(curvature)
  }
}
