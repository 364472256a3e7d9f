import Compute
import Environments
import Foundation

/// The occupancy of the largest reward · x − weight · ‖A x − b‖, where x is the occupancy scaled to sum to 1.
///
/// A second-order cone program, solved by an interior-point method: the norm becomes a variable s with the barrier
/// −log(s² − ‖A x − b‖²), so that an optimum at which the norm is 0, where it has no gradient, is found as well as any
/// other (Boyd and Vandenberghe, "Convex optimization", sections 11.3 and 11.6). Each Newton step is scaled by where
/// it starts from, which keeps its linear system as well conditioned near the border as within. It ends at a small
/// share of the objective's scale; how far the answer is from the optimum is measured apart from it, by
/// `Solution.directions`.
///
/// Complexity: some 60 dense linear systems of states · (actions + 1) unknowns.
struct ConePlan {
  /// The matrix of the norm.
  enum Norm {
    /// One weight for each state and action.
    case diagonal([Double])
    /// Whole rows.
    case rows([[Double]])
  }

  /// What was found.
  struct Solution {
    /// Sums to 1 ÷ (1 − discount); 0 where nothing reaches.
    var occupancy: [Double]
    /// Of each round, u with ‖u‖ ≤ 1, so that ‖z‖ ≥ u·z for every z: each proves how good the answer is, and which of
    /// them does so best is seen by planning.
    var directions: [[Double]]
  }

  /// More unknowns than this are refused: a dense system of so many takes seconds.
  static let mostUnknowns = 4_000

  /// Variables are the state–action pairs that can be met, then s.
  private let pairs: [Int]
  private let flow: [[(variable: Int, coefficient: Double)]]
  private let flowValues: [Double]
  private let objective: [Double]
  private let weight: Double
  private let norm: Norm
  private let offset: [Double]

  static func solve(
    _ mdp: TabularMDP, reward: [Double], weight: Double, norm: Norm, offset: [Double], from interior: [Double]
  ) throws -> Solution {
    let plan = try ConePlan(mdp, reward: reward, weight: weight, norm: norm, offset: offset, from: interior)
    return plan.solve(from: interior, discount: mdp.discount, rows: reward.count)
  }

  /// - Throws: `InputError` for worlds that are too large.
  private init(
    _ mdp: TabularMDP, reward: [Double], weight: Double, norm: Norm, offset: [Double], from interior: [Double]
  ) throws {
    let reachable = mdp.reachableStates
    // What can be reached, but counts for nothing because of the discount, is left out as well.
    let visited = (0..<mdp.stateCount).map { state in
      reachable[state]
        && interior[state * mdp.actionCount..<(state + 1) * mdp.actionCount].allSatisfy {
          $0 * (1 - mdp.discount) > 1e-30
        }
    }
    let pairs = reward.indices.filter { visited[$0 / mdp.actionCount] }
    var places = [Int: Int](minimumCapacity: pairs.count)
    for (place, pair) in pairs.enumerated() { places[pair] = place }
    let constraints = OccupancyPolytope.flowConstraints(mdp).enumerated().filter { visited[$0.offset] }.map(\.element)
    guard pairs.count + 1 + constraints.count <= Self.mostUnknowns else {
      throw InputError(
        "\(pairs.count) pairs of state and action can be met, and this rule solves dense systems of them",
        remedy: "use a smaller world, of at most \(Self.mostUnknowns) states and pairs together")
    }
    flow = constraints.map { row in
      row.terms.compactMap { term in places[term.variable].map { ($0, term.coefficient) } }
    }
    flowValues = constraints.map { $0.value * (1 - mdp.discount) }
    self.pairs = pairs
    let norm: Norm =
      switch norm {
      case .diagonal(let values): .diagonal(pairs.map { values[$0] })
      case .rows(let rows): .rows(rows.map { row in pairs.map { row[$0] } })
      }
    // Sizes near 1, so that one tolerance fits.
    let objective = pairs.map { reward[$0] }
    let scale = max(Vectors.largest(objective), weight * Self.size(norm, offset))
    self.objective = objective.map { $0 / (scale > 0 ? scale : 1) }
    self.weight = weight / (scale > 0 ? scale : 1)
    self.offset = offset
    self.norm = norm
  }

  /// About how large the norm is.
  private static func size(_ norm: Norm, _ offset: [Double]) -> Double {
    switch norm {
    // The matrix may have huge entries, but only for what is hardly ever met.
    case .diagonal: Vectors.norm(offset)
    case .rows(let rows): rows.reduce(0) { max($0, Vectors.largest($1)) }
    }
  }

  /// A x − b.
  private func residual(_ x: [Double]) -> [Double] {
    switch norm {
    case .diagonal(let values): pairs.indices.map { values[$0] * x[$0] - offset[pairs[$0]] }
    case .rows(let rows): rows.indices.map { Vectors.dot(rows[$0], x) - offset[$0] }
    }
  }

  private func transposed(_ z: [Double]) -> [Double] {
    switch norm {
    case .diagonal(let values): return zip(values, z).map { $0 * $1 }
    case .rows(let rows):
      var sum = [Double](repeating: 0, count: pairs.count)
      for (row, factor) in zip(rows, z) {
        for index in sum.indices { sum[index] += factor * row[index] }
      }
      return sum
    }
  }

  private func solve(from interior: [Double], discount: Double, rows: Int) -> Solution {
    var x = pairs.map { interior[$0] * (1 - discount) }
    precondition(x.allSatisfy { $0 > 0 }, "an occupancy that meets every pair")
    var z = residual(x)
    var s = 1 + Vectors.norm(z)
    // The barrier's parameter is one for each variable and two for the cone: the objective is within this ÷ t.
    let parameter = Double(x.count) + 2
    var t = 1.0
    var directions: [[Double]] = []
    while true {
      for _ in 0..<40 {
        guard step(&x, &s, &z, t) else { break }
      }
      let length = max(s, Vectors.norm(z))
      directions.append(whole(z.map { $0 / length }, rows))
      if parameter / t < 1e-10 { break }
      t *= 8
    }
    var occupancy = [Double](repeating: 0, count: rows)
    for (place, pair) in pairs.enumerated() { occupancy[pair] = x[place] / (1 - discount) }
    return Solution(occupancy: occupancy, directions: directions.suffix(8))
  }

  /// With a place for the pairs that are never met, where the norm is a diagonal one.
  private func whole(_ z: [Double], _ rows: Int) -> [Double] {
    guard case .diagonal = norm else { return z }
    var result = [Double](repeating: 0, count: rows)
    for (place, pair) in pairs.enumerated() { result[pair] = z[place] }
    return result
  }

  /// t · (weight · s − objective · x) and the barriers; infinite outside.
  private func merit(_ x: [Double], _ s: Double, _ z: [Double], _ t: Double) -> Double {
    let inside = s * s - Vectors.dot(z, z)
    guard s > 0, inside > 0, x.allSatisfy({ $0 > 0 }) else { return .infinity }
    return t * (weight * s - Vectors.dot(objective, x)) - log(inside) - x.reduce(0) { $0 + log($1) }
  }

  /// One Newton step; false once there is nothing left to gain.
  private func step(_ x: inout [Double], _ s: inout Double, _ z: inout [Double], _ t: Double) -> Bool {
    let (count, equations) = (x.count, flow.count)
    let inside = s * s - Vectors.dot(z, z)
    let pull = transposed(z)
    // Gradient and Hessian by x / where it is, and by s / where it is.
    var gradient = [Double](repeating: 0, count: count + 1)
    for index in 0..<count { gradient[index] = x[index] * (-t * objective[index] + 2 * pull[index] / inside) - 1 }
    gradient[count] = s * (t * weight - 2 * s / inside)
    let size = count + 1 + equations
    var system = Matrix(rows: size, columns: size)
    addCurvature(&system, x, s, pull, inside)
    for (row, terms) in flow.enumerated() {
      for term in terms {
        let value = term.coefficient * x[term.variable]
        system[count + 1 + row, term.variable] += value
        system[term.variable, count + 1 + row] += value
      }
    }
    var right = gradient.map { -$0 } + [Double](repeating: 0, count: equations)
    for (row, terms) in flow.enumerated() {
      right[count + 1 + row] = flowValues[row] - terms.reduce(0) { $0 + $1.coefficient * x[$1.variable] }
    }
    guard let solution = Self.solve(system, right) else { return false }
    let change = Array(solution.prefix(count + 1))
    let decrement = -Vectors.dot(gradient, change)
    guard decrement > 1e-18 else { return false }
    let now = merit(x, s, z, t)
    // So near the centre a whole step lands within and nearer, and rounding of the merit would only hide it.
    let isNear = decrement < 0.01
    var length = 1.0
    while length > 1e-12 {
      let nextX = zip(x, change).map { $0 * (1 + length * $1) }
      let nextS = s * (1 + length * change[count])
      let nextZ = residual(nextX)
      let next = merit(nextX, nextS, nextZ, t)
      if isNear ? next.isFinite : next <= now - 0.1 * length * decrement {
        (x, s, z) = (nextX, nextS, nextZ)
        return true
      }
      length /= 2
    }
    return false
  }

  /// The solution of a symmetric system whose rows are of very different size near the border: scaled on both sides
  /// until the largest entry of each row is about 1 (Ruiz 2001). Nil once it is singular to rounding all the same;
  /// then the search is as near as it gets.
  private static func solve(_ system: Matrix, _ right: [Double]) -> [Double]? {
    var system = system
    let size = right.count
    var scales = [Double](repeating: 1, count: size)
    for _ in 0..<8 {
      let largest = (0..<size).map { row in
        var most = 0.0
        for column in 0..<size { most = max(most, abs(system.elements[row * size + column])) }
        return most > 0 ? 1 / most.squareRoot() : 1
      }
      for row in 0..<size {
        scales[row] *= largest[row]
        for column in 0..<size { system.elements[row * size + column] *= largest[row] * largest[column] }
      }
    }
    guard let solution = try? LinearAlgebra.solve(system, zip(right, scales).map { $0 * $1 }) else { return nil }
    return zip(solution, scales).map { $0 * $1 }
  }

  /// The second derivatives of the barriers, scaled.
  private func addCurvature(_ system: inout Matrix, _ x: [Double], _ s: Double, _ pull: [Double], _ inside: Double) {
    let count = x.count
    let scaled = zip(x, pull).map { $0 * $1 }
    for row in 0..<count {
      system[row, row] += 1
      let factor = 4 * scaled[row] / (inside * inside)
      for column in 0..<count { system[row, column] += factor * scaled[column] }
      system[row, count] = -factor * s * s
      system[count, row] = -factor * s * s
    }
    system[count, count] = s * s * (4 * s * s / (inside * inside) - 2 / inside)
    switch norm {
    case .diagonal(let values):
      for index in 0..<count {
        let side = values[index] * x[index]
        system[index, index] += 2 * side * side / inside
      }
    case .rows(let rows):
      for row in rows {
        let side = zip(row, x).map { $0 * $1 }
        for index in 0..<count where side[index] != 0 {
          let factor = 2 * side[index] / inside
          for column in 0..<count { system[index, column] += factor * side[column] }
        }
      }
    }
  }
}
