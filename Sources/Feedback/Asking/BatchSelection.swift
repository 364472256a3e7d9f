import Compute
import Foundation

/// How a batch is chosen of candidates that each have a score, so that it does not ask the same thing several times.
///
/// Candidates are points (the members' differences, so that questions are near if every member values them equally); n
/// candidates, m of them chosen, d the points' dimension. Bıyık and Sadigh 2018; Bıyık, Wang, Anari, Sadigh 2019.
public enum BatchSelection: String, Codable, Sendable, Hashable, CaseIterable {
  /// The highest scores. O(n log n).
  case top
  /// The highest score, then each time the candidate farthest from those chosen. O(n m d).
  case kCentre = "k-centre"
  /// Each time the candidate whose observations, those of both segments end to end, are farthest from all that was asked
  /// about and chosen before: B-Pref's "k-centre". O(n (m + asked) d).
  case kCentreObservations = "k-centre-observations"
  /// The medoids of m clusters. O(n² d).
  case medoids
  /// The same, of the candidates that are extreme in some direction: on the boundary of their convex hull. O(n² d).
  case boundaryMedoids = "boundary-medoids"
  /// Of the two nearest candidates, the one with the lower score is dropped, until m are left. O(n² (n − m + d)).
  case successiveElimination = "successive-elimination"
  /// The greedy mode of a determinantal process with kernel √(s_i s_j) exp(−‖x_i − x_j‖² / 2ℓ²): good and unlike each
  /// other. O(n m²) after O(n² d).
  case determinantal

  /// Numbers of the chosen candidates.
  ///
  /// - Parameters:
  ///   - count: how many, at most as many as there are.
  ///   - scores: [n], higher is better.
  ///   - points: [n][d].
  ///   - random: draws directions for ``boundaryMedoids``; unused otherwise.
  public func choose(
    _ count: Int, scores: [Double], points: [[Double]], _ random: inout RandomStream
  ) -> [Int] {
    precondition(scores.count == points.count, "a point for each score")
    let count = min(count, scores.count)
    guard count > 0 else { return [] }
    let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    guard self != .top, count < scores.count else { return Array(order.prefix(count)) }
    switch self {
    case .top: return Array(order.prefix(count))
    case .kCentre, .kCentreObservations: return Self.farthest(count, from: order[0], points)
    case .medoids: return Self.medoids(count, of: Array(points.indices), points)
    case .boundaryMedoids:
      let boundary = Self.boundary(points, &random)
      // Too few corners: the best of the rest fill the batch.
      guard boundary.count > count else {
        return boundary + order.filter { !boundary.contains($0) }.prefix(count - boundary.count)
      }
      return Self.medoids(count, of: boundary, points)
    case .successiveElimination: return Self.eliminated(to: count, scores, points)
    case .determinantal: return Self.determinantal(count, scores, points)
    }
  }

  private static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += (a[index] - b[index]) * (a[index] - b[index]) }
    return sum
  }

  private static func farthest(_ count: Int, from first: Int, _ points: [[Double]]) -> [Int] {
    var chosen = [first]
    var nearest = points.map { squaredDistance($0, points[first]) }
    while chosen.count < count {
      var best = -1
      for index in points.indices where !chosen.contains(index) {
        if best < 0 || nearest[index] > nearest[best] { best = index }
      }
      chosen.append(best)
      for index in points.indices { nearest[index] = min(nearest[index], squaredDistance(points[index], points[best])) }
    }
    return chosen
  }

  /// Alternates between assigning and choosing the most central of each cluster, from spread-out beginnings.
  private static func medoids(_ count: Int, of members: [Int], _ points: [[Double]]) -> [Int] {
    let local = members.map { points[$0] }
    var centers = farthest(count, from: 0, local)
    for _ in 0..<20 {
      var clusters = [[Int]](repeating: [], count: count)
      for index in local.indices {
        var best = 0
        for center in 1..<max(1, count)
        where squaredDistance(local[index], local[centers[center]])
          < squaredDistance(local[index], local[centers[best]])
        { best = center }
        clusters[best].append(index)
      }
      let next = clusters.enumerated().map { place, cluster -> Int in
        var best = (index: centers[place], cost: Double.infinity)
        for candidate in cluster {
          let cost = cluster.reduce(0) { $0 + squaredDistance(local[candidate], local[$1]).squareRoot() }
          if cost < best.cost { best = (candidate, cost) }
        }
        return best.index
      }
      if next == centers { break }
      centers = next
    }
    return centers.map { members[$0] }
  }

  /// The points that are farthest in one of many random directions, in order.
  private static func boundary(_ points: [[Double]], _ random: inout RandomStream) -> [Int] {
    let dimension = points[0].count
    var extreme: Set<Int> = []
    for _ in 0..<max(64, 8 * dimension) {
      let direction = (0..<dimension).map { _ in random.normal() }
      var best = 0
      var reach = -Double.infinity
      for (index, point) in points.enumerated() {
        let value = zip(point, direction).reduce(0) { $0 + $1.0 * $1.1 }
        if value > reach { (best, reach) = (index, value) }
      }
      extreme.insert(best)
    }
    return extreme.sorted()
  }

  private static func eliminated(to count: Int, _ scores: [Double], _ points: [[Double]]) -> [Int] {
    var left = Array(points.indices)
    while left.count > count {
      var closest = (first: 0, second: 1, distance: Double.infinity)
      for first in left.indices {
        for second in (first + 1)..<left.count {
          let distance = squaredDistance(points[left[first]], points[left[second]])
          if distance < closest.distance { closest = (first, second, distance) }
        }
      }
      let isFirstWorse = scores[left[closest.first]] < scores[left[closest.second]]
      left.remove(at: isFirstWorse ? closest.first : closest.second)
    }
    return left.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
  }

  /// Chen, Zhang, Zhou 2018: the greedy mode with incremental Cholesky factors.
  private static func determinantal(_ count: Int, _ scores: [Double], _ points: [[Double]]) -> [Int] {
    let lowest = min(0, scores.min() ?? 0)
    let quality = scores.map { max($0 - lowest, 1e-12).squareRoot() }
    var distances: [Double] = []
    for first in points.indices.prefix(64) {
      for second in (first + 1)..<points.count { distances.append(squaredDistance(points[first], points[second])) }
    }
    distances.sort()
    // ℓ²: the median squared distance.
    let scale = max(distances.isEmpty ? 1 : distances[distances.count / 2], 1e-12)
    func kernel(_ a: Int, _ b: Int) -> Double {
      quality[a] * quality[b] * exp(-squaredDistance(points[a], points[b]) / (2 * scale))
    }
    var gains = points.indices.map { kernel($0, $0) }
    var factors = [[Double]](repeating: [], count: points.count)
    var chosen: [Int] = []
    while chosen.count < count {
      var best = -1
      for index in points.indices where !chosen.contains(index) {
        if best < 0 || gains[index] > gains[best] { best = index }
      }
      chosen.append(best)
      let root = max(gains[best], 1e-12).squareRoot()
      for index in points.indices where !chosen.contains(index) {
        let shared = zip(factors[best], factors[index]).reduce(0) { $0 + $1.0 * $1.1 }
        let factor = (kernel(best, index) - shared) / root
        factors[index].append(factor)
        gains[index] -= factor * factor
      }
    }
    return chosen
  }
}
