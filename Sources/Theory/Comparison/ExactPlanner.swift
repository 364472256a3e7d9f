import Compute
import Environments
import Rewards

/// Best and worst policies of a finite world, exactly and with their ties: policy iteration on reachable states, where an
/// action is only left for one that is better by more than rounding.
struct ExactPlanner: Sendable {
  let world: ReachableStates

  struct Plan: Sendable {
    /// One action for each reachable state.
    var actions: [Int]
    var values: [Double]
    /// Mean value over the start distribution.
    var expectedReturn: Double
    /// Which actions are as good as the best, to rounding: [reachable state × action].
    var isOptimal: [Bool]
  }

  /// The policy of greatest return among those that take allowed actions only (all, if `allowed` is nil).
  ///
  /// - Parameter noise: by how much each reward may be off.
  func best(_ rewards: [Double], allowed: [Bool]? = nil, noise: Double = 0) -> Plan {
    let count = world.actionCount
    let reachable = world.liveCount
    var actions = firstActions(rewards, allowed: allowed)
    var values: [Double] = []
    var advantages: [Double] = []
    var slack = 0.0
    for _ in 0..<10_000 {
      values = evaluate(actions, rewards, near: values.isEmpty ? nil : values)
      advantages = world.shaped(rewards, by: values)
      slack = rounding(rewards, values, noise: noise)
      var changed = false
      for state in 0..<reachable {
        var best = actions[state]
        for action in 0..<count where allowed?[state * count + action] ?? true {
          let gain = advantages[state * count + action] - advantages[state * count + best]
          if gain > slack { best = action }
        }
        if best != actions[state] {
          actions[state] = best
          changed = true
        }
      }
      if !changed { break }
    }
    let isOptimal = (0..<world.rowCount).map { row in
      (allowed?[row] ?? true) && advantages[row] >= -4 * slack
    }
    return Plan(actions: actions, values: values, expectedReturn: mean(values), isOptimal: isOptimal)
  }

  /// Where an exact evaluation costs more than many sweeps, these find a policy that is all but best already.
  func firstActions(_ rewards: [Double], allowed: [Bool]?) -> [Int] {
    let isSettled = allowed.map { $0.count { $0 } == world.liveCount } ?? false
    guard world.liveCount > PolicyEvaluator.denseLimit, !isSettled else {
      return (0..<world.liveCount).map { state in
        (0..<world.actionCount).first { allowed?[state * world.actionCount + $0] ?? true } ?? 0
      }
    }
    var sweeps = PairedSweeps(world, rewards, [Double](repeating: 0, count: rewards.count), allowed: allowed)
    _ = sweeps.plan(SIMD2(1, 0), tolerance: 1e-6 * Vectors.largest(rewards) / (1 - world.discount))
    return sweeps.actions
  }

  /// What rounding can make of the difference of two advantages: of the rewards, of the sums, and of values, in which
  /// both return divided by 1 − γ. What the solver left of the values' equations is the taken actions' own advantage.
  private func rounding(_ rewards: [Double], _ values: [Double], noise: Double) -> Double {
    let terms = Vectors.largest(rewards) + 2 * Vectors.largest(values)
    let own = noise + world.sumRounding * terms
    let left = world.liveCount > PolicyEvaluator.denseLimit ? PolicyEvaluator.residual * Vectors.largest(rewards) : 0
    return 2 * (own + left) / (1 - world.discount)
  }

  /// What rounding can make of a return, for rewards of size 1 of which each may be off by `noise`.
  func returnRounding(noise: Double) -> Double {
    let horizon = 1 / (1 - world.discount)
    let left = world.liveCount > PolicyEvaluator.denseLimit ? PolicyEvaluator.residual : 0
    return (world.sumRounding * (1 + 2 * horizon) + noise + left) * horizon
  }

  /// The same for a return from sweeps, whose own bounds say what they left, with the sum over starts.
  func sweepRounding(noise: Double) -> Double {
    let horizon = 1 / (1 - world.discount)
    let start = Double(world.liveCount + 4) * Double.roundingUnit
    return (world.sumRounding * (1 + 2 * horizon) + noise + start) * horizon
  }

  /// The policy of least return among those that take allowed actions only.
  func worst(_ rewards: [Double], allowed: [Bool]? = nil, noise: Double = 0) -> Plan {
    var plan = best(rewards.map { -$0 }, allowed: allowed, noise: noise)
    plan.values = plan.values.map { -$0 }
    plan.expectedReturn = -plan.expectedReturn
    return plan
  }

  func evaluate(_ actions: [Int], _ rewards: [Double], near guess: [Double]? = nil) -> [Double] {
    var policy = [Double](repeating: 0, count: world.rowCount)
    for (state, action) in actions.enumerated() { policy[state * world.actionCount + action] = 1 }
    return PolicyEvaluator(world, policy: policy).values(rewards, near: guess)
  }

  func mean(_ values: [Double]) -> Double { zip(world.start, values).reduce(0) { $0 + $1.0 * $1.1 } }

  /// A policy of the whole world from one action for each reachable state; elsewhere uniform.
  func policy(_ actions: [Int]) -> TabularPolicy {
    var rows = [Double](repeating: 0, count: world.rowCount)
    for (state, action) in actions.enumerated() { rows[state * world.actionCount + action] = 1 }
    return policy(rows: rows)
  }

  /// A policy of the whole world from reachable rows of probabilities; elsewhere uniform.
  func policy(rows: [Double]) -> TabularPolicy {
    let count = world.actionCount
    var probabilities = [Double](repeating: 1 / Double(count), count: world.originalStateCount * count)
    for row in rows.indices { probabilities[world.states[row / count] * count + row % count] = rows[row] }
    return TabularPolicy(probabilities: probabilities, actionCount: count)
  }
}

extension CanonicalReward {
  /// The reward with the largest magnitude 1, and how far each value may be off; all 0 if it is trivial.
  var direction: (values: [Double], noise: Double) {
    let size = Vectors.largest(values)
    guard !isTrivial else { return (values.map { _ in 0 }, 0) }
    return (values.map { $0 / size }, rounding / size)
  }
}
