import Compute
import Environments
import Rewards

/// What is lost under a true reward by taking a policy that is best for another reward, as a share of the distance
/// between the best and the worst true return. Where several policies are best for the other reward, they may lose
/// differently: at worst and at best.
public struct OptimalPolicyRegret: Sendable, Hashable, Codable {
  /// The loss of the unluckiest of the policies that are best for the proxy; nil if nothing can be lost.
  public let worst: Double?
  /// The loss of the luckiest of them.
  public let best: Double?
  /// The unluckiest policy.
  public let policy: TabularPolicy

  /// Plans with the proxy and judges by the truth, on [states × actions].
  ///
  /// - Throws: `InputError` if the discount is not below 1.
  public init(_ mdp: TabularMDP, truth: RewardTable, proxy: RewardTable) throws {
    let space = try RewardSpace(mdp, .valueAdjusted)
    self.init(space.world, truth: try space.canonical(truth), proxy: try space.canonical(proxy))
  }

  init(_ world: ReachableStates, truth: CanonicalReward, proxy: CanonicalReward) {
    let planner = ExactPlanner(world: world)
    let (limits, proxyNoise) = proxy.direction
    let allowed = proxy.isTrivial ? nil : planner.best(limits, noise: proxyNoise).isOptimal
    guard !truth.isTrivial else {
      worst = nil
      best = nil
      policy = planner.policy((0..<world.liveCount).map { _ in 0 })
      return
    }
    let (rewards, noise) = truth.direction
    let top = planner.best(rewards, noise: noise).expectedReturn
    let range = top - planner.worst(rewards, noise: noise).expectedReturn
    let unlucky = planner.worst(rewards, allowed: allowed, noise: noise)
    let lucky = planner.best(rewards, allowed: allowed, noise: noise)
    let rounding = 2 * planner.returnRounding(noise: noise)
    func share(_ value: Double) -> Double? {
      guard range > rounding else { return nil }
      return top - value <= rounding ? 0 : min(1, (top - value) / range)
    }
    worst = share(unlucky.expectedReturn)
    best = share(lucky.expectedReturn)
    policy = planner.policy(unlucky.actions)
  }
}
