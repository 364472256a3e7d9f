import Compute
import Foundation

/// Logistic regression within groups: how a feature goes with success among rows of one group, whatever the groups' own
/// rates (Breslow and Day 1980). Exact conditional likelihood, one feature.
///
/// A group gives exp(β Σ x of its successes) over the sum of exp(β Σ x) of all choices of as many of its rows. Groups
/// without variation say nothing and are left out. Complexity: rows × successes in each group, for each Newton step.
package struct ConditionalLogistic: Sendable {
  /// The weight of the feature.
  package private(set) var weight = 0.0
  /// Its standard error, from the observed information.
  package private(set) var error = Double.infinity
  /// Groups with a success and a failure that differ in the feature.
  package private(set) var groups = 0

  /// Nil if no group has variation, or the likelihood has no maximum (the feature separates the rows).
  package init?(_ rows: [(group: Int, feature: Double, success: Bool)]) {
    var members: [Int: [Int]] = [:]
    for (index, row) in rows.enumerated() { members[row.group, default: []].append(index) }
    let informative = members.keys.sorted().compactMap { key -> [Int]? in
      guard let group = members[key], group.contains(where: { rows[$0].success }),
        group.contains(where: { !rows[$0].success }),
        group.contains(where: { rows[$0].feature != rows[group[0]].feature })
      else { return nil }
      return group
    }
    groups = informative.count
    guard groups > 0 else { return nil }
    var information = 0.0
    for _ in 0..<60 {
      var score = 0.0
      information = 0
      for group in informative {
        let (mean, variance) = Self.moments(group.map { rows[$0].feature }, group.count { rows[$0].success }, weight)
        score += group.reduce(0) { rows[$1].success ? $0 + rows[$1].feature : $0 } - mean
        information += variance
      }
      guard information > 1e-12 else { return nil }
      let step = max(-2, min(2, score / information))
      weight += step
      guard abs(weight) < 50 else { return nil }
      if abs(step) < 1e-10 { break }
    }
    error = 1 / information.squareRoot()
  }

  /// Mean and variance of Σ x over all choices of `chosen` rows, each weighted with exp(β Σ x): by the recursion over
  /// rows of the sums' elementary symmetric functions and their first two moments.
  private static func moments(_ features: [Double], _ chosen: Int, _ weight: Double) -> (Double, Double) {
    let centre = features.reduce(0, +) / Double(features.count)
    var sums = [Double](repeating: 0, count: chosen + 1)
    var first = sums
    var second = sums
    sums[0] = 1
    for feature in features {
      let x = feature - centre
      let factor = exp(weight * x)
      for k in stride(from: chosen, to: 0, by: -1) {
        second[k] += factor * (second[k - 1] + 2 * x * first[k - 1] + x * x * sums[k - 1])
        first[k] += factor * (first[k - 1] + x * sums[k - 1])
        sums[k] += factor * sums[k - 1]
      }
      // Only ratios matter: kept near 1, so that large groups do not overflow.
      let scale = 1 / (sums.max() ?? 1)
      for k in 0...chosen {
        sums[k] *= scale
        first[k] *= scale
        second[k] *= scale
      }
    }
    let mean = first[chosen] / sums[chosen]
    return (mean + Double(chosen) * centre, max(0, second[chosen] / sums[chosen] - mean * mean))
  }
}
