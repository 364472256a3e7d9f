import Compute
import Environments

/// A plan made for the worst of several rewards that may be meant, in a finite world.
///
/// Two kinds of caution. ``forWholePlan(_:rewards:offsets:)`` finds the policy whose return is best under the reward
/// that is worst for it: nothing deals better with one person who means one of these rewards.
/// ``forEachStep(_:rewards:offsets:)`` lets every step have its own worst reward: simpler, and far more timid, for no
/// single reward need be that bad. Rewards that differ by a constant mean the same and yet have different worst cases,
/// so offsets are what each reward is measured from: for example, what it gives to the behaviour that was trained.
/// Hadfield-Menell et al. 2017, section on risk-averse planning; the linear program is that of robust occupancies
/// (Regan and Boutilier 2009).
public struct CautiousPlan: Sendable, Hashable, Codable {
  /// May mix actions where that guards against two rewards at once.
  public var policy: TabularPolicy
  /// The worst return less its offset, or for steps the sum of the steps' worst.
  public var worst: Double
  /// For a whole plan: how much each reward binds, shares that sum to 1: the plan is best for their mixture as well.
  /// Empty for steps.
  public var binding: [Double]

  /// - Parameters:
  ///   - mdp: with a discount below 1.
  ///   - rewards: those that may be meant, each on (state, action).
  ///   - offsets: one return for each of them; nil for none.
  /// - Throws: `InputError` without rewards, if sizes do not fit, or if the program has no solution to its tolerance.
  public static func forWholePlan(
    _ mdp: TabularMDP, rewards: [[Double]], offsets: [Double]? = nil
  ) throws -> CautiousPlan {
    try check(mdp, rewards, offsets)
    let rows = mdp.stateCount * mdp.actionCount
    var program = LinearProgram(variableCount: rows + 1, maximize: true)
    program.objective[rows] = 1
    program.lower[rows] = -.infinity
    OccupancyPolytope.constrain(&program, to: mdp)
    for (index, reward) in rewards.enumerated() {
      // The worst is at most this one's return less its offset.
      let terms = reward.indices.map { (variable: $0, coefficient: -reward[$0]) } + [(variable: rows, coefficient: 1.0)]
      program.addConstraint(terms, upper: -(offsets?[index] ?? 0))
    }
    let solution = try program.solve()
    guard solution.status == .optimal else {
      throw InputError(
        "no cautious plan was found, to the solver's tolerance",
        remedy: "look for rewards of very different magnitude, or a discount very near 1")
    }
    let binding = solution.rowDuals.suffix(rewards.count).map { max($0, 0) }
    let total = binding.reduce(0, +)
    return CautiousPlan(
      policy: mdp.policy(fromOccupancy: Array(solution.values.prefix(rows))), worst: solution.objective,
      binding: binding.map { $0 / total })
  }

  /// The same with the worst reward of every step for itself.
  ///
  /// - Parameters:
  ///   - mdp: with a discount below 1.
  ///   - rewards: those that may be meant, each on (state, action).
  ///   - offsets: for each of them the reward of a step that it is measured from; nil for none.
  /// - Throws: `InputError` without rewards, or if sizes do not fit.
  public static func forEachStep(
    _ mdp: TabularMDP, rewards: [[Double]], offsets: [Double]? = nil
  ) throws -> CautiousPlan {
    try check(mdp, rewards, offsets)
    let worst = (0..<mdp.stateCount * mdp.actionCount).map { row in
      rewards.indices.reduce(Double.infinity) { min($0, rewards[$1][row] - (offsets?[$1] ?? 0)) }
    }
    let solution = PolicyIteration.solve(mdp, rewards: worst)
    return CautiousPlan(policy: solution.policy, worst: mdp.startMean(solution.values), binding: [])
  }

  private static func check(_ mdp: TabularMDP, _ rewards: [[Double]], _ offsets: [Double]?) throws {
    guard mdp.discount < 1 else { throw InputError("a discount of 1", remedy: "give one below 1") }
    guard !rewards.isEmpty,
      rewards.allSatisfy({ $0.count == mdp.stateCount * mdp.actionCount && $0.allSatisfy(\.isFinite) })
    else { throw InputError("at least one reward is wanted, each finite for every state and action") }
    guard offsets.map({ $0.count == rewards.count && $0.allSatisfy(\.isFinite) }) ?? true else {
      throw InputError("an offset is wanted for each of the \(rewards.count) rewards, all finite")
    }
  }
}
