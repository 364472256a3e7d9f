import Compute

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

  /// Distance of two vectors by the cosine of their angle.
  static func distance(cosine: Double) -> Double { (2 - 2 * max(-1, min(1, cosine))).squareRoot() }

  /// - Parameters:
  ///   - truth: levelled, not all zero.
  ///   - solution: one levelled solution.
  ///   - canonical: the levelled solution of least norm.
  ///   - free: the levelled directions that are free.
  init(truth: [Double], solution: [Double], canonical: [Double], free: [[Double]]) throws {
    let length = Vectors.norm(truth)
    let unit = truth.map { $0 / length }
    // Directions that are rounding beside the others are no freedom.
    let size = free.map(Vectors.norm).max() ?? 0
    let subspace = try Subspace.span(
      free.filter { Vectors.norm($0) > 1e-9 * max(1, size) }, size: truth.count)
    let inside = Vectors.norm(subspace.projection(unit))
    let across = zip(solution, subspace.projection(solution)).map { $0 - $1 }
    let height = Vectors.norm(across)
    // How much of the truth points along the one direction in which the data say which way is up.
    let lift =
      height > 1e-9 * max(1e-300, Vectors.norm(solution))
      ? Vectors.dot(unit, across) / height : 0
    let whole = (inside * inside + lift * lift).squareRoot()
    if subspace.dimension == 0 {
      least = Self.distance(cosine: lift)
      greatest = least
    } else {
      least = Self.distance(cosine: lift >= 0 ? whole : inside)
      greatest = Self.distance(cosine: lift <= 0 ? -whole : -inside)
    }
    let norm = Vectors.norm(canonical)
    self.canonical = norm > 0 ? Self.distance(cosine: Vectors.dot(canonical, unit) / norm) : 1
  }
}

extension OccupancyGeometry {
  /// Value-adjusted levelling under the uniform policy: the advantage of each pair. Exactly 0 if
  /// only rounding is left.
  func levelled(_ reward: [Double]) throws -> [Double] {
    let values = try values(uniform, rewards: reward)
    let q = lookAhead(values, rewards: reward)
    let advantages = q.indices.map { q[$0] - values[$0 / actionCount] }
    let size = max(Vectors.norm(reward), Vectors.norm(values))
    return Vectors.norm(advantages) <= 1e-11 * size ? [Double](repeating: 0, count: q.count) : advantages
  }
}
