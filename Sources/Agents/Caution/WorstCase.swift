import Compute
import Environments

/// The policy whose return is best under the reward that is worst for it.
///
/// Exact, by ``CautiousPlan``: over the occupancies that is a linear program. The return under each of the rewards is
/// then at least the promise. It assumes that one of the rewards is meant, or a mixture of them, however improbable;
/// it fails where all of them miss the same thing, and where one absurd member decides everything (``TailMean`` lets
/// improbable ones count for little). Rewards have no common zero, so what each is measured from matters: see
/// ``CautionProblem/init(_:features:posterior:ignoring:reference:)``.
public struct WorstCase: CautionRule {
  /// What a reward's return is measured from.
  public enum Zero: Sendable, Hashable {
    /// Nothing: as the numbers stand.
    case none
    /// One return for each reward.
    case returns([Double])
    /// The return that the reference policy has under each reward: what is gained over who is trusted.
    case reference
  }

  /// What each reward's return is measured from.
  public var zero: Zero

  public var name: String { "worst case" }
  public var assumption: String { "one of the rewards is meant" }
  public var failure: String { "what every member misses; one absurd member decides all" }

  /// The rule.
  public init(from zero: Zero = .none) { self.zero = zero }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let offsets = try offsets(problem)
    let plan = try CautiousPlan.forWholePlan(problem.mdp, rewards: problem.rewards, offsets: offsets)
    return CautionChoice(
      plan.policy, in: problem, mixture: plan.binding,
      support: (problem.mixture(plan.binding), -Vectors.dot(plan.binding, offsets)),
      promise: CautionPromise(
        zero == .none
          ? "the return under each of the rewards is at least"
          : "the return under each of the rewards, less what it is measured from, is at least", plan.worst)
    ) { occupancy in
      zip(problem.returns(of: occupancy), offsets).reduce(.infinity) { min($0, $1.0 - $1.1) }
    }
  }

  private func offsets(_ problem: CautionProblem) throws -> [Double] {
    switch zero {
    case .none: return [Double](repeating: 0, count: problem.rewards.count)
    case .returns(let returns):
      guard returns.count == problem.rewards.count, returns.allSatisfy(\.isFinite) else {
        throw InputError("a return is wanted for each of the \(problem.rewards.count) rewards, all finite")
      }
      return returns
    case .reference: return problem.returns(of: try problem.trusted(by: name).occupancy)
    }
  }
}
