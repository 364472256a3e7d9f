import Compute
import Feedback
import Foundation

/// What each answer does to weights that were fitted to all of them: what would be without it.
///
/// ```swift
/// let influence = try AnswerInfluence(regression)
/// influence.plain(on: contrast)                       // of every answer, by one solve
/// try influence.exact(on: contrast, without: 7)       // fitted again
/// ```
///
/// A contrast v stands for a number v · θ: how much better one clip is than another, or a region than the usual. With H
/// the curvature of all losses and the ridge, and g the slopes of an answer's loss,
///
/// - **plain**: v · H⁻¹ g. Understates the answers that matter most, whose own curvature stands in H (Koh, Liang 2017);
/// - **Newton**: v · (H − Hᵢ)⁻¹ g, one step of Newton's method without the answer (Pregibon 1981; Beirami et al. 2017);
/// - **exact**: fitted again without it.
///
/// - Complexity: plain O(answers · width), Newton O(width³) an answer, exact some fits.
package struct AnswerInfluence: Sendable {
  package let regression: ChoiceRegression
  package let fit: ChoiceFit
  /// Lower triangular, of the curvature.
  let factor: Matrix
  /// [answers × width]: the slopes of each answer's loss by θ.
  let slopes: Matrix

  package init(_ regression: ChoiceRegression, fit: ChoiceFit? = nil) throws {
    let fit = try fit ?? regression.fit()
    var slopes = Matrix(rows: regression.answers.count, columns: regression.width)
    for answer in regression.answers.indices {
      for choice in regression.answers[answer] {
        let part = regression.derivatives(choice, regression.logits(choice, fit.weights))
        for (place, option) in regression.range(choice).enumerated() where part.slopes[place] != 0 {
          for column in 0..<regression.width {
            slopes[answer, column] += part.slopes[place] * regression.options[option * regression.width + column]
          }
        }
      }
    }
    (self.regression, self.fit, self.slopes) = (regression, fit, slopes)
    factor = try LinearAlgebra.cholesky(fit.curvature)
  }

  /// The change of v · θ without each answer, to first order: [answers].
  package func plain(on contrast: [Double]) -> [Double] {
    slopes * solve(contrast)
  }

  /// How far the weights move without each answer, to first order: [answers × width].
  package func moves() -> Matrix {
    var result = slopes
    for answer in 0..<slopes.rows {
      let moved = solve(slopes.row(answer))
      for column in 0..<slopes.columns { result[answer, column] = moved[column] }
    }
    return result
  }

  /// How far the weights move without an answer, by one step of Newton's method.
  package func newtonMove(without answer: Int) throws -> [Double] {
    var curvature = fit.curvature
    let own = regression.sums(fit.weights, [answer]).curvature
    for index in curvature.elements.indices { curvature.elements[index] -= own.elements[index] }
    // The ridge stands in both.
    for index in 0..<regression.width { curvature[index, index] += regression.ridge }
    return try LinearAlgebra.solve(curvature, slopes.row(answer))
  }

  /// The change of v · θ without an answer, by one step of Newton's method.
  package func newton(on contrast: [Double], without answer: Int) throws -> Double {
    Self.product(contrast, try newtonMove(without: answer))
  }

  /// How far the weights move without some answers, fitted again.
  package func exactMove(without left: [Int]) throws -> [Double] {
    let gone = Set(left)
    let again = try regression.fit(regression.answers.indices.filter { !gone.contains($0) }, start: fit.weights)
    return zip(again.weights, fit.weights).map { $0 - $1 }
  }

  /// The change of v · θ without an answer, fitted again.
  package func exact(on contrast: [Double], without answer: Int) throws -> Double {
    Self.product(contrast, try exactMove(without: [answer]))
  }

  static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  /// H⁻¹ b.
  func solve(_ b: [Double]) -> [Double] {
    let width = b.count
    var x = b
    for row in 0..<width {
      for column in 0..<row { x[row] -= factor[row, column] * x[column] }
      x[row] /= factor[row, row]
    }
    for row in (0..<width).reversed() {
      for column in row + 1..<max(width, row + 1) { x[row] -= factor[column, row] * x[column] }
      x[row] /= factor[row, row]
    }
    return x
  }
}
