import Compute
import Feedback
import Foundation

/// Weights that explain choices best, with the curvature of what they minimise.
package struct ChoiceFit: Sendable {
  package let weights: [Double]
  /// Positive definite: [width × width].
  package let curvature: Matrix
  /// The slopes of the sum at the weights: 0 but for rounding where the fit has converged.
  package let gradient: [Double]

  package var isConverged: Bool { gradient.allSatisfy { abs($0) < 1e-5 } }
}

extension ChoiceRegression {
  /// The best weights for some of the answers.
  ///
  /// - Parameters:
  ///   - included: the answers that count; nil for all.
  ///   - start: where to start from; zeros unless given.
  /// - Throws: `InputError` where the curvature is not positive definite even with the ridge.
  package func fit(_ included: [Int]? = nil, start: [Double]? = nil) throws -> ChoiceFit {
    let counted = included ?? Array(answers.indices)
    var weights = start ?? [Double](repeating: 0, count: width)
    var (value, gradient, curvature) = sums(weights, counted)
    for _ in 0..<200 {
      let step = try LinearAlgebra.choleskySolve(damped(curvature), gradient)
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      guard decrement > 1e-22 else { break }
      var (length, found) = (1.0, false)
      while length > 1e-8 {
        let next = zip(weights, step).map { $0 - length * $1 }
        let there = sums(next, counted)
        // So near the best that the value no longer tells, whole steps converge quadratically.
        if there.value < value - 1e-4 * length * decrement || length == 1 && decrement < 1e-9 {
          (weights, found) = (next, true)
          (value, gradient, curvature) = there
          break
        }
        length /= 2
      }
      guard found else { break }
    }
    return ChoiceFit(weights: weights, curvature: damped(curvature), gradient: gradient)
  }

  /// With a lapse the loss is not convex everywhere: as much is added to the diagonal as makes it positive definite.
  private func damped(_ curvature: Matrix) -> Matrix {
    var (result, added) = (curvature, max(ridge, 1e-9))
    for _ in 0..<60 {
      if (try? LinearAlgebra.cholesky(result)) != nil { return result }
      result = curvature
      for index in 0..<width { result[index, index] += added }
      added *= 2
    }
    return result
  }

  /// The loss of some answers with the ridge, its slopes and its curvature.
  package func sums(_ weights: [Double], _ included: [Int]) -> (value: Double, gradient: [Double], curvature: Matrix) {
    var (value, gradient) = (0.0, [Double](repeating: 0, count: width))
    var curvature = Matrix(rows: width, columns: width)
    // Pairs add squares of rows, all at once.
    var squares: [Double] = []
    for answer in included {
      for choice in answers[answer] {
        let part = derivatives(choice, logits(choice, weights))
        value += part.loss
        for (place, option) in range(choice).enumerated() where part.slopes[place] != 0 {
          for column in 0..<width { gradient[column] += part.slopes[place] * options[option * width + column] }
        }
        if isPlainPair(choice) {
          appendPair(choice, part.curvature, to: &squares)
        } else {
          add(choice, part.curvature, to: &curvature)
        }
      }
    }
    if !squares.isEmpty {
      curvature =
        curvature + LinearAlgebra.gram(Matrix(rows: squares.count / width, columns: width, elements: squares))
    }
    for index in 0..<width {
      value += ridge / 2 * weights[index] * weights[index]
      gradient[index] += ridge * weights[index]
      curvature[index, index] += ridge
    }
    return (value, gradient, curvature)
  }

  private func isPlainPair(_ choice: Int) -> Bool {
    range(choice).count == 2 && likelihoods[choice].link == .softmax && likelihoods[choice].lapse == 0
  }

  /// √(p q)(x − y), whose square is a pair's curvature.
  private func appendPair(_ choice: Int, _ curvature: Matrix, to squares: inout [Double]) {
    let (first, root) = (range(choice).lowerBound, max(0, curvature[0, 0]).squareRoot())
    for column in 0..<width {
      squares.append(root * (options[first * width + column] - options[(first + 1) * width + column]))
    }
  }

  private func add(_ choice: Int, _ curvature: Matrix, to sum: inout Matrix) {
    let options = range(choice)
    for (a, first) in options.enumerated() {
      for (b, second) in options.enumerated() where curvature[a, b] != 0 {
        for row in 0..<width {
          let factor = curvature[a, b] * self.options[first * width + row]
          guard factor != 0 else { continue }
          for column in 0..<width { sum[row, column] += factor * self.options[second * width + column] }
        }
      }
    }
  }
}
