import Compute
import Foundation

/// How far the learned reward may lie from the truth: over all rewards that fit the behaviour equally well.
///
/// The learner's model fits every reward a + Σ_k V(k) b_k alike (b_k: shaping as the model believes it). After
/// value-adjusted levelling and scaling to length 1 these fill the half-sphere of {t · a + w : t > 0, w ∈ W}, so the
/// least and greatest STARC distance to the truth follow in closed form; neither bound need be attained.
public struct CompatibleRange: Sendable, Hashable, Codable {
  /// STARC-VAL distances (L2, uniform policy), 0 … 2.
  public let least: Double
  /// The distance of the farthest reward that fits.
  public let greatest: Double
  /// Of the fitting reward of least Euclidean norm.
  public let canonical: Double

  /// Distance of two vectors of length 1 by the cosine and the sine of their angle, of which the cosine alone would lose
  /// half the digits of small angles.
  static func distance(cosine: Double, sine: Double) -> Double { 2 * sin(atan2(sine, cosine) / 2) }

  /// - Parameters:
  ///   - truth: levelled, not all zero.
  ///   - solution: one levelled solution.
  ///   - canonical: the levelled solution of least norm.
  ///   - free: the levelled directions that are free.
  init(truth: [Double], solution: [Double], canonical: [Double], free: [[Double]]) throws {
    let length = Vectors.norm(truth)
    let unit = truth.map { $0 / length }
    // Levelling has set directions to 0 that are nothing but rounding.
    let subspace = try Subspace.span(free, size: truth.count, noise: Double(truth.count))
    let within = subspace.projection(unit)
    let inside = Vectors.norm(within)
    let across = zip(solution, subspace.projection(solution)).map { $0 - $1 }
    let height = Vectors.norm(across)
    // How much of the truth points along the one direction in which the data say which way is up.
    let lift =
      height > Double(16 * truth.count) * Double.ulpOfOne * Vectors.norm(solution)
      ? Vectors.dot(unit, across) / height : 0
    let whole = (inside * inside + lift * lift).squareRoot()
    /// The truth's part across the free directions, and across the solution as well.
    let outside = Vectors.difference(unit, within)
    let rest = Vectors.norm(lift == 0 ? outside : Vectors.sum(outside, -lift / height, across))
    let beside = Vectors.norm(outside)
    if subspace.dimension == 0 {
      least = Self.distance(cosine: lift, sine: rest)
      greatest = least
    } else {
      least = lift >= 0 ? Self.distance(cosine: whole, sine: rest) : Self.distance(cosine: inside, sine: beside)
      greatest = lift <= 0 ? Self.distance(cosine: -whole, sine: rest) : Self.distance(cosine: -inside, sine: beside)
    }
    let norm = Vectors.norm(canonical)
    if norm > 0 {
      let along = Vectors.dot(canonical, unit) / norm
      self.canonical = Self.distance(
        cosine: along, sine: Vectors.norm(Vectors.sum(unit, -along / norm, canonical)))
    } else {
      self.canonical = 1
    }
  }
}

extension OccupancyGeometry {
  /// Value-adjusted levelling under the uniform policy: the advantage of each pair. Exactly 0 if
  /// only rounding is left.
  func levelled(_ reward: [Double]) throws -> [Double] {
    let values = try values(uniform, rewards: reward)
    let q = lookAhead(values, rewards: reward)
    let advantages = q.indices.map { q[$0] - values[$0 / actionCount] }
    let size = Vectors.largest(reward) + 2 * Vectors.largest(values)
    return Vectors.largest(advantages) <= 2 * solveRounding * size
      ? [Double](repeating: 0, count: q.count) : advantages
  }
}
