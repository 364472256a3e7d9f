import Compute
import Environments
import Rewards

/// Distances between rewards by a base policy and weights of one's own.
///
/// ```swift
/// let own = try OwnDistances(mdp, rewards, base: policy, weights: mdp.occupancy(of: policy))
/// own.matrix.values[0][1]          // 0: same order of policies … 2: opposite
/// ```
///
/// The base policy is the one whose values VAL takes out: distances depend on it, orders of policies and regrets do not. A
/// norm may count each state and action by a weight. With weights that are positive wherever a policy can come it is a
/// STARC metric like VAL-2-2 (Skalse et al., "STARC", ICLR 2024); others are refused, for they would hide differences.
public struct OwnDistances: Sendable, Codable, Hashable {
  /// Each from each.
  public let matrix: RewardMatrix
  /// The weights on [states × actions], as given; nil if all count alike.
  public let weights: [Double]?

  /// Of the parameters:
  /// - `base`: the uniform policy if nil.
  /// - `weights`: on [states × actions] of the whole world; nil for VAL-2-2 itself.
  /// - `name`: what the matrix calls its metric.
  /// - Throws: `InputError` for a reward for another world, or a weight that is not positive where a policy can come.
  public init(
    _ mdp: TabularMDP, _ rewards: [(name: String, table: RewardTable)], base: TabularPolicy? = nil,
    weights: [Double]? = nil, name: String = "VAL"
  ) throws {
    let space = try RewardSpace(mdp, .valueAdjusted(base))
    if let weights { try space.requireWeights(weights) }
    matrix = try RewardMatrix(space, rewards, name: name) { space, first, second in
      weights.map { space.weightedDistance(first, second, weights: $0) } ?? space.distance(first, second)
    }
    self.weights = weights
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
}
