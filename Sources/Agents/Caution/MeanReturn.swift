import Compute
import Environments

/// No caution: the best policy for the mean of the rewards.
///
/// What the others are compared with. Right if exactly one of the rewards is meant, with the probability of its
/// weight, and nothing worse can happen than a low return on average; wrong where they are all wrong in the same
/// place, which is where an optimiser goes.
public struct MeanReturn: CautionRule {
  public var name: String { "mean" }
  public var assumption: String { "one of the rewards is meant, with the probability of its weight" }
  public var failure: String { "all rewards wrong in the same place: that is where it goes" }

  /// The rule; it has no settings.
  public init() {}

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let reward = problem.meanReward
    let policy = PolicyIteration.solve(problem.mdp, rewards: reward).policy
    return CautionChoice(policy, in: problem, mixture: problem.weights, support: (reward, 0)) {
      Vectors.dot(reward, $0)
    }
  }
}
