import Compute

/// Which rewards cannot be hacked with respect to a given one, on finitely many policies: whether there is any but its
/// equals, and one if there is.
///
/// With d the dimension of the set of policies (``PolicySet``) and k that of the differences between policies that the
/// true reward ties:
///
/// - a non-trivial simplification exists exactly if k ≤ d − 2;
/// - a non-trivial unhackable proxy that is not equivalent exists exactly if d ≥ 2, or if the true reward is trivial
///   and d ≥ 1.
///
/// Rotating the true reward within the directions that keep its ties, until the first levels meet, gives a
/// simplification; the rotation chosen here is the smallest there is. Where the ties leave no room to rotate, rotating
/// off them tells tied policies apart before anything is reversed.
///
/// Source: Skalse, Howe, Krasheninnikov, Krueger, "Defining and characterizing reward hacking", NeurIPS 2022, Theorems
/// 2 and 3, with the exact conditions derived again.
public struct UnhackablePartner: Sendable {
  /// d: the affine dimension of the set of policies.
  public let dimension: Int
  /// k: the dimension of the differences between equally good policies.
  public let tiedDimension: Int
  /// Whether the true reward is the same for all policies.
  public let isTrivial: Bool
  /// The simplification nearest to the true reward, by angle.
  public let simplification: Proxy?
  /// An unhackable proxy that is neither trivial nor equivalent to the true reward.
  public let proxy: Proxy?

  /// A reward that cannot be hacked for the given one.
  public struct Proxy: Sendable {
    /// On the counts' columns, its largest magnitude 1.
    public var reward: [Double]
    /// How it orders the policies.
    public var order: ReturnOrder
    /// The angle between the true reward and this one, among directions that act on the policies, in degrees.
    public var degrees: Double
  }

  /// Whether a simplification of the reward exists that is not trivial.
  public var simplificationExists: Bool { !isTrivial && tiedDimension <= dimension - 2 }
  /// Whether a proxy exists that is neither trivial, equal nor hackable.
  public var proxyExists: Bool { isTrivial ? dimension >= 1 : dimension >= 2 }

  /// Looks for both among rewards on what these policies do.
  ///
  /// - Throws: `InputError` if a linear program cannot be solved.
  public init(of given: [Double], on policies: PolicySet) throws {
    let tolerance = ReturnOrder.constructionTolerance
    let reward = Vectors.unitScaled(given).values
    let order = policies.order(reward)
    let geometry = try PolicyGeometry(policies)
    let ties = try geometry.ties(of: order)
    dimension = geometry.dimension
    isTrivial = order.isTrivial
    tiedDimension = ties.rows
    let search = Search(geometry: geometry, policies: policies, order: order, ties: ties, reward: reward)
    if order.isTrivial {
      simplification = nil
      proxy = dimension >= 1 ? search.anyDirection() : nil
    } else {
      simplification = ties.rows <= dimension - 2 ? search.nearestSimplification(tolerance: tolerance) : nil
      proxy = simplification ?? (dimension >= 2 ? search.tieBreaker(tolerance: tolerance) : nil)
    }
  }
}

private struct Search {
  let geometry: PolicyGeometry
  let policies: PolicySet
  let order: ReturnOrder
  let ties: Matrix
  let truth: [Double]

  init(geometry: PolicyGeometry, policies: PolicySet, order: ReturnOrder, ties: Matrix, reward: [Double]) {
    self.geometry = geometry
    self.policies = policies
    self.order = order
    self.ties = ties
    // Rounding aside, the true reward has no part along its own ties.
    truth = Vectors.rejecting(geometry.coordinates(of: reward), ties)
  }

  /// For each pair of neighbouring levels: the rotation towards their merging, at length 1, and how far it takes. The
  /// nearest pair is the first to merge on its own way, as every other pair is at least as far in any direction.
  func nearestSimplification(tolerance: Double) -> UnhackablePartner.Proxy? {
    let unit = truth.map { $0 / Vectors.norm(truth) }
    var nearest: (distance: Double, direction: [Double])?
    for (lower, upper) in zip(order.levels, order.levels.dropFirst()) {
      let step = Vectors.difference(geometry.points.row(upper[0]), geometry.points.row(lower[0]))
      let free = Vectors.rejecting(Vectors.rejecting(step, ties), Matrix([unit]))
      let length = Vectors.norm(free)
      guard length > ReturnOrder.constructionTolerance * Vectors.norm(step) else { continue }
      let distance = Vectors.dot(step, truth) / length
      if distance < nearest?.distance ?? .infinity { nearest = (distance, free.map { -$0 / length }) }
    }
    guard let nearest else { return nil }
    return proxy(Vectors.sum(truth, nearest.distance, nearest.direction), tolerance: tolerance)
  }

  /// Half the way along a tied direction to where the first levels would meet.
  func tieBreaker(tolerance: Double) -> UnhackablePartner.Proxy? {
    guard ties.rows > 0 else { return nil }
    let direction = ties.row(0)
    let moves = geometry.points * direction
    var reach = Double.infinity
    for (lower, upper) in zip(order.levels, order.levels.dropFirst()) {
      let gap = Vectors.dot(Vectors.difference(geometry.points.row(upper[0]), geometry.points.row(lower[0])), truth)
      let closing = lower.map { moves[$0] }.max()! - upper.map { moves[$0] }.min()!
      if closing > 0 { reach = min(reach, gap / closing) }
    }
    // Two levels that only move apart may be turned by any angle, such as 45 degrees.
    let distance = reach.isFinite ? reach / 2 : Vectors.norm(truth)
    return proxy(Vectors.sum(truth, distance, direction), tolerance: tolerance)
  }

  func anyDirection() -> UnhackablePartner.Proxy {
    var first = [Double](repeating: 0, count: geometry.dimension)
    first[0] = 1
    return proxy(first, tolerance: ReturnOrder.constructionTolerance)
  }

  private func proxy(_ coordinates: [Double], tolerance: Double) -> UnhackablePartner.Proxy {
    let reward = Vectors.normalised(geometry.reward(coordinates))
    return UnhackablePartner.Proxy(
      reward: reward, order: policies.order(reward, tolerance: tolerance),
      degrees: RewardAngle.degrees(truth, coordinates))
  }
}
