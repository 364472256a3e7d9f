import Compute
import Foundation

extension ClipRating {
  /// One person's cut points, given the utilities of the clips that they rated: maximum likelihood with a weak prior.
  ///
  /// The log-likelihood of the cumulative logit is concave in the cut points where they are in order, so Newton's method
  /// with halved steps finds its maximum. The prior (a normal distribution with deviation 10 around the utilities' mean)
  /// keeps cut points finite whose neighbouring ratings were never given.
  ///
  /// - Parameters:
  ///   - values: the utility (rationality times value) of each rated clip.
  ///   - ratings: what was said, 0 ..< count.
  ///   - count: how many ratings there are, 2 or more.
  /// - Returns: [count − 1] rising cut points.
  /// - Throws: `InputError` if sizes differ, a value is not finite, or a rating is not one of them.
  /// - Complexity: O(values · iterations).
  public static func fitCutPoints(values: [Double], ratings: [Int], count: Int) throws -> [Double] {
    guard count >= 2 else { throw InputError("there are \(count) ratings", remedy: "use at least 2") }
    guard values.count == ratings.count, !values.isEmpty, values.allSatisfy(\.isFinite) else {
      throw InputError("\(values.count) values, all finite, and \(ratings.count) ratings are needed in equal number")
    }
    if let wrong = ratings.first(where: { !(0..<count).contains($0) }) {
      throw InputError("rating \(wrong) is not one of 0 ..< \(count)")
    }
    let center = values.reduce(0, +) / Double(values.count)
    let spread = max(1, (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count)).squareRoot())
    var cuts = (1..<count).map { center + spread * (Double($0) - Double(count) / 2) }
    var best = CutPointLikelihood(cuts, values, ratings, center)
    for _ in 0..<100 {
      let direction = best.newtonStep()
      var step = 1.0
      var improved = false
      while step > 1e-8 {
        let trial = zip(cuts, direction).map { $0 + step * $1 }
        if zip(trial, trial.dropFirst()).allSatisfy(<) {
          let next = CutPointLikelihood(trial, values, ratings, center)
          if next.value >= best.value {
            improved = next.value > best.value + 1e-12
            (cuts, best) = (trial, next)
            break
          }
        }
        step /= 2
      }
      if !improved { break }
    }
    return cuts
  }
}

/// The log-likelihood of cut points with its gradient and tridiagonal Hessian.
private struct CutPointLikelihood {
  var value = 0.0
  private var gradient: [Double]
  private var diagonal: [Double]
  private var offDiagonal: [Double]

  init(_ cuts: [Double], _ values: [Double], _ ratings: [Int], _ center: Double) {
    gradient = [Double](repeating: 0, count: cuts.count)
    diagonal = gradient
    offDiagonal = [Double](repeating: 0, count: max(0, cuts.count - 1))
    func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    for (value, rating) in zip(values, ratings) {
      let upper = rating < cuts.count ? logistic(cuts[rating] - value) : 1
      let lower = rating > 0 ? logistic(cuts[rating - 1] - value) : 0
      let probability = max(upper - lower, 1e-300)
      self.value += log(probability)
      let (upperSlope, lowerSlope) = (upper * (1 - upper), lower * (1 - lower))
      if rating < cuts.count {
        gradient[rating] += upperSlope / probability
        diagonal[rating] +=
          upperSlope * (1 - 2 * upper) / probability - (upperSlope / probability) * (upperSlope / probability)
      }
      if rating > 0 {
        gradient[rating - 1] -= lowerSlope / probability
        diagonal[rating - 1] -=
          lowerSlope * (1 - 2 * lower) / probability + (lowerSlope / probability) * (lowerSlope / probability)
      }
      if rating > 0, rating < cuts.count {
        offDiagonal[rating - 1] += upperSlope * lowerSlope / (probability * probability)
      }
    }
    for index in cuts.indices {
      value -= (cuts[index] - center) * (cuts[index] - center) / 200
      gradient[index] -= (cuts[index] - center) / 100
      diagonal[index] -= 0.01
    }
  }

  /// −H⁻¹ g by elimination in the tridiagonal Hessian.
  func newtonStep() -> [Double] {
    var pivots = diagonal.map { -$0 }
    var right = gradient
    for index in offDiagonal.indices {
      let factor = -offDiagonal[index] / pivots[index]
      pivots[index + 1] += factor * offDiagonal[index]
      right[index + 1] -= factor * right[index]
    }
    var step = right
    for index in step.indices.reversed() {
      var sum = right[index]
      if index < offDiagonal.count { sum += offDiagonal[index] * step[index + 1] }
      step[index] = sum / pivots[index]
    }
    return step
  }
}
