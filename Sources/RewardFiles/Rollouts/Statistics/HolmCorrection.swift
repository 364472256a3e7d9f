/// Holm's correction for many tests: the chance of any false rejection is at most the level, under any dependence.
///
/// With stakes it is the weighted form (Holm 1979, section 4): a hypothesis with twice the stake is tested at twice the
/// level. Stakes are fixed before any data.
package enum HolmCorrection {
  /// Corrected p-values, in the given order, all with the same stake.
  package static func corrected(_ pValues: [Double]) -> [Double] {
    corrected(pValues, stakes: pValues.map { _ in 1 }).pValues
  }

  /// Corrected p-values, in the given order, and by which factor each was multiplied.
  package static func corrected(_ pValues: [Double], stakes: [Double]) -> (pValues: [Double], factors: [Double]) {
    let order = pValues.indices.sorted { (pValues[$0] / stakes[$0], $0) < (pValues[$1] / stakes[$1], $1) }
    var rest = stakes.reduce(0, +)
    var (result, factors) = (pValues, pValues)
    var largest = 0.0
    for index in order {
      factors[index] = max(1, rest / stakes[index])
      largest = max(largest, min(1, pValues[index] * factors[index]))
      result[index] = largest
      rest -= stakes[index]
    }
    return (result, factors)
  }
}
