import Compute
import Environments

/// A quantiliser over whole policies: every deterministic policy is an option, as probable under the base as the
/// reference takes all of its actions, and the best share q of them is mixed.
///
/// For every cost of a policy that is never negative, whether it adds up over steps or not, the mean cost is at most
/// that of the base ÷ q. The base here is the mixture of deterministic policies: who draws once how to act in each
/// state, and keeps to it. It is not the reference itself, which draws afresh at each visit. Exact by going through
/// all policies, so for tiny worlds only; ``OccupancyQuantilizer`` is for the others. A quantiliser of single steps is
/// none: it may be 1 ÷ qᵀ times as bad after T of them.
///
/// It fails with its base, as every quantiliser.
public struct PolicyQuantilizer: CautionRule {
  /// q, above 0 and up to 1: 1 is the base itself.
  public let share: Double

  public var name: String { "quantiliser of policies, best \(TailMean.percent(share))" }
  public var assumption: String { "a policy drawn from the reference is harmless, or its cost is known" }
  public var failure: String { "a reference that hacks: this may do so 1 ÷ q times as often" }

  /// More policies than this are refused.
  public static let mostPolicies = 100_000

  /// A rule that mixes the best `share` of the policies.
  ///
  /// - Throws: `InputError` for a share that is not above 0 and up to 1.
  public init(share: Double) throws {
    try Quantilization.check(share)
    self.share = share
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, reward) = (problem.mdp, problem.meanReward)
    let reference = try problem.trusted(by: name).policy
    let reachable = mdp.reachableStates
    var (base, returns, occupancies) = ([Double](), [Double](), [[Double]]())
    for policy in try DeterministicPolicies(mdp, limit: Self.mostPolicies) {
      let actions = policy.actions
      let weight = actions.indices.reduce(1.0) { product, state in
        // In a state that nothing reaches only one action is listed, for all of them.
        reachable[state] ? product * reference.probabilities[state * mdp.actionCount + actions[state]] : product
      }
      guard weight > 0 else { continue }
      base.append(weight)
      occupancies.append(mdp.occupancy(of: policy))
      returns.append(Vectors.dot(reward, occupancies[occupancies.count - 1]))
    }
    let choice = try Quantilization(base: base, utilities: returns, share: share)
    var mixed = [Double](repeating: 0, count: reward.count)
    for (probability, occupancy) in zip(choice.probabilities, occupancies) where probability > 0 {
      for row in mixed.indices { mixed[row] += probability * occupancy[row] }
    }
    // The bound holds for all mixtures, of which this is the best by construction: nothing is left to be measured.
    let best = choice.utility
    return CautionChoice(
      mdp.policy(fromOccupancy: mixed), in: problem, support: (reward.map { _ in 0 }, best),
      promise: CautionPromise("any cost that is never negative, as a multiple of the base's, is at most", 1 / share)
    ) { Vectors.dot(reward, $0) }
  }
}
