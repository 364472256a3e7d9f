import Compute
import Environments
import Rewards

/// The distances between a canonical reward and the points on the way to another.
struct Interpolation {
  private let space: RewardSpace
  private let first: CanonicalReward
  private let second: CanonicalReward

  init(_ space: RewardSpace, _ first: CanonicalReward, _ second: CanonicalReward) {
    self.space = space
    self.first = first
    self.second = second
  }

  func distance(_ share: Double, _ norm: RewardNorm, _ comparison: RewardComparison) -> Double {
    var values = first.values
    // Both in the first one's unit.
    let unit = 1.0.timesTwo(to: second.exponent - first.exponent)
    values.withUnsafeMutableBufferPointer { values in
      second.values.withUnsafeBufferPointer { second in
        for index in 0..<values.count { values[index] += share * (unit * second[index] - values[index]) }
      }
    }
    let mixed = CanonicalReward(
      isDense: first.isDense, values: values, scale: max(first.scale, unit * second.scale),
      rounding: (1 - share) * first.rounding + share * unit * second.rounding, exponent: first.exponent)
    return space.distance(first, mixed, normalization: norm, comparison: comparison).value
  }
}

/// Policy iteration in a small dense world, with no allocation that grows with the number of calls to matter: ten
/// thousands of rewards of one world are planned for.
struct SmallPlanner {
  private let states: Int
  private let actions: Int
  private let discount: Double
  private let start: [Double]
  /// [state × action × state]
  private let transitions: [Double]

  struct Plan {
    var actions: [Int]
    var expectedReturn: Double
  }

  init(_ mdp: TabularMDP) {
    states = mdp.stateCount
    actions = mdp.actionCount
    discount = mdp.discount
    start = mdp.start
    transitions = mdp.denseTransitions
  }

  func best(_ rewards: [Double], from guess: [Int]? = nil) -> Plan {
    var policy = guess ?? [Int](repeating: 0, count: states)
    let slack = 1e-10 * rewards.reduce(0) { max($0, abs($1)) } / (1 - discount)
    var values: [Double] = []
    for _ in 0..<1000 {
      values = self.values(policy, rewards)
      var changed = false
      transitions.withUnsafeBufferPointer { transitions in
        values.withUnsafeBufferPointer { values in
          for state in 0..<states {
            var bestAction = policy[state]
            var best = -Double.infinity
            for offset in 0..<actions {
              // The policy's own action first, so that a tie keeps it.
              let action = (policy[state] + offset) % actions
              let row = state * actions + action
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
              let quality = rewards[row] + discount * future
              if quality > best + slack {
                best = quality
                bestAction = action
              }
            }
            if bestAction != policy[state] {
              policy[state] = bestAction
              changed = true
            }
          }
        }
      }
      if !changed { break }
    }
    return Plan(actions: policy, expectedReturn: mean(values))
  }

  func expectedReturn(_ policy: [Int], _ rewards: [Double]) -> Double { mean(values(policy, rewards)) }

  private func mean(_ values: [Double]) -> Double { zip(start, values).reduce(0) { $0 + $1.0 * $1.1 } }

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
