/// Exact values, visits and returns of a policy, with the world's own discount, which must be below 1.
///
/// Rewards are given on (state, action), [states × actions]: `RewardTable.expected(in:)` makes them from any reward.
/// Nothing is earned in or after a terminal state.
extension TabularMDP {
  /// The value of every state under a policy: (I − γP)⁻¹ r, to rounding.
  public func values(of policy: TabularPolicy, rewards: [Double]) -> [Double] {
    values(of: policy, rewards: rewards, near: nil)
  }

  package func values(of policy: TabularPolicy, rewards: [Double], near guess: [Double]?) -> [Double] {
    checkEvaluation(policy, rewards)
    return PolicyDynamics(self, policy).values(expected(rewards, under: policy), near: guess)
  }

  /// The discounted number of times that each action is taken in each state, [states × actions]: not normalised, so
  /// without terminal states its sum is 1 ÷ (1 − discount). Zero in terminal states.
  public func occupancy(of policy: TabularPolicy) -> [Double] {
    checkEvaluation(policy, rewards)
    let visits = PolicyDynamics(self, policy).visits(start)
    var occupancy = [Double](repeating: 0, count: stateCount * actionCount)
    for state in 0..<stateCount where !isTerminal[state] {
      for row in state * actionCount..<(state + 1) * actionCount {
        occupancy[row] = visits[state] * policy.probabilities[row]
      }
    }
    return occupancy
  }

  /// The mean over starts of the discounted return: the occupancy times the reward.
  public func expectedReturn(of policy: TabularPolicy, rewards: [Double]) -> Double {
    startMean(values(of: policy, rewards: rewards))
  }

  /// The policy whose occupancy this is: in each state its shares, and uniform where the state has none.
  public func policy(fromOccupancy occupancy: [Double]) -> TabularPolicy {
    precondition(occupancy.count == stateCount * actionCount, "one number for each state and action")
    var probabilities = [Double](repeating: 1 / Double(actionCount), count: occupancy.count)
    for state in 0..<stateCount {
      let rows = state * actionCount..<(state + 1) * actionCount
      let total = rows.reduce(0) { $0 + max(occupancy[$1], 0) }
      guard total > 1e-12 else { continue }
      for row in rows { probabilities[row] = max(occupancy[row], 0) / total }
    }
    return TabularPolicy(probabilities: probabilities, actionCount: actionCount)
  }

  /// The advantage of every action over the policy's value, [states × actions]; 0 in terminal states.
  public func advantages(of policy: TabularPolicy, rewards: [Double]) -> [Double] {
    let values = values(of: policy, rewards: rewards)
    var result = actionValues(values, rewards: rewards)
    for state in 0..<stateCount where !isTerminal[state] {
      for row in state * actionCount..<(state + 1) * actionCount { result[row] -= values[state] }
    }
    return result
  }

  private func expected(_ rewards: [Double], under policy: TabularPolicy) -> [Double] {
    (0..<stateCount).map { state in
      guard !isTerminal[state] else { return 0 }
      return (state * actionCount..<(state + 1) * actionCount).reduce(0) { $0 + policy.probabilities[$1] * rewards[$1] }
    }
  }

  private func checkEvaluation(_ policy: TabularPolicy, _ rewards: [Double]) {
    precondition(discount < 1, "exact evaluation needs a discount below 1")
    precondition(rewards.count == stateCount * actionCount, "one reward for each state and action")
  }
}
