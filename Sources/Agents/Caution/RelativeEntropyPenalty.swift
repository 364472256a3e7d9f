import Compute
import Environments
import Foundation

/// The policy of the largest mean return less a multiple of its divergence from the reference, step by step:
/// E Σ γᵗ (r − weight · KL(π(·|s) ‖ reference(·|s))), what "RLHF with a KL penalty" converges to.
///
/// Exact by soft value iteration, with the reference as prior; actions that the reference never takes are never taken.
/// The discounted divergence D of the policies bounds the divergence of their occupancies (each step's distribution
/// diverges by no more than all choices up to it), so a cost between 0 and 1 a step is on average higher than the
/// reference's by at most √(D ÷ 2) (Pinsker). It fails where the reference hacks, and it is no bound on rare harm: an
/// action that the reference takes with probability 10⁻⁶ costs 14 nats once, which a large wrong reward pays gladly
/// (χ² charges for it in proportion to 1 ÷ 10⁻⁶).
public struct RelativeEntropyPenalty: CautionRule {
  /// How much reward a nat costs; above 0.
  public let weight: Double

  public var name: String { "near the reference (KL), weight \(CautionFormat.number(weight))" }
  public var assumption: String { "what the reference policy does is harmless" }
  public var failure: String { "a reference that hacks; rare harm, which costs few nats" }

  /// A rule that takes so much reward for each nat.
  ///
  /// - Throws: `InputError` for a weight that is not positive and finite.
  public init(weight: Double) throws {
    guard weight > 0, weight.isFinite else {
      throw InputError("a nat costs \(weight)", remedy: "give a number above 0")
    }
    self.weight = weight
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, reward) = (problem.mdp, problem.meanReward)
    let reference = try problem.trusted(by: name).policy
    let priced = zip(reward, reference.probabilities).map { $0 + weight * log($1) }
    let solution = try SoftValueIteration.solve(mdp, rewards: priced, temperature: weight, tolerance: 1e-10)
    let policy = solution.policy
    let divergence = Self.divergence(policy, from: reference, in: mdp)
    // The objective is not linear in the occupancy's rows alone, but soft planning is exact: its value is the optimum.
    let optimum = mdp.startMean(solution.values)
    var choice = CautionChoice(policy, in: problem, support: (reward.map { _ in 0 }, optimum)) { occupancy in
      Vectors.dot(reward, occupancy) - weight * divergence
    }
    choice.supportingReward = zip(zip(reward, policy.probabilities), reference.probabilities).map { pair, prior in
      pair.0 - (pair.1 > 0 ? weight * log(pair.1 / prior) : 0)
    }
    choice.promise = CautionPromise(
      "a cost between 0 and 1 a step is on average higher than the reference's by at most",
      min(1, (divergence / 2).squareRoot()))
    return choice
  }

  /// E Σ γᵗ KL(π(·|sₜ) ‖ reference(·|sₜ)), in nats; infinite if the policy takes what the reference never does.
  public static func divergence(_ policy: TabularPolicy, from reference: TabularPolicy, in mdp: TabularMDP) -> Double {
    let occupancy = mdp.occupancy(of: policy)
    return occupancy.indices.reduce(0.0) { sum, row in
      let share = policy.probabilities[row]
      guard occupancy[row] > 0, share > 0 else { return sum }
      return sum + occupancy[row] * log(share / reference.probabilities[row])
    }
  }
}
