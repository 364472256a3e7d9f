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
    var search = Search(mdp, rewards)
    let factor = mdp.discount / (1 - mdp.discount)
    while true {
      let (least, most, scale) = search.chooseActions()
      // Nothing is nearer than rounding.
      if factor * (most - least) <= 2 * tolerance || most - least <= 4 * scale * .ulpOfOne {
        let shift = factor * (most + least) / 2
        for state in 0..<mdp.stateCount where !mdp.isTerminal[state] { search.values[state] += shift }
        let policy = PolicyIteration.firstOptimal(mdp, rewards, search.values)
        return PlanningSolution(
          values: search.values, policy: policy, sweeps: search.sweeps, residual: most - least,
          neverEnding: policy.neverEndingStates(in: mdp))
      }
      guard search.sweeps < maximumSweeps else {
        throw InputError(
          "modified policy iteration has not converged after \(search.sweeps) sweeps",
          remedy: "allow a larger tolerance")
      }
      search.follow(sweepsPerPolicy)
    }
  }

  /// One action for each state, about what they are worth, and whether that is exact to rounding: it is, unless
  /// `maximumSweeps` did not suffice.
  static func search(
    _ mdp: TabularMDP, rewards: [Double], maximumSweeps: Int
  ) -> (actions: [Int], values: [Double], isExact: Bool) {
    var search = Search(mdp, rewards)
    let factor = mdp.discount / (1 - mdp.discount)
    while true {
      let (least, most, scale) = search.chooseActions()
      // What sums of a few terms make of rounding; the error is no larger than a linear solver leaves.
      let isExact = most - least <= 16 * scale * .ulpOfOne
      if isExact || search.sweeps >= maximumSweeps {
        let shift = factor * (most + least) / 2
        let values = mdp.isTerminal.indices.map { mdp.isTerminal[$0] ? 0 : search.values[$0] + shift }
        return (search.actions, values, isExact)
      }
      search.follow(8)
    }
  }

  /// Values and the actions chosen last.
  private struct Search {
    let mdp: TabularMDP
    let rewards: [Double]
    var values: [Double]
    var next: [Double]
    var actions: [Int]
    var sweeps = 0

    init(_ mdp: TabularMDP, _ rewards: [Double]) {
      (self.mdp, self.rewards) = (mdp, rewards)
      values = [Double](repeating: 0, count: mdp.stateCount)
      next = values
      actions = [Int](repeating: 0, count: mdp.stateCount)
    }

    /// A sweep over all actions: the least and the greatest change, and the largest magnitude.
    mutating func chooseActions() -> (least: Double, most: Double, scale: Double) {
      let found = Self.choose(mdp, rewards, values, &next, &actions)
      swap(&values, &next)
      sweeps += 1
      return found
    }

    /// Sweeps over the chosen actions alone.
    mutating func follow(_ count: Int) {
      for _ in 0..<count {
        Self.follow(mdp, rewards, values, &next, actions)
        swap(&values, &next)
      }
      sweeps += count
    }

    private static func choose(
      _ mdp: TabularMDP, _ rewards: [Double], _ values: [Double], _ next: inout [Double], _ actions: inout [Int]
    ) -> (least: Double, most: Double, scale: Double) {
      var (least, most, scale) = (Double.infinity, -Double.infinity, 0.0)
      let (values, isTerminal) = (values.span, mdp.isTerminal.span)
      var next = next.mutableSpan
      var actions = actions.mutableSpan
      for state in 0..<values.count {
        var best = isTerminal[state] ? 0 : -Double.infinity
        if !isTerminal[state] {
          for action in 0..<mdp.actionCount {
            let value = lookAhead(mdp, rewards, state * mdp.actionCount + action, values)
            if value > best { (best, actions[state]) = (value, action) }
          }
        }
        next[state] = best
        least = min(least, best - values[state])
        most = max(most, best - values[state])
        scale = max(scale, abs(best))
      }
      return (least, most, scale)
    }

    private static func follow(
      _ mdp: TabularMDP, _ rewards: [Double], _ values: [Double], _ next: inout [Double], _ actions: [Int]
    ) {
      let (values, isTerminal, actions) = (values.span, mdp.isTerminal.span, actions.span)
      var next = next.mutableSpan
      for state in 0..<values.count where !isTerminal[state] {
        next[state] = lookAhead(mdp, rewards, state * mdp.actionCount + actions[state], values)
      }
    }

    /// The rows of a world, without checks in the inner loop: `TabularMDP` has checked that its rows lie within its
    /// arrays.
    @inline(__always)
    private static func lookAhead(
      _ mdp: TabularMDP, _ rewards: [Double], _ row: Int, _ values: Span<Double>
    ) -> Double {
      let (rowStarts, successors, probabilities) = (mdp.rowStarts.span, mdp.successors.span, mdp.probabilities.span)
      var future = 0.0
      var index = rowStarts[row]
      let end = rowStarts[row + 1]
      while index < end {
        future += probabilities[unchecked: index] * values[unchecked: successors[unchecked: index]]
        index += 1
      }
      return rewards[row] + mdp.discount * future
    }
  }
}
