import Compute
import Environments
import Rewards

/// Between which bounds a worst-case regret lies, in worlds that are too large for its linear program.
///
/// By duality the regret times the range is the least, over λ ≥ 0, of the range of returns of truth − λ · proxy: the best
/// and the worst policy of one reward. Every λ gives an upper bound; every pair of policies that the proxy ranks as asked,
/// or a mixture of two pairs, a lower one. A cutting-plane search for λ brings them together, at two plans a step.
public struct WorstCaseBracket: Sendable, Hashable, Codable {
  /// At least so much can be lost, as a share of the range: some pair of policies shows it.
  public let lower: Double
  /// No pair of policies loses more.
  public let upper: Double

  /// - Throws: `InputError` for a discount of 1 or a reward for another world.
  /// - Returns: nil if the truth makes no difference between policies.
  public init?(_ mdp: TabularMDP, truth: RewardTable, proxy: RewardTable, steps: Int = 12) throws {
    let space = try RewardSpace(mdp, .valueAdjusted)
    self.init(space.world, truth: try space.canonical(truth), proxy: try space.canonical(proxy), steps: steps)
  }

  init?(_ world: ReachableStates, truth: CanonicalReward, proxy: CanonicalReward, steps: Int = 12) {
    guard !truth.isTrivial else { return nil }
    let planner = ExactPlanner(world: world)
    let (rewards, noise) = truth.direction
    let (limits, proxyNoise) = proxy.direction
    /// The pair of policies furthest apart under truth − λ · proxy: by how much they differ, truly and by the proxy.
    func cut(_ weight: Double) -> (truth: Double, proxy: Double) {
      let mixed = Vectors.combine(1, rewards, -weight, limits)
      let mixedNoise = noise + weight * proxyNoise
      func both(_ plan: ExactPlanner.Plan) -> (truth: Double, proxy: Double) {
        (
          planner.mean(planner.evaluate(plan.actions, rewards)), planner.mean(planner.evaluate(plan.actions, limits))
        )
      }
      let (high, low) = (
        both(planner.best(mixed, noise: mixedNoise)), both(planner.worst(mixed, noise: mixedNoise))
      )
      return (high.truth - low.truth, high.proxy - low.proxy)
    }
    var left = cut(0)
    let range = left.truth
    let rounding = 2 * planner.returnRounding(noise: noise)
    guard range > rounding else { return nil }
    // The proxy agrees to leave the best policy for the worst.
    guard left.proxy > 0, !proxy.isTrivial else {
      (lower, upper) = (1, 1)
      return
    }
    var weight = 1.0
    var right = cut(weight)
    var most = min(range, right.truth - weight * right.proxy)
    while right.proxy > 0, weight < 0x1p60 {
      left = right
      weight *= 4
      right = cut(weight)
      most = min(most, right.truth - weight * right.proxy)
    }
    var least = right.proxy <= 0 ? max(0, right.truth) : 0
    for _ in 0..<steps where right.proxy <= 0 && left.proxy > right.proxy {
      // Where the two lines cross, and the mixture of the two pairs that the proxy finds equal.
      weight = (left.truth - right.truth) / (left.proxy - right.proxy)
      least = max(least, left.truth - weight * left.proxy)
      let next = cut(weight)
      most = min(most, next.truth - weight * next.proxy)
      if most - least <= 1e-9 * range { break }
      if next.proxy > 0 { left = next } else { right = next }
    }
    upper = min(1, max(0, (most + rounding) / range))
    lower = min(upper, max(0, (least - rounding) / range))
  }
}
