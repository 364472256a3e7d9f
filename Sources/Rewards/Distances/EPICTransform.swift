import Compute
import Environments

/// EPIC's canonical shaping in a finite world:
/// C(s, a, s′) = R + γ m(s′) − m(s) − γ E[m(S)], with m(s) = E[R(s, A, S′)], and S, A, S′ independent.
struct EPICTransform {
  let world: ReachableStates
  let stateWeights: [Double]
  let actionWeights: [Double]

  /// Uniform unless given; weights are over this world's states and actions.
  init(_ world: ReachableStates, stateWeights: [Double]? = nil, actionWeights: [Double]? = nil) {
    self.world = world
    self.stateWeights =
      stateWeights ?? [Double](repeating: 1 / Double(world.stateCount), count: world.stateCount)
    self.actionWeights =
      actionWeights ?? [Double](repeating: 1 / Double(world.actionCount), count: world.actionCount)
  }

  /// m(s) of every state, also of those where it ends: EPIC looks at transitions regardless of the dynamics.
  func means(_ reward: RewardTable) -> [Double] {
    (0..<world.stateCount).map { state in
      let original = world.states[state]
      var mean = 0.0
      switch reward.axes {
      case .state: mean = reward.values[original]
      case .stateAction:
        for action in 0..<world.actionCount {
          mean += actionWeights[action] * reward.values[original * world.actionCount + action]
        }
      case .transition:
        for action in 0..<world.actionCount {
          let base = (original * world.actionCount + action) * world.originalStateCount
          var sum = 0.0
          for next in 0..<world.stateCount { sum += stateWeights[next] * reward.values[base + world.states[next]] }
          mean += actionWeights[action] * sum
        }
      }
      return mean
    }
  }

  func canonical(_ reward: RewardTable) throws -> CanonicalReward {
    try world.requireDenseFits()
    let means = means(reward)
    let offset = world.discount * zip(stateWeights, means).reduce(0) { $0 + $1.0 * $1.1 }
    var values = world.dense(reward)
    let scale = Vectors.largest(values)
    let count = world.stateCount
    for row in 0..<world.rowCount {
      let here = means[row / world.actionCount] + offset
      for next in 0..<count { values[row * count + next] += world.discount * means[next] - here }
    }
    return CanonicalReward(
      isDense: true, values: values, scale: scale,
      rounding: 4 * Double(world.stateCount + world.actionCount + 6) * Double.roundingUnit * scale)
  }
}
