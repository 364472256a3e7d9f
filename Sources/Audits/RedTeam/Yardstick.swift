import Compute
import Environments
import Rewards

/// What a reward could justify at each transition, and so how much of it is excess.
///
/// Asked once for all plans that are played out side by side; a call allocates nothing.
package protocol Yardstick: AnyObject {
  /// Turns predicted rewards into excesses, in place.
  ///
  /// - Parameters:
  ///   - rewards: [rows.count], what is predicted; afterwards what of it is excess.
  ///   - truth: [rows.count], the environment's own reward.
  func excess(_ rows: TransitionRows, rewards: UnsafeMutablePointer<Float>, truth: UnsafePointer<Float>)
}

/// All that is paid is excess but for a constant: the plain search for a high predicted return.
package final class ConstantYardstick: Yardstick {
  package let constant: Float

  package init(_ constant: Double) { self.constant = Float(constant) }

  package func excess(_ rows: TransitionRows, rewards: UnsafeMutablePointer<Float>, truth: UnsafePointer<Float>) {
    for row in 0..<rows.count { rewards[row] -= constant }
  }
}

/// Where the truth is known: excess is the predicted reward minus slope · true reward + offset.
///
/// A learned reward has no zero and no unit of its own, so both are taken from clips that were judged: of the least
/// squares line of predicted on true returns, the slope, and the offset of a step.
/// Whole clips and not steps, since answers say nothing of how a clip's return is spread over its steps.
package final class TruthYardstick: Yardstick {
  package let slope: Double
  package let offset: Double

  package init(slope: Double, offset: Double) { (self.slope, self.offset) = (slope, offset) }

  /// - Parameters:
  ///   - predicted: of each clip, its predicted return.
  ///   - actual: the same clips' true returns.
  ///   - steps: their lengths.
  /// - Throws: `NotMeasurable` with fewer than two clips, or where no clip is truly better than another, or the predicted
  ///   reward does not rise with the true one: then there is no unit to compare them in.
  package init(predicted: [Double], actual: [Double], steps: [Int]) throws(NotMeasurable) {
    guard predicted.count > 1 else { throw .tooFew(have: predicted.count, need: 2) }
    // Minimise Σ (p − a·r − b·n)²: two normal equations, a clip's length beside its return.
    var (rr, rn, nn, pr, pn) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for clip in predicted.indices {
      let (p, r, n) = (predicted[clip], actual[clip], Double(steps[clip]))
      rr += r * r
      rn += r * n
      nn += n * n
      pr += p * r
      pn += p * n
    }
    let determinant = rr * nn - rn * rn
    guard determinant > 1e-12 * rr * nn else { throw .ties(orderedShare: 0) }
    slope = (pr * nn - pn * rn) / determinant
    offset = (pn * rr - pr * rn) / determinant
    guard slope > 0 else { throw .ties(orderedShare: 0) }
  }

  package func excess(_ rows: TransitionRows, rewards: UnsafeMutablePointer<Float>, truth: UnsafePointer<Float>) {
    let (slope, offset) = (Float(slope), Float(offset))
    for row in 0..<rows.count { rewards[row] -= slope * truth[row] + offset }
  }
}
