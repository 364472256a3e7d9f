import Compute
import Environments

/// Optimal policies by policy iteration (Howard 1960), with exact evaluation: values to rounding, not to a tolerance.
///
/// ```swift
/// let solution = PolicyIteration.solve(mdp, rewards: reward.expected(in: mdp))
/// ```
///
/// An action is changed only for one that is better by more than rounding can make it, so ties neither loop nor depend
/// on the order of sums; among optimal actions the first is returned. The world's discount must be below 1.
///
/// Large worlds begin with what the sweeps of ``ModifiedPolicyIteration`` find: in worlds that mix quickly they end at
/// rounding, and no linear system is left to solve.
public enum PolicyIteration {
  /// From this many states on an exact evaluation costs more than the sweeps that save it.
  private static let manyStates = 512

  /// - `rewards`: on (state, action); the world's own unless given.
  public static func solve(
    _ mdp: TabularMDP, rewards: [Double]? = nil, from policy: TabularPolicy? = nil
  ) -> PlanningSolution {
    let rewards = rewards ?? mdp.rewards
    precondition(mdp.discount < 1, "policy iteration needs a discount below 1")
    var (actions, values, isExact) = policy.map { ($0.actions, [], false) } ?? start(mdp, rewards)
    var rounds = 0
    // Howard's rule needs far fewer rounds than this; the limit only guards against rounding that cheats the margin.
    while rounds < 1_000 + mdp.stateCount {
      if !isExact {
        let policy = TabularPolicy(actions: actions, actionCount: mdp.actionCount)
        values = mdp.values(of: policy, rewards: rewards, near: values.isEmpty ? nil : values)
      }
      rounds += 1
      guard improve(mdp, rewards, values, &actions) else { break }
      isExact = false
    }
    let best = firstOptimal(mdp, rewards, values)
    let chosen = best.actions
    var residual = 0.0
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      let value = mdp.lookAhead(state, chosen[state], values, rewards: rewards, discount: mdp.discount)
      residual = max(residual, abs(value - values[state]))
    }
    return PlanningSolution(
      values: values, policy: best, sweeps: rounds, residual: residual, neverEnding: best.neverEndingStates(in: mdp))
  }

  /// Actions to begin with, about what they are worth, and whether that is exact.
  private static func start(
    _ mdp: TabularMDP, _ rewards: [Double]
  ) -> (actions: [Int], values: [Double], isExact: Bool) {
    guard mdp.stateCount >= manyStates else { return ([Int](repeating: 0, count: mdp.stateCount), [], false) }
    // Where the sweeps do not suffice, their last policy is as good a start as any.
    return ModifiedPolicyIteration.search(mdp, rewards: rewards, maximumSweeps: 500)
  }

  /// The first action in each state whose advantage is nought to rounding, given optimal values.
  static func firstOptimal(_ mdp: TabularMDP, _ rewards: [Double], _ values: [Double]) -> TabularPolicy {
    let margin = margin(mdp, rewards, values)
    let table = mdp.actionValues(values, rewards: rewards)
    let actions = (0..<mdp.stateCount).map { state -> Int in
      let row = table[state * mdp.actionCount..<(state + 1) * mdp.actionCount]
      guard !mdp.isTerminal[state], let best = row.max() else { return 0 }
      return row.firstIndex { $0 >= best - margin }! - row.startIndex
    }
    return TabularPolicy(actions: actions, actionCount: mdp.actionCount)
  }

  /// What rounding can make of a difference of action values: a few hundred units in the last place of the largest.
  private static func margin(_ mdp: TabularMDP, _ rewards: [Double], _ values: [Double]) -> Double {
    let scale = values.reduce(rewards.reduce(0) { max($0, abs($1)) }) { max($0, abs($1)) }
    return 1e-12 * scale / max(1 - mdp.discount, 1e-3)
  }

  private static func improve(
    _ mdp: TabularMDP, _ rewards: [Double], _ values: [Double], _ actions: inout [Int]
  ) -> Bool {
    let margin = margin(mdp, rewards, values)
    var improved = false
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      var best = mdp.lookAhead(state, actions[state], values, rewards: rewards, discount: mdp.discount) + margin
      for action in 0..<mdp.actionCount where action != actions[state] {
        let value = mdp.lookAhead(state, action, values, rewards: rewards, discount: mdp.discount)
        if value > best { (best, actions[state], improved) = (value, action, true) }
      }
    }
    return improved
  }
}
