import Compute

extension OccupancyGeometry {
  /// By how much an entry of a direction may be off, for a gradient of length 1: the projection's own error, with room
  /// for the multipliers that are added up on the way.
  var directionRounding: Double { 16 * noise }
}

/// The feasible directions at a point of the occupancy polytope, and the steepest of them.
///
/// At η with zeros Z the cone is {t : N t = 0, t_Z ≥ 0}. The projection of r onto it is M(r + E_Z μ) for the μ ≥ 0 that
/// makes it shortest (its polar cone is spanned by the flow constraints and the −e_z): a non-negative least-squares
/// problem in the Gram matrix M_ZZ, solved by the active-set method of Lawson and Hanson ("Solving Least Squares
/// Problems", 1974) from the active set of the point before. In large worlds the same multipliers come from the flow
/// equations of the pairs that are not active (``FlowFactor``), and no Gram matrix is needed.
struct TangentCone {
  let geometry: OccupancyGeometry
  /// The pairs whose multiplier is positive: facets that the direction would leave Ω through.
  private var active: [Int] = []
  /// Of a large world, and what its last solution leaves of the gradient, for which pairs.
  private var flow: FlowFactor?
  private var remainder: [Double] = []
  private var solution: (active: [Int], gradient: [Double])?

  init(_ geometry: OccupancyGeometry) {
    self.geometry = geometry
    flow = geometry.flow
  }

  /// The projection of the projected reward `gradient` onto the cone at a point that is zero exactly at `zeros`.
  mutating func steepest(_ gradient: [Double], zeros: [Int]) throws -> [Double] {
    let tolerance = geometry.directionRounding * Vectors.norm(gradient)
    var isZero = [Bool](repeating: false, count: geometry.pairCount)
    for pair in zeros { isZero[pair] = true }
    active = active.filter { isZero[$0] }
    var multipliers = try solved(gradient)
    while let worst = multipliers.min(), worst <= 0 {
      active = zip(active, multipliers).filter { $0.1 > 0 }.map(\.0)
      multipliers = try solved(gradient)
    }
    var skipped: Set<Int> = []
    // Each round lowers the length of the projection, so no active set comes twice.
    for _ in 0..<(20 * zeros.count + 20) {
      let direction = direction(gradient, multipliers)
      var entering: Int?
      var isActive = [Bool](repeating: false, count: geometry.pairCount)
      for pair in active { isActive[pair] = true }
      let counts = activeCounts
      for pair in zeros where direction[pair] < (entering.map { direction[$0] } ?? -tolerance) {
        if !isActive[pair], !skipped.contains(pair), canFix(pair, counts) { entering = pair }
      }
      guard let entering else { return clean(direction, zeros: zeros, tolerance: tolerance) }
      active.append(entering)
      multipliers.append(0)
      guard let wanted = try? solved(gradient), wanted.last.map({ $0 > 0 }) == true else {
        // Dependent on the others to rounding: it adds no new constraint.
        active.removeLast()
        if flow != nil { _ = try solved(gradient) }
        multipliers.removeLast()
        skipped.insert(entering)
        continue
      }
      multipliers = try feasible(towards: wanted, from: multipliers, gradient)
    }
    throw InputError(
      "the steepest direction does not settle", remedy: "the world's probabilities differ too much in size")
  }

  /// Moves towards the unconstrained solution, dropping each multiplier that would become negative on the way.
  private mutating func feasible(towards first: [Double], from start: [Double], _ gradient: [Double]) throws -> [Double]
  {
    var (multipliers, wanted) = (start, first)
    while wanted.contains(where: { $0 <= 0 }) {
      var share = 1.0
      for (now, then) in zip(multipliers, wanted) where then <= 0 { share = min(share, now / (now - then)) }
      for index in multipliers.indices { multipliers[index] += share * (wanted[index] - multipliers[index]) }
      let least = Double.roundingUnit * Double(multipliers.count) * Vectors.largest(multipliers)
      let kept = multipliers.indices.filter { multipliers[$0] > least || wanted[$0] > 0 }
      active = kept.map { active[$0] }
      multipliers = kept.map { multipliers[$0] }
      wanted = try solved(gradient)
    }
    return wanted
  }

  /// Whether a state would keep a pair that is not active. The last one needs no constraint: it can only lose what flows
  /// in, which the pairs that lead there bound.
  private func canFix(_ pair: Int, _ counts: [Int]) -> Bool {
    flow == nil || counts[pair / geometry.actionCount] < geometry.actionCount - 1
  }

  /// How many active pairs each state has.
  private var activeCounts: [Int] {
    var counts = [Int](repeating: 0, count: geometry.states.count)
    for pair in active { counts[pair / geometry.actionCount] += 1 }
    return counts
  }

  /// μ on the active pairs that makes the direction vanish there: M_PP μ = −g_P.
  private mutating func solved(_ gradient: [Double]) throws -> [Double] {
    if flow != nil {
      // A point's first solution is the last one's of the point before, unless a pair has left the facets.
      if solution?.active != active || solution?.gradient != gradient {
        solution = nil
        try flow?.fix(active)
        remainder = flow?.remainder(gradient) ?? []
        solution = (active, gradient)
      }
      return active.map { -remainder[$0] }
    }
    var gram = Matrix(rows: active.count, columns: active.count)
    for (row, a) in active.enumerated() {
      for (column, b) in active.enumerated() { gram[row, column] = geometry.projection?[a, b] ?? 0 }
    }
    return try LinearAlgebra.choleskySolve(gram, active.map { -gradient[$0] })
  }

  private func direction(_ gradient: [Double], _ multipliers: [Double]) -> [Double] {
    guard let projection = geometry.projection else {
      // Those are the multipliers of the last solution.
      var direction = remainder
      for pair in active { direction[pair] = 0 }
      return direction
    }
    var direction = gradient
    let size = geometry.pairCount
    for (pair, multiplier) in zip(active, multipliers) {
      for index in 0..<size { direction[index] += multiplier * projection.elements[pair * size + index] }
    }
    return direction
  }

  /// Zeros where only rounding is left, so that a facet once reached is kept exactly.
  private func clean(_ direction: [Double], zeros: [Int], tolerance: Double) -> [Double] {
    var clean = direction
    for pair in zeros where abs(clean[pair]) <= tolerance { clean[pair] = 0 }
    // The last pair of a state that nothing flows into: below 0 only by the sum of its neighbours' tolerances.
    if flow != nil {
      let counts = activeCounts
      for pair in zeros where clean[pair] < 0 && !canFix(pair, counts) { clean[pair] = 0 }
    }
    for pair in active { clean[pair] = 0 }
    return clean
  }
}
