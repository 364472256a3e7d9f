import Compute
import Environments

/// Optimal values by modified policy iteration (Puterman and Shin 1978): between two sweeps over all actions, some
/// sweeps over the chosen ones alone, which cost an action's share.
///
/// The answer's error is bounded from above and below as the sweeps go (MacQueen 1966; Porteus 1971) and the middle of
/// the bounds is returned, so a world that mixes quickly is solved in a few sweeps however close the discount is to 1.
/// For worlds with many actions; with few, ``ValueIteration`` does as well.
public enum ModifiedPolicyIteration {
  /// Of the parameters:
  /// - `rewards`: on (state, action); the world's own unless given.
  /// - `sweepsPerPolicy`: sweeps under each policy before actions are chosen again; 0 is value iteration.
  /// - `tolerance`: bound on each value's error.
  /// - Throws: `InputError` if `maximumSweeps` do not suffice.
  public static func solve(
    _ mdp: TabularMDP, rewards: [Double]? = nil, sweepsPerPolicy: Int = 8, tolerance: Double = 1e-9,
    maximumSweeps: Int = 1_000_000
  ) throws -> PlanningSolution {
    precondition(mdp.discount < 1, "modified policy iteration needs a discount below 1")
    let rewards = rewards ?? mdp.rewards
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var next = values
    var actions = [Int](repeating: 0, count: mdp.stateCount)
    var sweeps = 0
    let factor = mdp.discount / (1 - mdp.discount)
    while true {
      var (least, most, scale) = (Double.infinity, -Double.infinity, 0.0)
      for state in 0..<mdp.stateCount {
        var best = mdp.isTerminal[state] ? 0 : -Double.infinity
        if !mdp.isTerminal[state] {
          for action in 0..<mdp.actionCount {
            let value = mdp.lookAhead(state, action, values, rewards: rewards, discount: mdp.discount)
            if value > best { (best, actions[state]) = (value, action) }
          }
        }
        next[state] = best
        least = min(least, best - values[state])
        most = max(most, best - values[state])
        scale = max(scale, abs(best))
      }
      swap(&values, &next)
      sweeps += 1
      // Nothing is nearer than rounding.
      if factor * (most - least) <= 2 * tolerance || most - least <= 4 * scale * .ulpOfOne {
        let shift = factor * (most + least) / 2
        for state in 0..<mdp.stateCount where !mdp.isTerminal[state] { values[state] += shift }
        let policy = PolicyIteration.firstOptimal(mdp, rewards, values)
        return PlanningSolution(
          values: values, policy: policy, sweeps: sweeps, residual: most - least,
          neverEnding: policy.neverEndingStates(in: mdp))
      }
      guard sweeps < maximumSweeps else {
        throw InputError(
          "modified policy iteration has not converged after \(sweeps) sweeps", remedy: "allow a larger tolerance")
      }
      for _ in 0..<sweepsPerPolicy {
        for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
          next[state] = mdp.lookAhead(state, actions[state], values, rewards: rewards, discount: mdp.discount)
        }
        swap(&values, &next)
      }
      sweeps += sweepsPerPolicy
    }
  }
}
