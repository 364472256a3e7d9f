import Compute
import Foundation

/// How much room there is for proxies: the share of all directions of reward that cannot be hacked with respect to the
/// true one on these policies.
///
/// They form a cone, `{R : (F_j − F_i) · R ≥ 0 wherever policy j is truly better than i}`. Its share of the sphere, in
/// the space of directions in which rewards act, is exact in one and two dimensions and sampled beyond, with an
/// interval that covers it at its level.
public struct UnhackableShare: Sendable, Hashable {
  /// The share of directions, between 0 and 1.
  public let share: Double
  /// Nil if the share is exact.
  public let interval: Interval?
  /// How many directions were drawn; nil if the share is exact.
  public let samples: Int?
  /// The dimension in which directions were drawn.
  public let dimension: Int

  /// - `samples`: directions drawn uniformly, where the share is not known exactly.
  public init(
    of order: ReturnOrder, on policies: PolicySet, samples: Int = 20_000, random: RandomSource
  ) throws {
    let geometry = try PolicyGeometry(policies)
    dimension = geometry.dimension
    guard !order.isTrivial, geometry.dimension > 0 else {
      (share, interval, self.samples) = (1, nil, nil)
      return
    }
    if geometry.dimension <= 2 {
      share = geometry.dimension == 1 ? 0.5 : Self.planarShare(order, geometry.points)
      (interval, self.samples) = (nil, nil)
      return
    }
    var stream = random.stream("hacking/unhackable-share")
    var inside = 0
    var direction = [Double](repeating: 0, count: geometry.dimension)
    for _ in 0..<samples {
      for index in direction.indices { direction[index] = stream.normal() }
      if Self.isUnhackable(direction, geometry.points, order) { inside += 1 }
    }
    share = Double(inside) / Double(max(1, samples))
    interval = Statistics.proportionInterval(successes: inside, of: samples)
    self.samples = samples
  }

  /// No policy of a level may lie below any of a lower level: it suffices to compare each with the best so far. Most
  /// directions fail early, so that returns are computed one by one.
  private static func isUnhackable(_ direction: [Double], _ points: Matrix, _ order: ReturnOrder) -> Bool {
    points.elements.withUnsafeBufferPointer { points in
      var best = -Double.infinity
      for level in order.levels {
        var levelBest = best
        for policy in level {
          var value = 0.0
          for index in direction.indices { value += points[policy * direction.count + index] * direction[index] }
          if value < best { return false }
          levelBest = max(levelBest, value)
        }
        best = levelBest
      }
      return true
    }
  }

  /// In the plane the cone is what half-planes leave: half a turn less the spread of their normals.
  private static func planarShare(_ order: ReturnOrder, _ points: Matrix) -> Double {
    var normals: [(x: Double, y: Double)] = []
    for (lower, upper) in zip(order.levels, order.levels.dropFirst()) {
      for low in lower {
        for high in upper { normals.append((points[high, 0] - points[low, 0], points[high, 1] - points[low, 1])) }
      }
    }
    // The normals all lie within half a turn, since the true reward is inside of every half-plane; angles are taken
    // from the first one.
    let first = normals[0]
    var (least, greatest) = (0.0, 0.0)
    for normal in normals {
      let angle = atan2(first.x * normal.y - first.y * normal.x, first.x * normal.x + first.y * normal.y)
      least = min(least, angle)
      greatest = max(greatest, angle)
    }
    return max(0, .pi - (greatest - least)) / (2 * .pi)
  }
}
