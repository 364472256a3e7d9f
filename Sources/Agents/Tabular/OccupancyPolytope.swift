import Compute
import Environments

/// All occupancies of a world: the polytope {η ≥ 0 : Σₐ η(s′, a) − γ Σ τ(s′|s, a) η(s, a) = μ₀(s′) for every s′}.
///
/// Its vertices are deterministic policies, and a policy's return is linear on it, so planning is a linear program
/// (d'Epenoux 1963). Variable `state * actionCount + action` is η(state, action); in terminal states it is 0.
public enum OccupancyPolytope {
  /// One equation per state: the terms' sum equals `value`.
  public struct FlowConstraint: Sendable {
    /// Variables with their coefficients.
    public var terms: [(variable: Int, coefficient: Double)]
    /// What the terms add up to.
    public var value: Double
  }

  /// One equation for each state, in order. A terminal state's: no action is taken in it.
  public static func flowConstraints(_ mdp: TabularMDP) -> [FlowConstraint] {
    var incoming = [[(variable: Int, coefficient: Double)]](repeating: [], count: mdp.stateCount)
    for state in 0..<mdp.stateCount {
      for action in 0..<mdp.actionCount {
        let variable = state * mdp.actionCount + action
        incoming[state].append((variable, 1))
        guard !mdp.isTerminal[state] else { continue }
        for index in mdp.transitions(state, action)
        where mdp.probabilities[index] > 0 && !mdp.isTerminal[mdp.successors[index]] {
          incoming[mdp.successors[index]].append((variable, -mdp.discount * mdp.probabilities[index]))
        }
      }
    }
    return (0..<mdp.stateCount).map { state in
      FlowConstraint(terms: incoming[state], value: mdp.isTerminal[state] ? 0 : mdp.start[state])
    }
  }

  /// Adds the flow equations for variables `offset ..< offset + states · actions` of a program.
  public static func constrain(_ program: inout LinearProgram, to mdp: TabularMDP, offset: Int = 0) {
    for row in flowConstraints(mdp) {
      program.addConstraint(
        row.terms.map { ($0.variable + offset, $0.coefficient) }, lower: row.value, upper: row.value)
    }
  }

  /// The best, or worst, return and the occupancy and duals that prove it.
  public struct Optimum: Sendable, Hashable {
    /// The discounted return.
    public var value: Double
    /// A vertex: a deterministic policy's.
    public var occupancy: [Double]
    /// One per state: the optimal value of a state that is reached, and a bound on it elsewhere (a start there would be
    /// worth this much).
    public var duals: [Double]
  }

  /// The largest return of any policy, or the smallest.
  ///
  /// - `rewards`: on (state, action), [states × actions].
  public static func optimum(_ mdp: TabularMDP, rewards: [Double], maximize: Bool = true) throws -> Optimum {
    precondition(mdp.discount < 1, "the polytope is bounded for a discount below 1")
    precondition(rewards.count == mdp.stateCount * mdp.actionCount, "one reward for each state and action")
    var program = LinearProgram(variableCount: rewards.count, maximize: maximize)
    program.objective = rewards
    constrain(&program, to: mdp)
    let solution = try program.solve()
    guard solution.status == .optimal else {
      throw InputError(
        "no occupancy satisfies the flow equations, to the solver's tolerance",
        remedy: "look for probabilities of very different magnitude, or a discount very near 1")
    }
    return Optimum(value: solution.objective, occupancy: solution.values, duals: solution.rowDuals)
  }
}
