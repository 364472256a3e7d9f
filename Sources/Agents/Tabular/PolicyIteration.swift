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
public enum PolicyIteration {
  /// - `rewards`: on (state, action); the world's own unless given.
  public static func solve(
    _ mdp: TabularMDP, rewards: [Double]? = nil, from policy: TabularPolicy? = nil
  ) -> PlanningSolution {
    let rewards = rewards ?? mdp.rewards
    precondition(mdp.discount < 1, "policy iteration needs a discount below 1")
    var actions = policy?.actions ?? [Int](repeating: 0, count: mdp.stateCount)
    var values: [Double] = []
    var rounds = 0
    // Howard's rule needs far fewer rounds than this; the limit only guards against rounding that cheats the margin.
    while rounds < 1_000 + mdp.stateCount {
      let policy = TabularPolicy(actions: actions, actionCount: mdp.actionCount)
      values = mdp.values(of: policy, rewards: rewards)
      rounds += 1
      guard improve(mdp, rewards, values, &actions) else { break }
    }
    let best = firstOptimal(mdp, rewards, values)
    var residual = 0.0
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      let action = best.actions[state]
      let value = mdp.lookAhead(state, action, values, rewards: rewards, discount: mdp.discount)
      residual = max(residual, abs(value - values[state]))
    }
    return PlanningSolution(
      values: values, policy: best, sweeps: rounds, residual: residual, neverEnding: best.neverEndingStates(in: mdp))
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
