import Compute
import Environments
import Foundation

/// The occupancy of the largest reward · x − weight · ‖A x − b‖, where x is the occupancy scaled to sum to 1.
///
/// Solved by mixing policies (simplicial decomposition, von Hohenbalken 1977): the best mixture of the policies at hand,
/// `ConeMixture`, has a reward that supports it; the best policy for that reward joins them. What that policy would
/// gain bounds what is left, so the search ends with a proof, and without one it says how much is open. Each plan is exact,
/// and the mixture's program is as small as the number of policies in it.
struct ConePlan {
  /// The matrix of the norm.
  enum Norm {
    /// One weight for each state and action.
    case diagonal([Double])
    /// Whole rows.
    case rows([[Double]])

    func product(_ x: [Double]) -> [Double] {
      switch self {
      case .diagonal(let values): zip(values, x).map { $0 * $1 }
      case .rows(let rows): rows.map { Vectors.dot($0, x) }
      }
    }

    func transposed(_ z: [Double], count: Int) -> [Double] {
      switch self {
      case .diagonal(let values): return zip(values, z).map { $0 * $1 }
      case .rows(let rows):
        var sum = [Double](repeating: 0, count: count)
        for (row, factor) in zip(rows, z) {
          for index in sum.indices { sum[index] += factor * row[index] }
        }
        return sum
      }
    }
  }

  /// What was found.
  struct Solution {
    /// Sums to 1 ÷ (1 − discount).
    var occupancy: [Double]
    /// Some u with ‖u‖ ≤ 1, so that ‖z‖ ≥ u·z for every z: what proves how good the answer is.
    var direction: [Double]
  }

  /// How far below the bound the answer may be, in units of the objective's size. Whoever reads the answer is told the gap.
  private static let tolerance = 1e-9
  /// Rounds at most; far fewer are needed, as a rule.
  private static let mostRounds = 400
  /// From so many policies on, those that the mixture does not want are forgotten: with more of them its program takes
  /// more time than some rounds in which one is found again.
  private static let manyPolicies = 32

  /// - Parameter first: an occupancy to begin with.
  static func solve(
    _ mdp: TabularMDP, reward: [Double], weight: Double, norm: Norm, offset: [Double], from first: [Double]
  ) throws -> Solution {
    let share = 1 - mdp.discount
    func value(_ x: [Double]) -> Double {
      Vectors.dot(reward, x) - weight * Vectors.norm(Vectors.difference(norm.product(x), offset))
    }
    var columns: [[Double]] = []
    var mixture = ConeMixture(weight: weight, offset: offset)
    func add(_ occupancy: [Double]) {
      let x = occupancy.map { $0 * share }
      columns.append(x)
      mixture.add(objective: Vectors.dot(reward, x), column: norm.product(x))
    }
    add(first)
    add(mdp.occupancy(of: PolicyIteration.solve(mdp, rewards: reward).policy))
    var best = (value: -Double.infinity, x: columns[0])
    var bound = (value: Double.infinity, direction: [Double](repeating: 0, count: offset.count))
    var many = manyPolicies
    for _ in 0..<mostRounds {
      let found = mixture.solve()
      var x = [Double](repeating: 0, count: reward.count)
      for (share, column) in zip(found.shares, columns) where share > 0 {
        for row in x.indices { x[row] += share * column[row] }
      }
      let reached = value(x)
      if reached > best.value { best = (reached, x) }
      let price = norm.transposed(found.direction, count: reward.count)
      let support = reward.indices.map { reward[$0] - weight * price[$0] }
      let plan = PolicyIteration.solve(mdp, rewards: support)
      let most = mdp.startMean(plan.values) * share + weight * Vectors.dot(found.direction, offset)
      if most < bound.value { bound = (most, found.direction) }
      if bound.value - best.value <= Self.tolerance * mixture.scale { break }
      let next = mdp.occupancy(of: plan.policy).map { $0 * share }
      // A policy that is mixed already gains nothing: the mixture is as exact as rounding lets it be.
      if columns.contains(where: { zip($0, next).allSatisfy { abs($0 - $1) <= 1e-12 } }) { break }
      if columns.count >= many {
        let kept = found.shares.indices.filter { found.shares[$0] > 1e-9 }
        columns = kept.map { columns[$0] }
        mixture.keep(kept)
        many = max(manyPolicies, 2 * kept.count)
      }
      columns.append(next)
      mixture.add(objective: Vectors.dot(reward, next), column: norm.product(next))
    }
    return Solution(occupancy: best.x.map { max($0, 0) / share }, direction: bound.direction)
  }
}
