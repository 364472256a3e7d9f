import Compute
import Foundation
import Rewards

/// Exact planning on the pairs, by dense factors in small worlds and iterated on the sparse rows in large ones: a path asks
/// for hundreds of policies, each near the last, so every one starts from its neighbour and is found by a few exact
/// evaluations.
extension OccupancyGeometry {
  var uniform: [Double] { [Double](repeating: 1 / Double(actionCount), count: pairCount) }

  /// [states × states]: where the policy leads.
  private func chain(_ policy: [Double]) -> Matrix {
    var chain = Matrix(rows: states.count, columns: states.count)
    for pair in 0..<pairCount where policy[pair] > 0 {
      let row = pair / actionCount * states.count
      for next in 0..<states.count {
        chain.elements[row + next] += policy[pair] * transitions.elements[pair * states.count + next]
      }
    }
    return chain
  }

  /// The value of each state under a policy.
  ///
  /// - Parameter guess: values near these, which save time in large worlds.
  func values(_ policy: [Double], rewards: [Double], near guess: [Double]? = nil) throws -> [Double] {
    if let world = flow?.world { return PolicyEvaluator(world, policy: policy).exactValues(rewards, near: guess) }
    var right = [Double](repeating: 0, count: states.count)
    for pair in 0..<pairCount where policy[pair] > 0 { right[pair / actionCount] += policy[pair] * rewards[pair] }
    return try LinearAlgebra.solve(.identity(states.count) - mdp.discount * chain(policy), right)
  }

  /// How often, discounted, each pair is visited: η.
  func occupancy(_ policy: [Double]) throws -> [Double] {
    let visits =
      try flow.map { PolicyEvaluator($0.world, policy: policy).visits() }
      ?? LinearAlgebra.solve(
        (Matrix.identity(states.count) - mdp.discount * chain(policy)).transposed, start)
    return policy.indices.map { policy[$0] * max(0, visits[$0 / actionCount]) }
  }

  /// Q(s,a) = R̄(s,a) + γ E V.
  func lookAhead(_ values: [Double], rewards: [Double]) -> [Double] {
    if let world = flow?.world {
      let ahead = world.shaped(rewards, by: values)
      return ahead.indices.map { ahead[$0] + values[$0 / actionCount] }
    }
    let future = transitions * values
    return rewards.indices.map { rewards[$0] + mdp.discount * future[$0] }
  }

  /// The greatest return of all policies, and the optimal Q: Howard's policy iteration, which keeps an action unless
  /// another is better by more than rounding, so that ties cannot make it go round forever.
  func optimum(_ rewards: [Double]) throws -> (value: Double, q: [Double]) {
    var actions = [Int](repeating: 0, count: states.count)
    let slack = 4 * solveRounding * Vectors.largest(rewards) / (1 - mdp.discount)
    if let world = flow?.world { actions = ExactPlanner(world: world).firstActions(rewards, allowed: nil) }
    var values = [Double]()
    for _ in 0..<10_000 {
      var policy = [Double](repeating: 0, count: pairCount)
      for (state, action) in actions.enumerated() { policy[state * actionCount + action] = 1 }
      values = try self.values(policy, rewards: rewards, near: values.isEmpty ? nil : values)
      let q = lookAhead(values, rewards: rewards)
      var changed = false
      for state in states.indices {
        for action in 0..<actionCount
        where q[state * actionCount + action] > q[state * actionCount + actions[state]] + slack {
          actions[state] = action
          changed = true
        }
      }
      if !changed { return (Vectors.dot(values, start), q) }
    }
    throw InputError("policy iteration does not settle", remedy: "the world's numbers differ too much in size")
  }

  /// What rounding can make of a value, relative to its size: of n + 4 terms each, in an equation whose inverse is at
  /// most 1/(1 − γ). Iterated solutions leave ``PolicyEvaluator/exactResidual`` of each of the n equations as well.
  var solveRounding: Double {
    let unit = flow == nil ? Double.roundingUnit : Double.roundingUnit + PolicyEvaluator.exactResidual
    return Double(states.count + 4) * unit / (1 - mdp.discount)
  }

  /// The pairs whose action is optimal, to rounding.
  ///
  /// - Parameter noise: by how much the rewards behind q may be off.
  func optimalPairs(_ q: [Double], noise: Double = 0) -> [Bool] {
    let scale = 8 * solveRounding * Vectors.largest(q) + 2 * noise / (1 - mdp.discount)
    return q.indices.map { pair in
      let state = pair / actionCount
      return q[pair] >= (q[state * actionCount..<(state + 1) * actionCount].max() ?? 0) - scale
    }
  }

  /// exp(q / temperature), each state's probabilities summing to 1, none overflowing; only `allowed` pairs take part.
  func softmax(_ q: [Double], temperature: Double, allowed: [Bool]? = nil) -> [Double] {
    var policy = [Double](repeating: 0, count: pairCount)
    for state in states.indices {
      let range = (state * actionCount..<(state + 1) * actionCount).filter { allowed?[$0] ?? true }
      let best = range.map { q[$0] }.max() ?? 0
      var sum = 0.0
      for pair in range {
        policy[pair] = exp((q[pair] - best) / temperature)
        sum += policy[pair]
      }
      for pair in range { policy[pair] /= sum }
    }
    return policy
  }

  /// How far a soft-optimal policy's probabilities may still move.
  static let softTolerance = 1e-11

  /// The policy of greatest return plus temperature × discounted causal entropy: soft policy iteration with exact
  /// evaluation, which converges quadratically.
  func softOptimal(
    _ rewards: [Double], temperature: Double, from initial: [Double], allowed: [Bool]? = nil
  ) throws -> [Double] {
    var policy = initial
    var last: [Double]?
    for _ in 0..<500 {
      let paid = policy.indices.map { policy[$0] > 0 ? rewards[$0] - temperature * log(policy[$0]) : 0 }
      let values = try values(policy, rewards: paid, near: last)
      last = values
      let next = softmax(lookAhead(values, rewards: rewards), temperature: temperature, allowed: allowed)
      let change = zip(next, policy).reduce(0) { max($0, abs($1.0 - $1.1)) }
      policy = next
      if change <= Self.softTolerance { return policy }
    }
    // What still moves after so many exact sweeps moves by rounding at a very low temperature.
    return policy
  }
}
