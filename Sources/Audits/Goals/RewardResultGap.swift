import Agents
import Compute
import Environments

/// How much of what a policy loses is the reward model's fault, and how much its own: regret in two parts.
///
/// ```swift
/// let gap = try RewardResultGap(mdp, truth: truth, learned: learned, policy: policy)
/// gap.regret == gap.rewardError.lower + gap.policyError.upper
/// ```
///
/// Had the learned reward been planned for perfectly, the true return would still fall short of the best by the *reward
/// error*; what the policy falls short of that plan is its *policy error*, which is negative where the policy does better
/// by not having optimised as far. Both are ranges where the learned reward leaves several best plans: its lower end is
/// the plan that is best by the truth. All returns are exact and discounted as the world does.
public struct RewardResultGap: Sendable, Hashable, Codable {
  /// The best true return.
  public let best: Double
  /// The policy's true return.
  public let achieved: Double
  /// The true return of a uniformly random policy, as a scale.
  public let random: Double
  /// The true return of a best plan for the learned reward: of the worst and of the best such plan.
  public let planned: ClosedRange<Double>

  /// What the policy loses in all; not negative but for rounding.
  public var regret: Double { best - achieved }
  /// What perfect planning for the learned reward loses: least and most over its best plans.
  public var rewardError: ClosedRange<Double> { best - planned.upperBound...best - planned.lowerBound }
  /// What the policy loses beyond that: least and most; the least goes with the most of the reward error.
  public var policyError: ClosedRange<Double> { planned.lowerBound - achieved...planned.upperBound - achieved }

  /// - Parameters:
  ///   - mdp: the world, with a discount below 1.
  ///   - truth: the true reward on (state, action), [states × actions].
  ///   - learned: the learned one.
  ///   - policy: what is acted by.
  /// - Throws: `InputError` for a world without a discount, and for rewards or a policy of another.
  /// - Complexity: four plans and four evaluations.
  public init(_ mdp: TabularMDP, truth: [Double], learned: [Double], policy: TabularPolicy) throws {
    guard mdp.discount < 1 else {
      throw InputError("the world has no discount, so returns need not exist", remedy: "plan with one below 1")
    }
    guard mdp.actionCount <= GoalLibrary.mostActions else {
      throw InputError("\(mdp.actionCount) actions", remedy: "up to \(GoalLibrary.mostActions) can be told apart")
    }
    let rows = mdp.stateCount * mdp.actionCount
    for (name, rewards) in [("the true reward", truth), ("the learned reward", learned)] {
      guard rewards.count == rows, rewards.allSatisfy(\.isFinite) else {
        throw InputError(
          "\(name) has \(rewards.count) numbers, or some that are not finite", remedy: "\(rows) are needed")
      }
    }
    guard policy.probabilities.count == rows, policy.actionCount == mdp.actionCount else {
      throw InputError("the policy is of another world", remedy: "it needs \(rows) probabilities")
    }
    func value(_ policy: TabularPolicy) -> Double { mdp.expectedReturn(of: policy, rewards: truth) }
    best = value(PolicyIteration.solve(mdp, rewards: truth).policy)
    achieved = value(policy)
    random = value(.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount))
    let values = PolicyIteration.solve(mdp, rewards: learned).values
    let plans = GoalLibrary.bestActions(
      try mdp.with(rewards: learned), values: values, isTerminal: mdp.isTerminal, within: 1e-9)
    let ends = [1.0, -1].map { sign in value(Self.extreme(mdp, truth.map { sign * $0 }, among: plans)) }
    planned = min(ends[0], ends[1])...max(ends[0], ends[1])
  }

  /// The policy of the greatest return that takes only some of the actions, by policy iteration.
  private static func extreme(_ mdp: TabularMDP, _ rewards: [Double], among allowed: [UInt64]) -> TabularPolicy {
    func isAllowed(_ state: Int, _ action: Int) -> Bool { allowed[state] >> UInt64(action) & 1 == 1 }
    var actions = (0..<mdp.stateCount).map { state in (0..<mdp.actionCount).first { isAllowed(state, $0) } ?? 0 }
    // Far more rounds than Howard's rule needs; the margin keeps rounding from going round for ever.
    for _ in 0..<1_000 + mdp.stateCount {
      let policy = TabularPolicy(actions: actions, actionCount: mdp.actionCount)
      let values = mdp.values(of: policy, rewards: rewards)
      var improved = false
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        var most = mdp.lookAhead(state, actions[state], values, rewards: rewards, discount: mdp.discount)
        most += 1e-10 * max(1, abs(most))
        for action in 0..<mdp.actionCount where isAllowed(state, action) {
          let worth = mdp.lookAhead(state, action, values, rewards: rewards, discount: mdp.discount)
          if worth > most { (most, actions[state], improved) = (worth, action, true) }
        }
      }
      if !improved { break }
    }
    return TabularPolicy(actions: actions, actionCount: mdp.actionCount)
  }
}
