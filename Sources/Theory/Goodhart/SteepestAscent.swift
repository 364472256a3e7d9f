import Compute
import Environments
import Foundation

/// The path of steepest ascent of a proxy reward on the occupancy polytope, and where to leave it.
///
/// From a start policy it moves along the feasible direction in which the proxy's return rises fastest, until a facet
/// blocks; then along the steepest direction that is left, until there is none: an optimal policy of the proxy. The
/// angle between direction and proxy never falls. While its cosine is at least sin θ, no reward within angle θ of the
/// proxy loses return; as soon as it is smaller, some such reward does. Stopping there is the optimal early stopping of
/// Karwowski et al. ("Goodhart's Law in Reinforcement Learning", ICLR 2024).
public struct SteepestAscent: Sendable {
  /// One straight piece of the path.
  public struct Segment: Sendable, Hashable {
    /// cos of the angle between the direction and the proxy's projection.
    public let cosine: Double
    /// Its length in occupancy space.
    public let length: Double
    /// The unit direction, on the geometry's pairs.
    let direction: [Double]
    /// The pairs whose occupancy reaches 0 at its end: the facets that block.
    public let blocking: [Int]
  }

  /// The polytope of occupancies that the path runs through.
  public let geometry: OccupancyGeometry
  /// The straight pieces of the path, in order.
  public let segments: [Segment]
  /// The path's corners as occupancies on the geometry's pairs: one more than segments.
  public let corners: [[Double]]
  /// The proxy's projection, of length 1; all zero if the proxy orders no policies.
  let unitProxy: [Double]

  /// Of the parameters:
  /// - `proxy`: the reward to climb, on the geometry's pairs.
  /// - `start`: the occupancy to start from; that of the uniform policy if nil.
  public init(_ geometry: OccupancyGeometry, proxy: [Double], start: [Double]? = nil) throws {
    self.geometry = geometry
    let gradient = geometry.projected(Vectors.unitScaled(proxy).values)
    let size = Vectors.norm(gradient)
    let unit = size > 0 ? gradient.map { $0 / size } : gradient
    unitProxy = unit
    var point = try start ?? geometry.occupancy(geometry.uniform)
    var segments: [Segment] = []
    var corners = [point]
    let negligible = geometry.solveRounding * point.reduce(0, +)
    if size > 0 {
      var cone = TangentCone(geometry)
      // A face is entered at most once: the projection only becomes shorter. The bound is far above any path seen.
      for _ in 0..<(50 * geometry.pairCount + 50) {
        for pair in point.indices where point[pair] <= negligible { point[pair] = 0 }
        let zeros = point.indices.filter { point[$0] == 0 }
        let direction = try cone.steepest(unit, zeros: zeros)
        let cosine = Vectors.norm(direction)
        guard cosine > geometry.directionRounding * Double(geometry.pairCount).squareRoot() else { break }
        let unitDirection = direction.map { $0 / cosine }
        var length = Double.infinity
        for pair in point.indices where unitDirection[pair] < -geometry.directionRounding / cosine {
          length = min(length, -point[pair] / unitDirection[pair])
        }
        guard length.isFinite else { break }
        var blocking: [Int] = []
        for pair in point.indices where unitDirection[pair] != 0 {
          let before = point[pair]
          point[pair] += length * unitDirection[pair]
          if point[pair] <= max(negligible, 1e-12 * before), unitDirection[pair] < 0 {
            point[pair] = 0
            blocking.append(pair)
          }
        }
        segments.append(Segment(cosine: min(1, cosine), length: length, direction: unitDirection, blocking: blocking))
        corners.append(point)
      }
    }
    self.segments = segments
    self.corners = corners
  }
}

extension SteepestAscent {
  /// The corner at which to stop if the truth lies within `angle` (radians) of the proxy.
  public func stop(angle: Double) -> Int {
    // A truth beyond a right angle loses by any step at all, however small its sine.
    if angle > .pi / 2 + 1e-9 { return 0 }
    // The same number reached by two routes must not decide; 1e-9 is far above rounding and far below any meaning.
    return segments.firstIndex { $0.cosine < sin(angle) - 1e-9 } ?? segments.count
  }

  /// How far a truth may be from the proxy, in radians, without losing any return on the way to this corner.
  public func safeAngle(corner: Int) -> Double {
    corner == 0 ? .pi / 2 : asinClamped(segments[..<corner].map(\.cosine).min() ?? 1)
  }

  /// The least change of return, from the start to this corner, of any truth within `angle` of the proxy whose
  /// projection has length 1.
  public func worstCase(corner: Int, angle: Double) -> Double {
    Self.worstCase(move: zip(corners[corner], corners[0]).map { $0 - $1 }, unitProxy: unitProxy, angle: angle)
  }

  /// min v · R0 over ‖R0‖ = 1 with ∠(R0, r) ≤ θ: ‖v‖ cos(∠(v, r) + θ), and −‖v‖ once the sum exceeds π.
  static func worstCase(move: [Double], unitProxy: [Double], angle: Double) -> Double {
    let size = Vectors.norm(move)
    guard size > 0 else { return 0 }
    let along = Vectors.dot(move, unitProxy)
    let across = Vectors.norm(zip(move, unitProxy).map { $0 - along * $1 })
    let between = atan2(across, along)
    return between + angle <= .pi ? cos(angle) * along - sin(angle) * across : -size
  }

  /// The policy at a corner.
  public func policy(corner: Int) -> TabularPolicy { geometry.policy(occupancy: corners[corner]) }

  /// The return of a reward, on the geometry's pairs, at each corner.
  public func returns(_ reward: [Double]) -> [Double] { corners.map { Vectors.dot($0, reward) } }

  /// The first segment along which this reward's return falls, although the proxy's rises.
  public func turn(_ reward: [Double]) -> Int? {
    let projected = geometry.projected(Vectors.unitScaled(reward).values)
    let slack = geometry.directionRounding * Double(geometry.pairCount).squareRoot()
    return segments.firstIndex { Vectors.dot($0.direction, projected) < -slack }
  }
}

/// arcsin with its argument kept within −1 … 1.
func asinClamped(_ x: Double) -> Double { asin(max(-1, min(1, x))) }
