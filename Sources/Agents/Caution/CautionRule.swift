import Compute
import Environments

/// A way to act on a reward that may be wrong.
///
/// Each rule says in words what it takes for granted and where it fails, for its bound is worth no more than that.
public protocol CautionRule: Sendable {
  /// What tables call it.
  var name: String { get }
  /// What must be true for its promise to hold.
  var assumption: String { get }
  /// Where it does not help.
  var failure: String { get }

  /// A policy for the problem's world, with what it promises.
  ///
  /// - Parameters:
  ///   - problem: the world, the rewards that may be meant, and the reference.
  ///   - random: for the rules that draw; most do not.
  /// - Throws: `InputError` if the problem lacks what the rule needs.
  func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice
}

/// What a rule promises, as a number.
public struct CautionPromise: Sendable, Hashable, Codable {
  /// A sentence that the number completes: "the return under each of the rewards is at least".
  public var claim: String
  /// The number.
  public var value: Double

  /// A promise of these parts.
  public init(_ claim: String, _ value: Double) { (self.claim, self.value) = (claim, value) }
}

/// What a rule chose.
public struct CautionChoice: Sendable, Hashable, Codable {
  /// How to act. Where a state is never come to, its actions are shared or any.
  public var policy: TabularPolicy
  /// How often it takes each action in each state, discounted; sums to 1 ÷ (1 − discount).
  public var occupancy: [Double]
  /// The return under each of the problem's rewards.
  public var returns: [Double]
  /// What the rule maximises, at this policy.
  public var objective: Double
  /// No policy has an objective above this one's plus the gap; 0 to rounding where the rule is solved to a corner.
  /// Measured apart from the solver, by planning for ``supportingReward``.
  public var gap: Double
  /// The one reward, on (state, action), for which this policy is as good as optimal: what caution makes of the many.
  public var supportingReward: [Double]
  /// The shares of the problem's rewards in it, where it is a mixture of them; they sum to 1. Otherwise empty.
  public var mixture: [Double]
  /// What follows from the rule's assumption; nil where it promises nothing.
  public var promise: CautionPromise?

  /// Evaluates a policy, and what the rule can have left.
  ///
  /// - Parameters:
  ///   - objective: of an occupancy; concave.
  ///   - support: a reward and an offset with objective(η) ≤ reward · η + offset for every occupancy.
  init(
    _ policy: TabularPolicy, in problem: CautionProblem, mixture: [Double] = [],
    support: (reward: [Double], offset: Double), promise: CautionPromise? = nil, objective: ([Double]) -> Double
  ) {
    self.policy = policy
    occupancy = problem.mdp.occupancy(of: policy)
    returns = problem.returns(of: occupancy)
    self.objective = objective(occupancy)
    let most = PolicyIteration.solve(problem.mdp, rewards: support.reward)
    gap = max(0, problem.mdp.startMean(most.values) + support.offset - self.objective)
    supportingReward = support.reward
    self.mixture = mixture
    self.promise = promise
  }
}
