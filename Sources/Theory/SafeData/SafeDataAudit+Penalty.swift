import Compute
import Environments
import Findings

extension SafeDataAudit {
  /// With a penalty whose graph has corners: each corner is something that can be optimal.
  static func l1(
    _ reward: [Double], _ mdp: TabularMDP, _ coverage: [Double], _ regretLimit: Double, _ penalty: PolicyPenalty
  ) throws -> (safety: DataSafety, margin: SafetyMargin) {
    let state = mdp.countingStates.firstIndex(of: true)!
    let rows = state * mdp.actionCount..<(state + 1) * mdp.actionCount
    let corners = try LiftedPolicy.bandit(
      reference: penalty.reference, weight: penalty.strength, discount: 0
    ).map { corner in
      // On the whole world's pairs; others cannot be reached.
      var occupancy = [Double](repeating: 0, count: reward.count)
      for (row, share) in zip(rows, corner.occupancy) { occupancy[row] = share }
      return LiftedPolicy(corner.name, occupancy: occupancy, penalty: corner.penalty)
    }
    let safety = try DataSafety(reward: reward, lifted: corners, regretLimit: regretLimit)
    return (safety, try safety.margin(coverage))
  }

  /// With a KL penalty, whose optimum is a softmax.
  static func kl(
    _ safety: DataSafety, _ mdp: TabularMDP, _ coverage: [Double], _ penalty: PolicyPenalty
  ) throws -> SafetyMargin {
    try safety.validate(coverage)
    let state = mdp.countingStates.firstIndex(of: true)!
    let rows = Array(state * mdp.actionCount..<(state + 1) * mdp.actionCount)
    let none = SafetyMargin(
      largestSafeError: .infinity, policy: nil, policyName: "none", regret: 0, unitMargin: .infinity,
      unitReward: safety.unit, unitErrors: [Double](repeating: 0, count: safety.unit.count), exponent: safety.exponent)
    guard !safety.isTrivial else { return none }
    let rewards = rows.map { safety.unit[$0] }
    let strength = penalty.strength.timesTwo(to: -safety.exponent)
    let (least, greatest) = (rewards.min()!, rewards.max()!)
    guard strength * 500 >= greatest - least else {
      throw InputError(
        "the strength is \(penalty.strength)", at: "regularizer",
        remedy: "below a 500th of the range of rewards the penalty decides nothing: leave it out")
    }
    let limit = greatest - safety.regretLimit * (greatest - least)
    let search = KLMargin(
      rewards: rewards, limit: limit, strength: strength, reference: penalty.reference,
      coverage: rows.map { coverage[$0] })
    guard let found = search.least() else { return none }
    let policy = search.optimum(found.learned)
    var (unitReward, errors) = (safety.unit, [Double](repeating: 0, count: safety.unit.count))
    for (index, row) in rows.enumerated() {
      unitReward[row] = found.learned[index]
      errors[row] = abs(found.learned[index] - rewards[index])
    }
    var probabilities = TabularPolicy.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount).probabilities
    for (index, row) in rows.enumerated() { probabilities[row] = policy[index] }
    return SafetyMargin(
      largestSafeError: found.error / (greatest - least),
      policy: TabularPolicy(probabilities: probabilities, actionCount: mdp.actionCount),
      policyName: policy.map { Numbers.plain($0) }.joined(separator: "/"),
      regret: (greatest - zip(policy, rewards).reduce(0) { $0 + $1.0 * $1.1 }) / (greatest - least),
      unitMargin: found.error, unitReward: unitReward, unitErrors: errors, exponent: safety.exponent)
  }
}
