import Compute
import Environments

/// The best policy that takes no action in any state more than 1 ÷ q times as often as the reference: a quantiliser of
/// what adds up over steps.
///
/// For every cost of states and actions that is never negative, known or not, its discounted sum is at most that
/// of the reference ÷ q, and no policy that promises this for all of them has a larger mean return (a quantiliser of
/// whole trajectories promises it too, and more). Exact, as a linear program over the occupancies with η ≤ η₀ ÷ q.
///
/// It assumes that the reference is harmless, and costs that add up over steps. It fails with its base: where the
/// reference hacks now and then, this may hack 1 ÷ q times as often, so its table always shows the reference's own
/// rate.
public struct OccupancyQuantilizer: CautionRule {
  /// q, above 0 and up to 1: 1 is the reference itself.
  public let share: Double

  public var name: String { "quantiliser, best \(TailMean.percent(share))" }
  public var assumption: String { "what the reference policy does is harmless, or its cost is known" }
  public var failure: String { "a reference that hacks: this may do so 1 ÷ q times as often" }

  /// A rule that keeps within 1 ÷ `share` times the reference.
  ///
  /// - Throws: `InputError` for a share that is not above 0 and up to 1.
  public init(share: Double) throws {
    try Quantilization.check(share)
    self.share = share
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, reward) = (problem.mdp, problem.meanReward)
    let reference = try problem.trusted(by: name)
    var program = LinearProgram(variableCount: reward.count, maximize: true)
    program.objective = reward
    program.upper = reference.occupancy.map { $0 / share }
    OccupancyPolytope.constrain(&program, to: mdp)
    let solution = try program.optimal("a quantiliser")
    // What one more visit would be worth, where the reference's share is used up, is taken off.
    let prices = solution.reducedCosts.indices.map { row in
      solution.values[row] >= program.upper[row] - 1e-9 ? max(solution.reducedCosts[row], 0) : 0
    }
    return CautionChoice(
      mdp.policy(fromOccupancy: solution.values), in: problem,
      support: (zip(reward, prices).map { $0 - $1 }, Vectors.dot(prices, program.upper)),
      promise: CautionPromise(
        "any cost that is never negative, as a multiple of the reference's, is at most", 1 / share)
    ) { Vectors.dot(reward, $0) }
  }
}
