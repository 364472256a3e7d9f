import Compute
import Environments
import Foundation

/// A change of the policy in a finite world, and what truths near a proxy reward can lose by it, exactly.
///
/// ```swift
/// let geometry = try OccupancyGeometry(world)
/// let step = try PolicyStep(geometry, from: before, to: after, proxy: proxy)
/// step.loses(angle: 20 * .pi / 180)       // true: some truth within 20° of the proxy is worth less after it
/// ```
///
/// A policy's return is its occupancy times the reward, so the change of return is a scalar product with the difference
/// of occupancies. Of all truths whose projection lies within θ of the proxy's, the one that turns away from that
/// difference loses most; none loses if the difference is within 90° − θ of the proxy: the rule of early stopping of
/// Karwowski et al. ("Goodhart's Law in Reinforcement Learning", ICLR 2024), for the steps of any learner.
///
/// It says nothing of rewards whose projection is farther away, and nothing of other policies than the two.
public struct PolicyStep: Sendable, Hashable {
  /// The angle between the difference of occupancies and the proxy's projection, radians 0 to π; nil where the two
  /// policies do the same, or the proxy orders no policies.
  public let angle: Double?
  /// The length of the difference of occupancies.
  public let size: Double
  private let along: Double
  private let across: Double

  /// - Parameters:
  ///   - geometry: of the world.
  ///   - first: how somebody acted before the step.
  ///   - second: how after it.
  ///   - proxy: expected reward on [states × actions] of the world.
  /// - Throws: `InputError` if the flow equations cannot be solved.
  /// Complexity: two linear systems in the reachable states, and one projection.
  public init(
    _ geometry: OccupancyGeometry, from first: TabularPolicy, to second: TabularPolicy, proxy: [Double]
  ) throws {
    let occupancies = try [first, second].map { try geometry.occupancy(geometry.compact($0.probabilities)) }
    let move = zip(occupancies[1], occupancies[0]).map { $0 - $1 }
    let size = Vectors.norm(move)
    let gradient = geometry.projected(Vectors.unitScaled(geometry.compact(proxy)).values)
    let length = Vectors.norm(gradient)
    // What two solutions of the same equations may differ by.
    let negligible = 2 * geometry.solveRounding * occupancies[0].reduce(0, +)
    guard size > negligible, length > geometry.directionRounding * Double(geometry.pairCount).squareRoot() else {
      (angle, self.size, along, across) = (nil, size > negligible ? size : 0, 0, 0)
      return
    }
    let unit = gradient.map { $0 / length }
    let along = Vectors.dot(move, unit)
    let across = Vectors.norm(zip(move, unit).map { $0 - along * $1 })
    (angle, self.size, self.along, self.across) = (atan2(across, along), size, along, across)
  }

  /// How far a truth may be from the proxy, in radians, without losing: π/2 for a step straight along it, below 0 where
  /// the proxy itself loses; nil as for ``angle``.
  public var safeAngle: Double? { angle.map { .pi / 2 - $0 } }

  /// Whether some truth within `angle` radians of the proxy is worth less after the step. Policies that do the same
  /// lose nothing; where the proxy orders none, no direction is known to be right, and any step may lose.
  public func loses(angle: Double) -> Bool {
    guard let safeAngle else { return size > 0 }
    return angle > safeAngle + Self.rounding
  }

  /// The least change of return of any truth within `angle` radians of the proxy whose projection has length 1.
  public func worstCase(angle: Double) -> Double {
    guard let between = self.angle else { return -size }
    return between + angle <= .pi ? cos(angle) * along - sin(angle) * across : -size
  }

  /// The same number by two routes must not decide; 1e-9 is far above rounding and far below any meaning.
  private static let rounding = 1e-9
}
