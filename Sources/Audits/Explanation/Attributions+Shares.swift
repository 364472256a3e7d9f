import Compute

extension Attributions {
  /// A feature's part in how a score varies over rows.
  package struct Share: Sendable, Hashable, Codable {
    package var feature: String
    /// Its mean size over all features' mean sizes: shares sum to 1.
    package var share: Double
    /// By drawing groups of rows anew (95 %, percentiles); nil for fewer than two groups.
    package var interval: Interval?
  }

  /// The features' parts over all rows, largest first.
  ///
  /// - Parameters:
  ///   - groups: rows that belong together, a clip or an episode: they are alike, and are drawn together.
  ///   - random: of the interval.
  package func shares(groups: [Range<Int>], random: RandomSource) -> [Share] {
    Self.shares(of: [self], groups: groups, random: random)
  }

  /// The same of several scores of the same rows together: the sizes of a feature's parts are added up.
  package static func shares(of all: [Attributions], groups: [Range<Int>], random: RandomSource) -> [Share] {
    guard let features = all.first?.features else { return [] }
    let count = features.count
    let sums = groups.map { group in
      (0..<count).map { feature in
        all.reduce(0) { sum, each in sum + group.reduce(0) { $0 + abs(each.values[$1, feature]) } }
      }
    }
    let parts: @Sendable ([Double]) -> [Double] = { counts in
      var totals = [Double](repeating: 0, count: count)
      for (group, times) in counts.enumerated() where times > 0 {
        for feature in 0..<count { totals[feature] += times * sums[group][feature] }
      }
      let all = totals.reduce(0, +)
      return all > 0 ? totals.map { $0 / all } : totals
    }
    let own = parts([Double](repeating: 1, count: groups.count))
    let replicates =
      groups.count > 1
      ? Statistics.bootstrapReplicates(
        count: groups.count, resamples: 500, random: random.child("attributions/shares"), statistics: parts) : []
    return (0..<count).map { feature in
      Share(
        feature: features[feature].name, share: own[feature],
        interval: Statistics.percentileInterval(replicates, column: feature))
    }.sorted { ($0.share, $1.feature) > ($1.share, $0.feature) }
  }
}
