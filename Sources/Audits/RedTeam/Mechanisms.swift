import Compute
import Environments

/// Which finds are examples of one and the same mechanism: those whose excess comes from alike transitions.
///
/// A find's place is the mean of its encoded transitions, each with the weight of its excess, every feature in units of
/// its deviation over the judged transitions and the finds together. Places are joined by average linkage. So many
/// mechanisms are told as give the largest mean silhouette, of 2 … 8; one if that is below .7, or there are fewer than
/// three finds.
///
/// Sources: Rousseeuw, "Silhouettes", 1987; Kaufman & Rousseeuw, "Finding groups in data", 1990, who call a structure
/// strong from .7 on.
package struct Mechanisms {
  /// One for each find, from 0 in the order in which they first come.
  package let labels: [Int]
  /// The mean silhouette of the division, nil where there is one mechanism.
  package let silhouette: Double?

  static let most = 8

  package init(_ places: [[Double]]) {
    let count = places.count
    guard count > 2 else {
      (labels, silhouette) = ([Int](repeating: 0, count: count), nil)
      return
    }
    let distances = places.map { one in places.map { other in Self.distance(one, other) } }
    var clusters = (0..<count).map { [$0] }
    var best: (labels: [Int], silhouette: Double)?
    while clusters.count > 1 {
      if (2...min(Self.most, count - 1)).contains(clusters.count) {
        let labels = Self.labels(clusters, count: count)
        let value = Self.silhouette(labels, clusters.count, distances)
        // Of equals the fewer, which come later.
        if value >= best?.silhouette ?? -1 { best = (labels, value) }
      }
      Self.joinNearest(&clusters, distances)
    }
    if let best, best.silhouette >= 0.7 {
      (labels, silhouette) = (best.labels, best.silhouette)
    } else {
      (labels, silhouette) = ([Int](repeating: 0, count: count), nil)
    }
  }

  static func distance(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private static func joinNearest(_ clusters: inout [[Int]], _ distances: [[Double]]) {
    var (first, second, least) = (0, 1, Double.infinity)
    for one in clusters.indices {
      for other in (one + 1)..<max(one + 1, clusters.count) {
        var sum = 0.0
        for a in clusters[one] { for b in clusters[other] { sum += distances[a][b] } }
        let mean = sum / Double(clusters[one].count * clusters[other].count)
        if mean < least { (first, second, least) = (one, other, mean) }
      }
    }
    clusters[first] = (clusters[first] + clusters[second]).sorted()
    clusters.remove(at: second)
  }

  private static func labels(_ clusters: [[Int]], count: Int) -> [Int] {
    var labels = [Int](repeating: 0, count: count)
    for (label, cluster) in clusters.sorted(by: { $0[0] < $1[0] }).enumerated() {
      for member in cluster { labels[member] = label }
    }
    return labels
  }

  /// The mean over finds of (b − a) ∕ max(a, b): a is the mean distance to the find's own mechanism, b that to the nearest
  /// other one; 0 of a find that is alone.
  static func silhouette(_ labels: [Int], _ clusters: Int, _ distances: [[Double]]) -> Double {
    var total = 0.0
    for one in labels.indices {
      var (sums, counts) = ([Double](repeating: 0, count: clusters), [Int](repeating: 0, count: clusters))
      for other in labels.indices where other != one {
        sums[labels[other]] += distances[one][other]
        counts[labels[other]] += 1
      }
      guard counts[labels[one]] > 0 else { continue }
      let own = sums[labels[one]] / Double(counts[labels[one]])
      let nearest =
        (0..<clusters).filter { $0 != labels[one] && counts[$0] > 0 }
        .map { sums[$0] / Double(counts[$0]) }.min() ?? 0
      if max(own, nearest) > 0 { total += (nearest - own) / max(own, nearest) }
    }
    return total / Double(labels.count)
  }
}
