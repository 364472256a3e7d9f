import Agents
import Compute
import Environments
import Findings
import Rewards

/// How near a learned reward is to a known one.
public struct RecoveredReward: Codable, Sendable, Hashable {
  /// STARC distance VAL-2-2, which neither shaping nor scaling moves; 0 to 2.
  public let distance: Double
  /// How much of the distance may be rounding.
  public let rounding: Double
  /// Whether one of the two rewards makes no difference between policies.
  public let isDegenerate: Bool
  /// The true return lost by a policy that is optimal for the learned reward, as a share of what is at stake between the
  /// worst and the best policy; nil if nothing is.
  public let regret: Double?

  /// Plans with the learned reward in the world and judges by the true one.
  ///
  /// - Throws: `InputError` if the discount is not below 1.
  public init(_ mdp: TabularMDP, learned: RewardTable, truth: RewardTable) throws {
    let distance = try RewardSpace(mdp).distance(truth, learned)
    self.distance = distance.value
    rounding = distance.rounding
    isDegenerate = distance.degeneracy != nil
    let isTrivial = distance.degeneracy == .firstTrivial || distance.degeneracy == .bothTrivial
    // At size 1, so that no return overflows.
    let rewards = truth.unitScaled.table.expected(in: mdp)
    let best = mdp.startMean(PolicyIteration.solve(mdp, rewards: rewards).values)
    let worst = -mdp.startMean(PolicyIteration.solve(mdp, rewards: rewards.map { -$0 }).values)
    let chosen = PolicyIteration.solve(mdp, rewards: learned.unitScaled.table.expected(in: mdp)).policy
    let gained = mdp.expectedReturn(of: chosen, rewards: rewards)
    regret = !isTrivial && best > worst ? min(max((best - gained) / (best - worst), 0), 1) : nil
  }

  /// - Parameter acceptable: the share of what is at stake that may be lost.
  public func finding(acceptable: Double = 0.1) -> Finding {
    let verdict: Finding.Verdict = regret.map { $0 <= acceptable ? .holds : .fails } ?? .notMeasurable
    return Finding(
      id: "irl/recovers", claim: "Planning with the learned reward loses little true return", verdict: verdict,
      reason: regret.map {
        "A policy that is optimal for the learned reward loses \(Numbers.percent($0)) of what is at stake; the STARC "
          + "distance between the rewards is \(Numbers.plain(distance)) on a scale from 0 to 2."
      } ?? "Under the true reward all policies have the same return, so there is nothing to lose.",
      evidence: [
        Evidence("STARC distance VAL-2-2", distance), Evidence("how much of it may be rounding", rounding),
      ]
        + (regret.map { [Evidence("normalised regret", $0)] } ?? []),
      assumptions: [
        "The given reward is the true one.",
        "The agent plans without a horizon, with the world's discount and dynamics.",
      ],
      errorRate: "None: exact, for this world.",
      source: "Skalse et al., STARC, ICLR 2024; regret by policy iteration")
  }
}
