import Compute
import Environments

/// DARD's transform in a finite world:
/// T(s, a, s′) = R(s, a, s′) + E[γ R(s′, A, S″) − R(s, A, S′) − γ R(S′, A, S″)], with one A for all terms,
/// S′ ~ τ(s, A) and S″ ~ τ(s′, A) independent of it. A state where it ends is taken to stay as it is forever.
///
/// The last term is contracted in two steps, over S″ and then over S′: O(|A| |S| nnz) instead of O(|A| |S|⁴).
struct DARDTransform {
  let world: ReachableStates
  let actionWeights: [Double]

  init(_ world: ReachableStates, actionWeights: [Double]? = nil) {
    self.world = world
    self.actionWeights =
      actionWeights ?? [Double](repeating: 1 / Double(world.actionCount), count: world.actionCount)
  }

  func canonical(_ reward: RewardTable) throws -> CanonicalReward {
    try world.requireDenseFits()
    let count = world.stateCount
    let meanRewards = expectedUnderActions(reward)
    let crossed = crossed(reward)
    var values = world.dense(reward)
    let scale = Vectors.largest(values)
    for row in 0..<world.rowCount {
      let state = row / world.actionCount
      for next in 0..<count {
        values[row * count + next] +=
          world.discount * meanRewards[next] - meanRewards[state] - world.discount * crossed[state * count + next]
      }
    }
    return CanonicalReward(
      isDense: true, values: values, scale: scale,
      rounding: 4 * Double(2 * world.widestRow + world.actionCount + 6) * Double.roundingUnit * scale)
  }

  /// E_A[R̄(s, A)] of every state.
  private func expectedUnderActions(_ reward: RewardTable) -> [Double] {
    let expected = world.expected(reward)
    return (0..<world.stateCount).map { state in
      (0..<world.actionCount).reduce(0) { sum, action in
        sum
          + actionWeights[action]
          * (state < world.liveCount
            ? expected[state * world.actionCount + action] : world.reward(reward, state, action, state))
      }
    }
  }

  /// E_A E[R(S′, A, S″)] with S′ ~ τ(s, A), S″ ~ τ(s′, A): [reachable s × s′].
  private func crossed(_ reward: RewardTable) -> [Double] {
    let count = world.stateCount
    let reachable = world.liveCount
    var result = [Double](repeating: 0, count: reachable * count)
    var inner = [Double](repeating: 0, count: reward.axes == .transition ? count * count : 0)
    for action in 0..<world.actionCount {
      guard reward.axes == .transition else {
        // Without a next state, S″ does not matter: each row is constant.
        for state in 0..<reachable {
          let row = state * world.actionCount + action
          var sum = 0.0
          for index in world.rowStarts[row]..<world.rowStarts[row + 1] {
            sum += world.probabilities[index] * world.reward(reward, world.successors[index], action, 0)
          }
          for next in 0..<count { result[state * count + next] += actionWeights[action] * sum }
        }
        continue
      }
      contractSecond(reward, action, into: &inner)
      result.withUnsafeMutableBufferPointer { result in
        inner.withUnsafeBufferPointer { inner in
          for state in 0..<reachable {
            let row = state * world.actionCount + action
            for index in world.rowStarts[row]..<world.rowStarts[row + 1] {
              let weight = actionWeights[action] * world.probabilities[index]
              let from = world.successors[index] * count
              for next in 0..<count { result[state * count + next] += weight * inner[from + next] }
            }
          }
        }
      }
    }
    return result
  }

  /// inner[x, s′] = Σ_y τ(y | s′, a) R(x, a, y)
  private func contractSecond(_ reward: RewardTable, _ action: Int, into inner: inout [Double]) {
    let count = world.stateCount
    reward.values.withUnsafeBufferPointer { values in
      inner.withUnsafeMutableBufferPointer { inner in
        for from in 0..<count {
          let base = (world.states[from] * world.actionCount + action) * world.originalStateCount
          for next in 0..<count {
            guard next < world.liveCount else {
              inner[from * count + next] = values[base + world.states[next]]
              continue
            }
            let row = next * world.actionCount + action
            var sum = 0.0
            for index in world.rowStarts[row]..<world.rowStarts[row + 1] {
              sum += world.probabilities[index] * values[base + world.states[world.successors[index]]]
            }
            inner[from * count + next] = sum
          }
        }
      }
    }
  }
}
