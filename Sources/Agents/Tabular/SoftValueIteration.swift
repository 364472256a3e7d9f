import Compute
import Environments
import Foundation

/// What soft planning found.
public struct SoftSolution: Sendable, Hashable, Codable {
  /// The soft value of each state: temperature · log Σ exp(Q ÷ temperature); 0 in terminal states.
  public var values: [Double]
  /// [states × actions]; 0 in terminal states.
  public var actionValues: [Double]
  /// π(a|s) ∝ exp(Q(s, a) ÷ temperature).
  public var policy: TabularPolicy
  /// Sweeps over all states.
  public var sweeps: Int
}

/// What soft planning over a horizon found: one row of each for each step.
public struct SoftHorizonSolution: Sendable, Hashable, Codable {
  /// `values[t][s]` with t steps done; one more than there are steps, the last all 0.
  public var values: [[Double]]
  /// `policies[t]` is for the step with t steps done.
  public var policies: [TabularPolicy]
}

/// Maximum-entropy planning: the policy that maximises return plus `temperature` times its entropy, which is what a
/// maximum-causal-entropy demonstrator follows (Ziebart 2010; Haarnoja et al. 2017).
///
/// Values contain the entropy bonus. As the temperature goes to 0 the policy becomes the optimal one, shared among
/// equals. For softmax over the *optimal* Q (a Boltzmann-rational demonstrator) see
/// `TabularPolicy/boltzmann(_:in:temperature:)`.
public enum SoftValueIteration {
  /// The discounted solution.
  ///
  /// Of the parameters:
  /// - `rewards`: on (state, action).
  /// - `temperature`: the weight of the entropy, above 0.
  /// - `tolerance`: bound on each value's error.
  /// - Throws: `InputError` for a temperature that is not positive, or if `maximumSweeps` do not suffice.
  public static func solve(
    _ mdp: TabularMDP, rewards: [Double], temperature: Double, tolerance: Double = 1e-9, from values: [Double]? = nil,
    maximumSweeps: Int = 1_000_000
  ) throws -> SoftSolution {
    try check(mdp, rewards, temperature)
    precondition(mdp.discount < 1, "discounted soft planning needs a discount below 1")
    var values = values ?? [Double](repeating: 0, count: mdp.stateCount)
    for state in 0..<mdp.stateCount where mdp.isTerminal[state] { values[state] = 0 }
    let factor = mdp.discount / (1 - mdp.discount)
    var table = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
    var sweeps = 0
    while true {
      var (least, most, scale) = (Double.infinity, -Double.infinity, 0.0)
      lookAhead(mdp, rewards, values, into: &table)
      for state in 0..<mdp.stateCount {
        let value = mdp.isTerminal[state] ? 0 : softMaximum(table, state, mdp.actionCount, temperature)
        least = min(least, value - values[state])
        most = max(most, value - values[state])
        scale = max(scale, abs(value))
        values[state] = value
      }
      sweeps += 1
      // The same bounds as for hard maxima: a soft one is monotone and moves with its arguments too.
      // Nothing is nearer than rounding.
      if factor * (most - least) <= 2 * tolerance || most - least <= 4 * scale * .ulpOfOne {
        let shift = factor * (most + least) / 2
        for state in 0..<mdp.stateCount where !mdp.isTerminal[state] { values[state] += shift }
        lookAhead(mdp, rewards, values, into: &table)
        return SoftSolution(
          values: values, actionValues: table, policy: policy(table, mdp, temperature), sweeps: sweeps)
      }
      guard sweeps < maximumSweeps else {
        throw InputError(
          "soft value iteration has not converged after \(sweeps) sweeps", remedy: "allow a larger tolerance")
      }
    }
  }

  /// The solution over `horizon` steps; the discount may be 1.
  public static func solve(
    _ mdp: TabularMDP, rewards: [Double], temperature: Double, horizon: Int
  ) throws -> SoftHorizonSolution {
    try check(mdp, rewards, temperature)
    guard horizon >= 0 else { throw InputError("the horizon is \(horizon)", remedy: "give a number of steps") }
    var values = [[Double]](repeating: [Double](repeating: 0, count: mdp.stateCount), count: horizon + 1)
    var policies: [TabularPolicy] = []
    var table = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
    for step in stride(from: horizon - 1, through: 0, by: -1) {
      lookAhead(mdp, rewards, values[step + 1], into: &table)
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        values[step][state] = softMaximum(table, state, mdp.actionCount, temperature)
      }
      policies.append(policy(table, mdp, temperature))
    }
    return SoftHorizonSolution(values: values, policies: policies.reversed())
  }

  private static func check(_ mdp: TabularMDP, _ rewards: [Double], _ temperature: Double) throws {
    precondition(rewards.count == mdp.stateCount * mdp.actionCount, "one reward for each state and action")
    guard temperature > 0, temperature.isFinite else {
      throw InputError("the temperature is \(temperature)", remedy: "give a positive number")
    }
  }

  private static func lookAhead(_ mdp: TabularMDP, _ rewards: [Double], _ values: [Double], into table: inout [Double])
  {
    let starts = mdp.rowStarts.span
    let successors = mdp.successors.span
    let probabilities = mdp.probabilities.span
    let values = values.span
    var table = table.mutableSpan
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      for row in state * mdp.actionCount..<(state + 1) * mdp.actionCount {
        var future = 0.0
        for index in starts[row]..<starts[row + 1] { future += probabilities[index] * values[successors[index]] }
        table[row] = rewards[row] + mdp.discount * future
      }
    }
  }

  private static func softMaximum(_ table: [Double], _ state: Int, _ actions: Int, _ temperature: Double) -> Double {
    let rows = state * actions..<(state + 1) * actions
    var most = -Double.infinity
    for row in rows { most = max(most, table[row]) }
    var sum = 0.0
    for row in rows { sum += exp((table[row] - most) / temperature) }
    return most + temperature * log(sum)
  }

  private static func policy(_ table: [Double], _ mdp: TabularMDP, _ temperature: Double) -> TabularPolicy {
    TabularPolicy.softmax(table, actionCount: mdp.actionCount, temperature: temperature)
  }
}

extension TabularPolicy {
  /// π(a|s) ∝ exp(table(s, a) ÷ temperature), [states × actions].
  public static func softmax(_ table: [Double], actionCount: Int, temperature: Double) -> TabularPolicy {
    precondition(temperature > 0 && table.count.isMultiple(of: actionCount), "a positive temperature, whole rows")
    var probabilities = table
    for start in stride(from: 0, to: table.count, by: actionCount) {
      let rows = start..<start + actionCount
      let most = table[rows].max() ?? 0
      var sum = 0.0
      for row in rows {
        probabilities[row] = exp((table[row] - most) / temperature)
        sum += probabilities[row]
      }
      for row in rows { probabilities[row] /= sum }
    }
    return TabularPolicy(probabilities: probabilities, actionCount: actionCount)
  }

  /// The Boltzmann-rational policy: softmax over the optimal action values.
  public static func boltzmann(_ rewards: [Double], in mdp: TabularMDP, temperature: Double) -> TabularPolicy {
    let values = PolicyIteration.solve(mdp, rewards: rewards).values
    return softmax(mdp.actionValues(values, rewards: rewards), actionCount: mdp.actionCount, temperature: temperature)
  }
}
