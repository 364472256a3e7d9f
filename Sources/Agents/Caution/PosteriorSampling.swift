import Compute
import Environments

/// The best policy for one of the rewards, drawn by weight (Thompson 1933).
///
/// A way to explore, put beside the cautious ones because it is often taken for one. If the weights are the
/// probabilities, each policy is played as often as it is the best, which makes for little regret over many rounds in
/// which the truth shows; in a single round it promises nothing, and the draw may be the member that likes the lava.
public struct PosteriorSampling: CautionRule {
  public var name: String { "posterior sampling" }
  public var assumption: String { "many rounds, in which what is met tells the rewards apart" }
  public var failure: String { "one round: the reward drawn may be the worst of them" }

  /// The rule; it has no settings.
  public init() {}

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let drawn = random.categorical(problem.weights)
    let reward = problem.rewards[drawn]
    let policy = PolicyIteration.solve(problem.mdp, rewards: reward).policy
    let shares = problem.weights.indices.map { $0 == drawn ? 1.0 : 0 }
    return CautionChoice(policy, in: problem, mixture: shares, support: (reward, 0)) { Vectors.dot(reward, $0) }
  }
}
