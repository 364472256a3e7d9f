import Compute
import Environments

/// The policy of the largest mean return among those whose costs keep within their budgets: a constrained Markov
/// decision process (Altman 1999).
///
/// Exact, as a linear program over the occupancies. In expectation, and discounted as the return is, no cost exceeds
/// its budget: not in every episode. It assumes that what must not happen has been written down as a cost, and that
/// the world's probabilities are right; it fails for harm that nobody listed.
public struct SideConstraints: CautionRule {
  /// A cost with its budget.
  public struct Limit: Sendable, Hashable {
    /// What it is called where it is reported.
    public var name: String
    /// On (state, action).
    public var cost: [Double]
    /// The most that its discounted sum may come to.
    public var budget: Double

    /// A limit of these parts.
    public init(_ name: String, cost: [Double], budget: Double) {
      (self.name, self.cost, self.budget) = (name, cost, budget)
    }
  }

  /// All of them hold.
  public var limits: [Limit]

  public var name: String { "side constraints" }
  public var assumption: String { "what must not happen is listed, and the world's probabilities are right" }
  public var failure: String { "harm that nobody listed; budgets hold on average only" }

  /// A rule with these limits.
  public init(_ limits: [Limit]) { self.limits = limits }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let (mdp, reward) = (problem.mdp, problem.meanReward)
    for limit in limits {
      guard limit.cost.count == reward.count, limit.cost.allSatisfy(\.isFinite), limit.budget.isFinite else {
        throw InputError("a cost is wanted for each state and action, finite, and a finite budget", at: limit.name)
      }
    }
    var program = LinearProgram(variableCount: reward.count, maximize: true)
    program.objective = reward
    OccupancyPolytope.constrain(&program, to: mdp)
    for limit in limits {
      program.addConstraint(limit.cost.indices.map { ($0, limit.cost[$0]) }, upper: limit.budget)
    }
    let solution = try program.solve()
    guard solution.status == .optimal else { throw try refusal(mdp) }
    let prices = solution.rowDuals.suffix(limits.count).map { max($0, 0) }
    let support = reward.indices.map { row in
      zip(prices, limits).reduce(reward[row]) { $0 - $1.0 * $1.1.cost[row] }
    }
    let budget = zip(prices, limits).reduce(0.0) { $0 + $1.0 * $1.1.budget }
    var choice = CautionChoice(
      mdp.policy(fromOccupancy: solution.values), in: problem, support: (support, budget)
    ) { Vectors.dot(reward, $0) }
    let most = limits.reduce(-Double.infinity) { max($0, Vectors.dot($1.cost, choice.occupancy) - $1.budget) }
    choice.promise =
      limits.isEmpty
      ? nil : CautionPromise("in expectation, each cost less its budget is at most", max(0, most))
    return choice
  }

  /// What cannot be kept: the first limit that is too tight by itself, or all together.
  private func refusal(_ mdp: TabularMDP) throws -> InputError {
    for limit in limits {
      let least = try OccupancyPolytope.optimum(mdp, rewards: limit.cost, maximize: false).value
      if least > limit.budget {
        return InputError(
          "no policy keeps within the budget \(CautionFormat.number(limit.budget))", at: limit.name,
          remedy: "the least that any policy costs is \(CautionFormat.number(least))")
      }
    }
    return InputError("no policy keeps all budgets together", at: name, remedy: "raise one of them")
  }
}
