import Compute
import Environments
import Rewards

/// Plans for weighted sums of two rewards by sweeps that carry the values of both: modified policy iteration (Puterman and
/// Shin 1978), of which every answer comes with bounds.
///
/// What a policy is worth under either reward does not depend on the weights, so a plan for new weights starts from the
/// values of the last one and needs few sweeps. The bounds are MacQueen's (1966; Porteus 1971) and hold for any values v
/// at all, so nothing rests on convergence: with T the best look-ahead, T_π that of the chosen policy, and a ≤ Tv − v ≤ b
/// in every state, V* ≤ Tv + γ/(1 − γ) b and V^π ≥ T_π v + γ/(1 − γ) a (a ≤ 0 ≤ b where an episode can end, whose value
/// stays 0). An action is left only for one that is better by a share of the tolerance, or ties would keep the policy
/// changing and its values from settling; what that can lose is part of the bounds.
struct PairedSweeps {
  /// What is known of the policy found, and of all others.
  struct Plan {
    /// Bounds on the return of this policy under each reward.
    var least: SIMD2<Double>
    var most: SIMD2<Double>
    /// No policy has a greater return by the weights.
    var ceiling: Double
  }

  private let world: ReachableStates
  private let rewards: [SIMD2<Double>]
  private let allowed: [Bool]?
  private let startMass: Double
  private let ends: Bool
  /// Of both rewards, one for each state; terminal states stay at 0.
  private var values: [SIMD2<Double>]
  private var next: [SIMD2<Double>]
  /// One action for each live state.
  private(set) var actions: [Int]

  /// - Parameter allowed: the actions to choose from, [live state × action]; all if nil.
  init(_ world: ReachableStates, _ first: [Double], _ second: [Double], allowed: [Bool]? = nil) {
    self.world = world
    self.allowed = allowed
    rewards = zip(first, second).map { SIMD2($0, $1) }
    startMass = world.start.reduce(0, +)
    ends = world.stateCount > world.liveCount || startMass < 1
    values = [SIMD2<Double>](repeating: .zero, count: world.stateCount)
    next = values
    actions = (0..<world.liveCount).map { state in
      (0..<world.actionCount).first { allowed?[state * world.actionCount + $0] ?? true } ?? 0
    }
  }

  /// Sweeps until the policy's return is known to `tolerance` under each reward, and no other's is greater by the weights
  /// by more; or until the ceiling alone is no higher than `enough`; or until nothing but rounding moves.
  mutating func plan(
    _ weights: SIMD2<Double>, tolerance: Double, enough: Double = -.infinity, maximumSweeps: Int = 200_000
  ) -> Plan {
    let factor = world.discount / (1 - world.discount) * startMass
    let slack = 0.1 * max(0, tolerance) * (1 - world.discount)
    var sweeps = 0
    while true {
      let step = choose(weights, slack)
      sweeps += 1
      var mean = SIMD2<Double>.zero
      for state in 0..<world.liveCount { mean += world.start[state] * values[state] }
      let weighted = weights * mean
      let plan = Plan(
        least: mean + factor * step.least, most: mean + factor * step.most,
        ceiling: weighted.x + weighted.y + startMass * slack + factor * step.weighted.most)
      let width = factor * max((step.most - step.least).max(), step.weighted.most - step.weighted.least)
      if width <= tolerance || plan.ceiling <= enough || sweeps >= maximumSweeps { return plan }
      // Sums of a few terms are not exact: what still moves is rounding.
      if width <= 16 * factor * step.scale * .ulpOfOne { return plan }
      let count = step.changed == 0 ? 48 : 12
      for _ in 0..<count { follow() }
      sweeps += count
    }
  }

  private struct Step {
    /// Of the change of each value, under the chosen actions; and by the weights, at most under the best ones.
    var least = SIMD2<Double>(repeating: .infinity)
    var most = SIMD2<Double>(repeating: -.infinity)
    var weighted = (least: Double.infinity, most: -Double.infinity)
    var scale = 0.0
    var changed = 0
  }

  /// A sweep over all actions.
  private mutating func choose(_ weights: SIMD2<Double>, _ slack: Double) -> Step {
    var step = Self.chosen(world, rewards, allowed, values, &next, &actions, weights, slack)
    swap(&values, &next)
    if ends {
      step.least.replace(with: SIMD2<Double>.zero, where: step.least .> 0)
      step.most.replace(with: SIMD2<Double>.zero, where: step.most .< 0)
      step.weighted = (min(0, step.weighted.least), max(0, step.weighted.most))
    }
    return step
  }

  private static func chosen(
    _ world: ReachableStates, _ rewards: [SIMD2<Double>], _ allowed: [Bool]?, _ values: [SIMD2<Double>],
    _ next: inout [SIMD2<Double>], _ actions: inout [Int], _ weights: SIMD2<Double>,
    _ slack: Double
  ) -> Step {
    var step = Step()
    let (rewards, values) = (rewards.span, values.span)
    var next = next.mutableSpan
    var actions = actions.mutableSpan
    for state in 0..<world.liveCount {
      let first = state * world.actionCount
      let kept = actions[state]
      var action = kept
      var taken = ahead(world, rewards, values, first + kept)
      let weightedKept = weights * taken
      var best = weightedKept.x + weightedKept.y
      var top = best
      for other in 0..<world.actionCount where other != kept && allowed?[first + other] ?? true {
        let found = ahead(world, rewards, values, first + other)
        let weighted = weights * found
        let value = weighted.x + weighted.y
        top = max(top, value)
        if value > best + (action == kept ? slack : 0) { (best, taken, action) = (value, found, other) }
      }
      let old = values[state]
      let oldWeighted = weights * old
      let change = taken - old
      step.least = pointwiseMin(step.least, change)
      step.most = pointwiseMax(step.most, change)
      let weightedChange = best - (oldWeighted.x + oldWeighted.y)
      step.weighted.least = min(step.weighted.least, weightedChange)
      step.weighted.most = max(step.weighted.most, weightedChange + (top - best))
      step.scale = max(step.scale, abs(taken.x), abs(taken.y))
      if action != kept {
        actions[state] = action
        step.changed += 1
      }
      next[state] = taken
    }
    return step
  }

  /// A sweep over the chosen actions.
  private mutating func follow() {
    Self.followed(world, rewards, values, &next, actions)
    swap(&values, &next)
  }

  private static func followed(
    _ world: ReachableStates, _ rewards: [SIMD2<Double>], _ values: [SIMD2<Double>], _ next: inout [SIMD2<Double>],
    _ actions: [Int]
  ) {
    let (rewards, values) = (rewards.span, values.span)
    let actions = actions.span
    var next = next.mutableSpan
    for state in 0..<world.liveCount {
      next[state] = ahead(world, rewards, values, state * world.actionCount + actions[state])
    }
  }

  /// r + γ E v of one row, without checks in the inner loop: `ReachableStates` has built its rows within its arrays.
  @inline(__always)
  private static func ahead(
    _ world: ReachableStates, _ rewards: Span<SIMD2<Double>>, _ values: Span<SIMD2<Double>>, _ row: Int
  ) -> SIMD2<Double> {
    let (rowStarts, successors, probabilities) = (world.rowStarts.span, world.successors.span, world.probabilities.span)
    var future = SIMD2<Double>.zero
    var index = rowStarts[row]
    let end = rowStarts[row + 1]
    while index < end {
      future += probabilities[unchecked: index] * values[unchecked: successors[unchecked: index]]
      index += 1
    }
    return rewards[row] + world.discount * future
  }
}
