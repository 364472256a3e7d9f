import Compute
import Environments

extension ValueIteration {
  /// Policy iteration from a policy that surely ends; each policy after it does too, or a loop pays.
  static func undiscounted(_ mdp: TabularMDP, tolerance: Double, maximumSweeps: Int) throws -> PlanningSolution {
    guard mdp.isTerminal.contains(true) else {
      throw InputError("the world has no terminal state", remedy: "plan with a discount below 1")
    }
    let (proper, ends) = properPolicy(mdp)
    var actions = proper
    var values = ends.map { $0 ? 0 : -Double.infinity }
    var sweeps = 0
    var residual = 0.0
    while true {
      // Evaluated far more finely than improved, lest rounding pass for an improvement.
      residual = try evaluate(
        mdp, actions, ends, &values, tolerance: tolerance * 1e-3, sweeps: &sweeps, maximumSweeps: maximumSweeps)
      guard improve(mdp, &actions, ends, values, margin: 10 * tolerance) else { break }
      // Only strict improvements were taken, so a loop among the new actions earns more than it costs.
      let policy = TabularPolicy(actions: actions, actionCount: mdp.actionCount)
      let stuck = policy.neverEndingStates(in: mdp).filter { ends[$0] }
      if let state = stuck.first {
        throw InputError(
          "the undiscounted value of state \(state) is infinite: the reward pays for never ending",
          remedy: "plan with a discount below 1, or correct the reward")
      }
    }
    let policy = TabularPolicy(actions: actions, actionCount: mdp.actionCount)
    return PlanningSolution(
      values: values, policy: policy, sweeps: sweeps, residual: residual,
      neverEnding: policy.neverEndingStates(in: mdp))
  }

  /// The states from which some policy surely reaches a terminal state, and such a policy.
  private static func properPolicy(_ mdp: TabularMDP) -> (actions: [Int], ends: [Bool]) {
    var allowed = [Bool](repeating: true, count: mdp.stateCount)
    var actions = [Int](repeating: 0, count: mdp.stateCount)
    while true {
      // Grows backwards from the terminal states, by actions that never leave what is still allowed.
      var reached = mdp.isTerminal
      var grew = true
      while grew {
        grew = false
        for state in 0..<mdp.stateCount where allowed[state] && !reached[state] {
          let action = (0..<mdp.actionCount).first { action in
            let support = mdp.transitions(state, action).lazy
              .filter { mdp.probabilities[$0] > 0 }.map { mdp.successors[$0] }
            return support.allSatisfy { allowed[$0] } && support.contains { reached[$0] }
          }
          if let action {
            actions[state] = action
            reached[state] = true
            grew = true
          }
        }
      }
      if reached == allowed { return (actions, reached) }
      allowed = reached
    }
  }

  private static func evaluate(
    _ mdp: TabularMDP, _ actions: [Int], _ ends: [Bool], _ values: inout [Double], tolerance: Double,
    sweeps: inout Int, maximumSweeps: Int
  ) throws -> Double {
    while true {
      var change = 0.0
      for state in 0..<mdp.stateCount where ends[state] && !mdp.isTerminal[state] {
        let value = mdp.lookAhead(state, actions[state], values, discount: 1)
        change = max(change, abs(value - values[state]))
        values[state] = value
      }
      sweeps += 1
      if change <= tolerance { return change }
      guard sweeps < maximumSweeps else {
        throw InputError(
          "planning has not converged after \(sweeps) sweeps (the last changed a value by \(change))",
          remedy: "allow a larger tolerance or more sweeps")
      }
    }
  }

  /// Takes a better action wherever there is one by more than `margin`; returns whether there was any.
  private static func improve(
    _ mdp: TabularMDP, _ actions: inout [Int], _ ends: [Bool], _ values: [Double], margin: Double
  ) -> Bool {
    var improved = false
    for state in 0..<mdp.stateCount where ends[state] && !mdp.isTerminal[state] {
      var best = values[state] + margin * max(1, abs(values[state]))
      for action in 0..<mdp.actionCount where action != actions[state] {
        let value = mdp.lookAhead(state, action, values, discount: 1)
        if value > best { (best, actions[state], improved) = (value, action, true) }
      }
    }
    return improved
  }
}
