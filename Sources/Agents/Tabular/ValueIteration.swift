import Compute
import Environments

/// What planning in a finite world found.
public struct PlanningSolution: Sendable, Codable, Hashable {
  /// The optimal value of each state; 0 for terminal ones, −∞ (undiscounted only) where no policy surely ends.
  public var values: [Double]
  /// An optimal policy: one action for each state.
  public var policy: TabularPolicy
  /// Sweeps over all states.
  public var sweeps: Int
  /// The largest change of a value in the last sweep.
  public var residual: Double
  /// The states from which the policy, with positive probability, never ends: with a learned reward, the sign of one
  /// that pays for not finishing.
  public var neverEnding: [Int]
}

/// Exact planning in finite worlds.
///
/// ```swift
/// let solution = try ValueIteration.solve(world.mdp)                  // the world's own discount
/// let best = try ValueIteration.solve(world.mdp, discount: 1)        // terminal worlds: undiscounted V*
/// let learned = try ValueIteration.solve(world.mdp.with(rewards: world.rewards(weights: weights)), discount: 0.999)
/// learned.neverEnding.isEmpty   // otherwise the agent that maximises this reward never finishes
/// ```
///
/// With a discount below 1: value iteration (Bellman 1957), until bounds on the error from both sides (MacQueen 1966;
/// Porteus 1971) are as close as the tolerance asks; in worlds that mix quickly that is after a few sweeps, however
/// close the discount is to 1. Without: policy iteration over policies that surely end,
/// which neither stops early in loops of reward 0 nor misses loops of positive reward (Bertsekas and Tsitsiklis, "An
/// analysis of stochastic shortest path problems", 1991).
public enum ValueIteration {
  /// Of the parameters:
  /// - `discount`: the MDP's own unless given.
  /// - `tolerance`: bound on each value's error (discounted), or on the last sweep's change (undiscounted).
  /// - Throws: `InputError` if `maximumSweeps` do not suffice, or if an undiscounted value is infinite.
  public static func solve(
    _ mdp: TabularMDP, discount: Double? = nil, tolerance: Double = 1e-9, maximumSweeps: Int = 1_000_000
  ) throws -> PlanningSolution {
    let discount = discount ?? mdp.discount
    guard discount >= 0, discount <= 1 else {
      throw InputError("the discount \(discount) is out of range", remedy: "give a number between 0 and 1")
    }
    return discount < 1
      ? try discounted(mdp, discount: discount, tolerance: tolerance, maximumSweeps: maximumSweeps)
      : try undiscounted(mdp, tolerance: tolerance, maximumSweeps: maximumSweeps)
  }

  /// The action of greatest look-ahead in each state, among equals (to rounding) the first.
  public static func greedy(_ mdp: TabularMDP, values: [Double], discount: Double) -> TabularPolicy {
    var actions = [Int](repeating: 0, count: mdp.stateCount)
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      var best = mdp.lookAhead(state, 0, values, discount: discount)
      for action in 1..<max(mdp.actionCount, 1) {
        let value = mdp.lookAhead(state, action, values, discount: discount)
        if value > best + 1e-12 * max(1, abs(best)) { (best, actions[state]) = (value, action) }
      }
    }
    return TabularPolicy(actions: actions, actionCount: mdp.actionCount)
  }

  private static func discounted(
    _ mdp: TabularMDP, discount: Double, tolerance: Double, maximumSweeps: Int
  ) throws -> PlanningSolution {
    let factor = discount / (1 - discount)
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var next = values
    var sweeps = 0
    while true {
      let (least, most, scale) = sweep(mdp, discount: discount, values: values, into: &next)
      swap(&values, &next)
      sweeps += 1
      // Nothing is nearer than rounding.
      if factor * (most - least) <= 2 * tolerance || most - least <= 4 * scale * .ulpOfOne {
        let shift = factor * (most + least) / 2
        for state in 0..<mdp.stateCount where !mdp.isTerminal[state] { values[state] += shift }
        let policy = greedy(mdp, values: values, discount: discount)
        return PlanningSolution(
          values: values, policy: policy, sweeps: sweeps, residual: max(abs(least), abs(most)),
          neverEnding: policy.neverEndingStates(in: mdp))
      }
      guard sweeps < maximumSweeps else {
        throw InputError(
          "value iteration has not converged after \(sweeps) sweeps (the last changed a value by \(max(-least, most)))",
          remedy: "allow a larger tolerance or more sweeps")
      }
    }
  }

  /// One sweep from one array into another; the least and the greatest change, and the largest magnitude.
  ///
  /// Not in place: values used as soon as they are known would spoil the bounds, and with them most of the speed.
  private static func sweep(
    _ mdp: TabularMDP, discount: Double, values: [Double], into next: inout [Double]
  ) -> (least: Double, most: Double, scale: Double) {
    var (least, most, scale) = (Double.infinity, -Double.infinity, 0.0)
    let values = values.span
    var next = next.mutableSpan
    lookAhead(mdp, discount: discount, values) { state, value in
      least = min(least, value - values[state])
      most = max(most, value - values[state])
      scale = max(scale, abs(value))
      next[state] = value
    }
    // A terminal state never changes, and what bounds the others' error holds for it too.
    return mdp.isTerminal.contains(true) ? (min(least, 0), max(most, 0), scale) : (least, most, scale)
  }

  /// Calls `update` with the best look-ahead of each state that is not terminal, in order.
  @inline(__always)
  private static func lookAhead(
    _ mdp: TabularMDP, discount: Double, _ values: Span<Double>, _ update: (Int, Double) -> Void
  ) {
    let actionCount = mdp.actionCount
    let rowStarts = mdp.rowStarts.span
    let successors = mdp.successors.span
    let probabilities = mdp.probabilities.span
    let rewards = mdp.rewards.span
    let isTerminal = mdp.isTerminal.span
    for state in 0..<values.count where !isTerminal[state] {
      var best = -Double.infinity
      for row in state * actionCount..<(state + 1) * actionCount {
        var future = 0.0
        for index in rowStarts[row]..<rowStarts[row + 1] { future += probabilities[index] * values[successors[index]] }
        best = max(best, rewards[row] + discount * future)
      }
      update(state, best)
    }
  }
}
