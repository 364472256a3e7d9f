import Compute
import Environments
import Rewards

extension RewardSpace {
  /// The distance of two rewards of a VAL space by the Euclidean norm that weighs each state and action by how often the
  /// uniform policy is there, discounted: differences where nobody goes count for little. 0 … 2.
  ///
  /// Each state that can be reached has some weight, so this is a STARC metric like VAL-2-2.
  func occupancyDistance(
    _ first: CanonicalReward, _ second: CanonicalReward, in mdp: TabularMDP
  ) -> RewardDistance {
    weightedDistance(
      first, second,
      weights: mdp.occupancy(of: .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount)))
  }

  /// The distance by the Euclidean norm with these weights on [states × actions] of the whole world, positive wherever a
  /// policy can come.
  func weightedDistance(
    _ first: CanonicalReward, _ second: CanonicalReward, weights whole: [Double]
  ) -> RewardDistance {
    let weights = (0..<world.rowCount).map { row in
      whole[world.states[row / world.actionCount] * world.actionCount + row % world.actionCount]
    }
    let total = weights.reduce(0, +)
    func norm(_ values: [Double]) -> Double {
      var sum = 0.0
      for row in values.indices { sum += weights[row] / total * values[row] * values[row] }
      return sum.squareRoot()
    }
    func scaled(_ reward: CanonicalReward) -> (values: [Double], rounding: Double) {
      let (direction, noise) = reward.direction
      guard !reward.isTrivial else { return (direction, 0) }
      let size = norm(direction)
      let sums = (Double(direction.count).squareRoot() + 4) * Double.roundingUnit
      return (direction.map { $0 / size }, 2 * noise / size + sums)
    }
    let (a, b) = (scaled(first), scaled(second))
    let degeneracy: RewardDistance.Degeneracy? =
      switch (first.isTrivial, second.isTrivial) {
      case (true, true): .bothTrivial
      case (true, false): .firstTrivial
      case (false, true): .secondTrivial
      case (false, false): nil
      }
    return RewardDistance(
      value: norm(Vectors.difference(a.values, b.values)), rounding: a.rounding + b.rounding, degeneracy: degeneracy)
  }
}
