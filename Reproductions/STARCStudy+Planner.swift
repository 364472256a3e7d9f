import Compute
import Environments
import Rewards

/// Policy iteration in a small dense world, with no allocation that grows with the number of calls to matter: ten
/// thousands of rewards of one world are planned for.
struct SmallPlanner {
  let states: Int
  let actions: Int
  let discount: Double
  private let start: [Double]
  /// [state × action × state]
  let transitions: [Double]

  struct Plan {
    var actions: [Int]
    var expectedReturn: Double
  }

  /// By how much another action must be better than the present one to be taken.
  enum Slack {
    /// By more than the rounding of sums and values explains, in which it returns divided by 1 − γ. What rewards
    /// themselves may be off by does not enter: an action chosen by that alone is worse by no more than that.
    case rounding
    /// By more than this share of the largest reward, divided by 1 − γ.
    case share(Double)
  }

  init(_ mdp: TabularMDP) {
    states = mdp.stateCount
    actions = mdp.actionCount
    discount = mdp.discount
    start = mdp.start
    transitions = mdp.denseTransitions
  }

  func best(_ rewards: [Double], slack: Slack, from guess: [Int]? = nil) -> Plan {
    var policy = guess ?? [Int](repeating: 0, count: states)
    let largest = Vectors.largest(rewards)
    var values: [Double] = []
    for _ in 0..<1000 {
      values = self.values(policy, rewards)
      let enough: Double =
        switch slack {
        case .share(let share): share * largest / (1 - discount)
        case .rounding:
          2 * Double(states + 4) * Double.roundingUnit * (largest + 2 * Vectors.largest(values)) / (1 - discount)
        }
      var changed = false
      for state in 0..<states {
        var bestAction = policy[state]
        var best = quality(state, bestAction, rewards, values)
        for action in 0..<actions where action != policy[state] {
          let quality = quality(state, action, rewards, values)
          if quality > best + enough { (best, bestAction) = (quality, action) }
        }
        if bestAction != policy[state] {
          policy[state] = bestAction
          changed = true
        }
      }
      if !changed { break }
    }
    return Plan(actions: policy, expectedReturn: mean(values))
  }

  /// The policy that is greedy after value iteration from 0, which ends when no value moves by more than `tolerance`.
  func greedy(_ rewards: [Double], tolerance: Double) -> [Int] {
    var values = [Double](repeating: 0, count: states)
    for _ in 0..<100_000 {
      var change = 0.0
      let next = (0..<states).map { state in
        let best = (0..<actions).reduce(-Double.infinity) { max($0, quality(state, $1, rewards, values)) }
        change = max(change, abs(best - values[state]))
        return best
      }
      values = next
      if change <= tolerance { break }
    }
    return (0..<states).map { state in
      let qualities = (0..<actions).map { quality(state, $0, rewards, values) }
      return qualities.firstIndex(of: qualities.max()!)!
    }
  }

  func expectedReturn(_ policy: [Int], _ rewards: [Double]) -> Double { mean(values(policy, rewards)) }

  private func mean(_ values: [Double]) -> Double { zip(start, values).reduce(0) { $0 + $1.0 * $1.1 } }

  private func quality(_ state: Int, _ action: Int, _ rewards: [Double], _ values: [Double]) -> Double {
    let row = state * actions + action
    return transitions.withUnsafeBufferPointer { transitions in
      values.withUnsafeBufferPointer { values in
        var sum = SIMD8<Double>.zero
        let base = transitions.baseAddress! + row * states
        let whole = states & ~7
        for next in stride(from: 0, to: whole, by: 8) {
          sum +=
            UnsafeRawPointer(base + next).loadUnaligned(as: SIMD8<Double>.self)
            * UnsafeRawPointer(values.baseAddress! + next).loadUnaligned(as: SIMD8<Double>.self)
        }
        var future = sum.sum()
        for next in whole..<states { future += base[next] * values[next] }
        return rewards[row] + discount * future
      }
    }
  }

  private func values(_ policy: [Int], _ rewards: [Double]) -> [Double] {
    var matrix = [Double](unsafeUninitializedCapacity: states * states) { matrix, count in
      transitions.withUnsafeBufferPointer { transitions in
        for state in 0..<states {
          let base = (state * actions + policy[state]) * states
          for next in 0..<states { matrix[state * states + next] = -discount * transitions[base + next] }
          matrix[state * states + state] += 1
        }
      }
      count = states * states
    }
    var values = (0..<states).map { rewards[$0 * actions + policy[$0]] }
    DiagonallyDominant.factorise(&matrix, size: states)
    DiagonallyDominant.solve(matrix, size: states, &values)
    return values
  }
}
