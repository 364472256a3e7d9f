/// Correction for many tests: Benjamini and Yekutieli's false-discovery rate, which holds under any dependence. The
/// checks look at the same rows, so their p-values depend on each other in unknown ways; Benjamini and
/// Hochberg's, a factor of about ln m kinder, would need them to be positively dependent.
package enum FalseDiscovery {
  /// Corrected p-values, in the given order.
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
}
