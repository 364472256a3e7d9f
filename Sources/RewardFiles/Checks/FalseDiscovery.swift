/// Correction for many tests, in two steps: Holm's within a check, Benjamini and Yekutieli's over the checks.
///
/// Neither needs to know how tests depend on each other: they look at the same rows. Over the checks, all that were
/// asked for count, those that the files cannot answer with a p-value of 1. So more files can only lower p-values of
/// checks, and a step-up procedure never takes back a rejection when a p-value falls: another file hides no failure.
package enum FalseDiscovery {
  /// Benjamini and Yekutieli's corrected p-values, in the given order.
  package static func corrected(_ pValues: [Double]) -> [Double] {
    let m = Double(pValues.count)
    let harmonic = pValues.indices.reduce(0.0) { $0 + 1 / Double($1 + 1) }
    var result = pValues
    var least = 1.0
    for (rank, index) in pValues.indices.sorted(by: { (pValues[$0], $0) < (pValues[$1], $1) }).enumerated().reversed() {
      least = min(least, pValues[index] * m * harmonic / Double(rank + 1))
      result[index] = least
    }
    return result
  }

  /// For each check's p-values, the corrected ones. A check's own p-value is its least after Holm; what the second step
  /// makes of it, it makes of all of them.
  package static func corrected(byCheck checks: [[Double]]) -> [[Double]] {
    let within = checks.map { HolmCorrection.corrected($0) }
    let own = within.map { $0.min() ?? 1 }
    return zip(within, zip(own, corrected(own))).map { values, check in
      values.map { check.0 > 0 ? min(1, $0 * (check.1 / check.0)) : $0 }
    }
  }
}
