import Foundation

/// One problem of a ``LogisticFamily`` on its way to its minimum, as a machine that asks for one product with the rows
/// and one with their transpose at a time: first the gradient at the point, then conjugate gradients for the step there.
struct LogisticSearch: Sendable {
  /// Of the problem.
  let number: Int
  private let problem: LogisticFamily.Problem
  private let targets: [Double]
  private let factors: [Double]
  private let total: Double

  private var point: [Double]
  private var gradient: [Double]
  private var isGradient = true
  private var steps = 0
  private var norm = Double.infinity
  private var tolerance = 0.0
  private(set) var isDone = false

  /// z at the point, the curvature there by row, and the changes of z along the step and along the direction asked for.
  private var logits: [Double]
  private var curvature: [Double]
  private var stepLogits: [Double]
  private var directionLogits: [Double]

  private var newton: [Double]
  private var residual: [Double]
  private var direction: [Double]
  private var squared = 0.0
  private var wanted = 0.0
  private var rounds = 0

  init(_ number: Int, _ problem: LogisticFamily.Problem, _ family: LogisticFamily) {
    (self.number, self.problem) = (number, problem)
    (targets, factors) = (family.targets, family.factors)
    total = max(problem.counts.reduce(0, +), .leastNormalMagnitude)
    let wide = [Double](repeating: 0, count: family.width)
    let long = [Double](repeating: 0, count: family.count)
    (point, gradient, newton, residual, direction) = (wide, wide, wide, wide, wide)
    (logits, curvature, stepLogits, directionLogits) = (long, long, long, long)
  }

  var solution: LogisticFamily.Solution {
    LogisticFamily.Solution(weights: point, gradient: norm, tolerance: tolerance, steps: steps)
  }

  /// Writes the vector whose products with the rows are wanted.
  func ask(_ vector: UnsafeMutablePointer<Double>) {
    let asked = isGradient ? point : direction
    for column in asked.indices { vector[column] = problem.scales[column] * asked[column] }
  }

  /// Turns the products with the rows into what the rows are to be added up by.
  mutating func weigh(_ values: UnsafeMutablePointer<Double>) {
    let scale = 1 / total
    var squares = 0.0
    for row in targets.indices {
      let count = problem.counts[row]
      if count == 0 {
        values[row] = 0
        continue
      }
      let factor = factors[row]
      let value = factor * values[row]
      if isGradient {
        let (error, bend) = Self.slope(value, targets[row])
        logits[row] = value
        curvature[row] = count * scale * bend
        squares += count * factor * factor * error * error
        values[row] = count * scale * factor * error
      } else {
        directionLogits[row] = value
        values[row] = curvature[row] * factor * value
      }
    }
    if isGradient {
      tolerance =
        LogisticFamily.roundings * (Double.ulpOfOne / 2)
        * ((squares * scale).squareRoot() * problem.rowLength + 2 * problem.penalty * Vectors.wideNorm(point))
    }
  }

  /// Goes on with the sum of the rows.
  mutating func step(_ sums: UnsafeMutablePointer<Double>) {
    let ridge = 2 * problem.penalty
    if isGradient {
      for column in gradient.indices {
        gradient[column] = problem.scales[column] * sums[column] + ridge * point[column]
      }
      norm = Vectors.wideNorm(gradient)
      if norm <= tolerance || steps == LogisticFamily.mostSteps || !norm.isFinite {
        isDone = true
      } else {
        beginStep()
      }
      return
    }
    var bend = 0.0
    for column in direction.indices {
      sums[column] = problem.scales[column] * sums[column] + ridge * direction[column]
      bend += direction[column] * sums[column]
    }
    let length = squared / bend
    var next = 0.0
    for column in direction.indices {
      newton[column] += length * direction[column]
      residual[column] -= length * sums[column]
      next += residual[column] * residual[column]
    }
    for row in stepLogits.indices { stepLogits[row] += length * directionLogits[row] }
    rounds += 1
    if next.squareRoot() <= wanted || rounds >= 4 * direction.count + 40 {
      takeStep()
    } else {
      let turn = next / squared
      for column in direction.indices { direction[column] = residual[column] + turn * direction[column] }
      squared = next
    }
  }

  private mutating func beginStep() {
    isGradient = false
    rounds = 0
    squared = norm * norm
    // As exact as pays: the error after the step is of order 3/2 in the one before it.
    let relative = norm * LogisticFamily.roundings * Double.ulpOfOne / max(tolerance, .leastNormalMagnitude)
    wanted = max(0.3 * tolerance, norm * min(0.1, relative.squareRoot()))
    for column in gradient.indices {
      newton[column] = 0
      residual[column] = -gradient[column]
      direction[column] = -gradient[column]
    }
    for row in stepLogits.indices { stepLogits[row] = 0 }
  }

  /// σ(z) − y and its derivative by z, both without loss of digits where z is large.
  @inline(__always)
  private static func slope(_ logit: Double, _ target: Double) -> (error: Double, bend: Double) {
    let small = exp(-abs(logit))
    let large = 1 / (1 + small)
    let (up, down) = logit > 0 ? (large, small * large) : (small * large, large)
    return ((1 - target) * up - target * down, up * down)
  }

  /// The step, or as much of it as keeps the objective falling.
  private mutating func takeStep() {
    let ridge = 2 * problem.penalty
    let (along, size) = (Vectors.wideDot(point, newton), Vectors.wideDot(newton, newton))
    func slope(_ length: Double) -> (value: Double, change: Double) {
      var (value, change) = (0.0, 0.0)
      for row in targets.indices where problem.counts[row] != 0 {
        let (error, bend) = Self.slope(logits[row] + length * stepLogits[row], targets[row])
        let step = problem.counts[row] * stepLogits[row]
        value += step * error
        change += step * stepLogits[row] * bend
      }
      return (value / total + ridge * (along + length * size), change / total + ridge * size)
    }
    // The slope rises along the step. Where it ends far above zero, the place where it is near zero is found.
    let start = abs(slope(0).value)
    var (low, high, length) = (0.0, 1.0, 1.0)
    for _ in 0..<60 {
      let (value, change) = slope(length)
      if abs(value) <= 0.1 * start || (length == 1 && value <= 0) { break }
      if value > 0 { high = length } else { low = length }
      let next = length - value / change
      length = next > low && next < high ? next : (low + high) / 2
    }
    for column in point.indices { point[column] += length * newton[column] }
    steps += 1
    isGradient = true
  }
}
