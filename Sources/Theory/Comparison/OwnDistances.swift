import Compute
import Environments
import Rewards

/// Distances between rewards by a base policy and weights of one's own.
///
/// ```swift
/// let own = try OwnDistances(mdp, rewards, base: policy, weights: mdp.occupancy(of: policy))
/// own.values[0][1]          // 0: same order of policies … 2: opposite
/// ```
///
/// The base policy is the one whose values VAL takes out: distances depend on it, orders of policies and regrets do not. A
/// norm may count each state and action by a weight. With weights that are positive wherever a policy can come it is a
/// STARC metric like VAL-2-2 (Skalse et al., "STARC", ICLR 2024); others are refused, for they would hide differences.
public struct OwnDistances: Sendable, Codable, Hashable {
  /// Of rows and columns, in order.
  public let names: [String]
  /// [row × column]
  public let values: [[Double]]
  /// How much of each may be rounding, [row × column].
  public let rounding: [[Double]]
  /// The weights on [states × actions], as given; nil if all count alike.
  public let weights: [Double]?

  /// Of the parameters:
  /// - `base`: the uniform policy if nil.
  /// - `weights`: on [states × actions] of the whole world; nil for VAL-2-2 itself.
  /// - Throws: `InputError` for a reward for another world, or a weight that is not positive where a policy can come.
  public init(
    _ mdp: TabularMDP, _ rewards: [(name: String, table: RewardTable)], base: TabularPolicy? = nil,
    weights: [Double]? = nil
  ) throws {
    let space = try RewardSpace(mdp, .valueAdjusted(base))
    if let weights { try space.requireWeights(weights) }
    let canonical = try rewards.map { try space.canonical($0.table) }
    var values = [[Double]](repeating: [Double](repeating: 0, count: rewards.count), count: rewards.count)
    var rounding = values
    for i in rewards.indices {
      for j in 0..<i {
        let distance =
          weights.map { space.weightedDistance(canonical[i], canonical[j], weights: $0) }
          ?? space.distance(canonical[i], canonical[j])
        (values[i][j], values[j][i]) = (distance.value, distance.value)
        (rounding[i][j], rounding[j][i]) = (distance.rounding, distance.rounding)
      }
    }
    names = rewards.map(\.name)
    self.values = values
    self.rounding = rounding
    self.weights = weights
  }

  /// The values with 0 where rounding alone explains them: what a table shows.
  public var shown: [[Double]] {
    zip(values, rounding).map { zip($0, $1).map { value, rounding in value <= rounding ? 0 : value } }
  }
}

extension RewardSpace {
  fileprivate func requireWeights(_ weights: [Double]) throws {
    guard weights.count == world.originalStateCount * world.actionCount else {
      throw InputError(
        "there are \(weights.count) weights", at: "weights",
        remedy: "give one for each state and action: \(world.originalStateCount * world.actionCount)")
    }
    for row in 0..<world.rowCount {
      let (state, action) = (world.states[row / world.actionCount], row % world.actionCount)
      let weight = weights[state * world.actionCount + action]
      guard weight > 0, weight.isFinite else {
        throw InputError(
          "the weight is \(weight)", at: "weights, state \(state), action \(action)",
          remedy: "weights are positive wherever a policy can come; a weight of 0 would hide differences")
      }
    }
  }

  /// The distance by the Euclidean norm with these weights on [states × actions] of the whole world.
  fileprivate func weightedDistance(
    _ first: CanonicalReward, _ second: CanonicalReward, weights full: [Double]
  ) -> RewardDistance {
    let weights = (0..<world.rowCount).map { row in
      full[world.states[row / world.actionCount] * world.actionCount + row % world.actionCount]
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
    return RewardDistance(
      value: norm(Vectors.difference(a.values, b.values)), rounding: a.rounding + b.rounding, degeneracy: nil)
  }
}
