import Compute
import Environments

/// The policy of the largest mean return less a multiple of how much the rewards disagree about it: mean − kσ.
///
/// σ is the standard deviation, by weight, of the members' returns, a norm of the occupancy; so the problem is convex,
/// a second-order cone program over the occupancies. It is solved by mixing policies, and how much better any other policy
/// could be is then measured by planning, ``CautionChoice/gap``.
///
/// It assumes that disagreement shows error: with the probability of 1 − 1 ÷ (1 + k²) or more a reward drawn by weight
/// gives at least the promise (Cantelli's inequality), which says something of the truth only if the truth is like
/// such a draw. It fails where members agree and are wrong, and it avoids good surprises as much as bad ones: a policy
/// that all members call better, but by different amounts, may be turned down.
public struct MeanLessDeviation: CautionRule {
  /// How many deviations are taken off; not negative.
  public let deviations: Double

  public var name: String {
    "mean less \(CautionFormat.number(deviations)) σ"
  }
  public var assumption: String { "disagreement among the rewards shows where they are wrong" }
  public var failure: String { "members that agree and are wrong; it avoids good surprises as well" }

  /// A rule that takes so many deviations off.
  ///
  /// - Throws: `InputError` for a number that is negative or not finite.
  public init(deviations: Double) throws {
    guard deviations >= 0, deviations.isFinite else {
      throw InputError("\(deviations) deviations are to be taken off the mean", remedy: "give a number from 0")
    }
    self.deviations = deviations
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, mean) = (problem.mdp, problem.meanReward)
    // σ is the length of these rows' returns.
    let rows = zip(problem.rewards, problem.weights).map { reward, weight in
      zip(reward, mean).map { weight.squareRoot() * ($0 - $1) }
    }
    func objective(_ occupancy: [Double]) -> Double {
      Vectors.dot(mean, occupancy) - deviations * Vectors.norm(rows.map { Vectors.dot($0, occupancy) })
    }
    let uniform = TabularPolicy.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount)
    let solution = try ConePlan.solve(
      mdp, reward: mean, weight: deviations, norm: .rows(rows),
      offset: [Double](repeating: 0, count: rows.count), from: mdp.occupancy(of: uniform))
    // mean − k u·rows is a mixture of the rewards, with shares w (1 − k u ÷ √w) and a rest that sums to k Σ u √w.
    let pull = zip(problem.weights, solution.direction).map { $0.squareRoot() * $1 }
    let common = pull.reduce(0, +)
    let mixture = zip(problem.weights, pull).map { $0 - deviations * ($1 - $0 * common) }
    let policy = mdp.policy(fromOccupancy: solution.occupancy).withoutTraces(in: mdp, objective: objective)
    return CautionChoice(
      policy, in: problem, mixture: mixture, support: (problem.mixture(mixture), 0),
      promise: CautionPromise(
        "with a probability of at least \(CautionFormat.share(1 - 1 / (1 + deviations * deviations))), "
          + "a reward drawn by weight gives a return of at least", objective(mdp.occupancy(of: policy))),
      objective: objective)
  }
}
