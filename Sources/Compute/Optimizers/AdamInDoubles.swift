import Foundation

/// ``Adam`` on a few parameters in doubles, uphill or downhill as the caller signs the gradient: for convex problems that
/// are solved to more digits than a float has.
///
/// The order of operations differs from ``Adam``'s (the first moment moves by a share of its distance to the gradient), so
/// the two round differently; where a float will do, use that one, which is vectorised.
package struct AdamInDoubles: Sendable {
  private var moments: [Double]
  private var squares: [Double]
  private var steps = 0

  /// An optimiser of `count` parameters that has taken no step; its decays are 0.9 and 0.999.
  package init(count: Int) {
    moments = [Double](repeating: 0, count: count)
    squares = moments
  }

  /// One step along the gradient, in place.
  package mutating func ascend(_ parameters: inout [Double], along gradient: [Double], rate: Double) {
    precondition(parameters.count == moments.count && gradient.count == moments.count, "a gradient for each parameter")
    steps += 1
    let first = 1 - pow(0.9, Double(steps))
    let second = (1 - pow(0.999, Double(steps))).squareRoot()
    for index in parameters.indices {
      let slope = gradient[index]
      moments[index] += 0.1 * (slope - moments[index])
      squares[index] = 0.999 * squares[index] + 0.001 * slope * slope
      parameters[index] += rate / first * moments[index] / (squares[index].squareRoot() / second + 1e-8)
    }
  }
}
