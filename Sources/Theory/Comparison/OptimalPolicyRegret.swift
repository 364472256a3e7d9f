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
    let proxyNorm = proxy.values.reduce(0) { max($0, abs($1)) }
    let allowed = proxy.isTrivial ? nil : planner.best(proxy.values.map { $0 / proxyNorm }).isOptimal
    guard !truth.isTrivial else {
      worst = nil
      best = nil
      policy = planner.policy((0..<world.liveCount).map { _ in 0 })
      return
    }
    let truthNorm = truth.values.reduce(0) { max($0, abs($1)) }
    let rewards = truth.values.map { $0 / truthNorm }
    let top = planner.best(rewards).expectedReturn
    let range = top - planner.worst(rewards).expectedReturn
    let unlucky = planner.worst(rewards, allowed: allowed)
    let lucky = planner.best(rewards, allowed: allowed)
    func share(_ value: Double) -> Double? {
      guard range > 1e-9 else { return nil }
      let loss = max(0, (top - value) / range)
      return loss < 1e-9 ? 0 : min(1, loss)
    }
    worst = share(unlucky.expectedReturn)
    best = share(lucky.expectedReturn)
    policy = planner.policy(unlucky.actions)
  }
}
