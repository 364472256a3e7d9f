import Compute
import Foundation

/// Whether a share is above a limit, told from cases that are still coming in.
///
/// ```swift
/// GrowingShare(successes: 34, of: 40, limit: 0.7).verdict(isAbove: true, error: 0.025)     // .holds
/// ```
///
/// For each side a stake of 1 bets against it, with odds that are fair at the limit and unfavourable beyond it: where no
/// case has a chance above the limit, the stake ever grows to 1/α in at most α of all sequences (Ville 1939). So one may
/// look after each case, and each verdict is ever given wrongly with at most its error. See `BinomialEvidence`.
package struct GrowingShare: Sendable, Hashable {
  /// ln of what has become of the stake that the share is above the limit, and of the one that it is below.
  package let (above, below): (Double, Double)

  /// - Parameters:
  ///   - successes: cases that were so.
  ///   - trials: all cases so far.
  ///   - limit: strictly between 0 and 1.
  package init(successes: Int, of trials: Int, limit: Double) {
    let prior = (0.5, 0.5)
    above = BinomialEvidence.logarithmAbove(limit, successes: successes, of: trials, prior: prior)
    below = BinomialEvidence.logarithmAbove(1 - limit, successes: trials - successes, of: trials, prior: prior)
  }

  /// What the claim that the share is above the limit, or below it, comes to.
  package func verdict(isAbove: Bool, error: Double) -> Finding.Verdict {
    let needed = -log(error)
    let (claimed, contrary) = isAbove ? (above, below) : (below, above)
    return claimed >= needed ? .holds : contrary >= needed ? .fails : .unknown
  }
}
