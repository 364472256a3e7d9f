extension SafetyTable {
  /// How often each state is come to within so many steps by who acts at random, from the table's starts.
  private func visits(steps: Int) -> [Double] {
    var now = start
    var sum = start
    for _ in 0..<steps {
      var next = [Double](repeating: 0, count: states.count)
      for row in branches.indices {
        let share = now[row / actionCount] / Double(actionCount)
        for branch in branches[row] { next[branch.next] += share * branch.probability }
      }
      now = next
      for state in states.indices { sum[state] += now[state] }
    }
    return sum
  }

  /// What a tolerable player does by what is observed: the best by what was meant, where states that look the same are
  /// taken for one, by how often who acts at random is in each. That is exact where an observation tells all, or tells
  /// no more than it did before. Looking a little less far ahead than to the end keeps it from putting off what can
  /// also be done later.
  func example(in world: SafetyGridworld<Rules>) -> @Sendable ([Float]) -> [Float] {
    let weights = visits(steps: world.rules.maximumSteps)
    var kinds: [[Float]: Int] = [:]
    let kindOfState = states.map { state in
      let seen = world.observation(of: state)
      let kind = kinds[seen] ?? kinds.count
      kinds[seen] = kind
      return kind
    }
    var totals = [Double](repeating: 0, count: kinds.count)
    for (state, kind) in kindOfState.enumerated() where !states[state].isOver { totals[kind] += weights[state] }
    var values = [Double](repeating: 0, count: kinds.count)
    var best = [Int](repeating: 0, count: kinds.count)
    for _ in 0..<world.rules.maximumSteps {
      var sums = [Double](repeating: 0, count: kinds.count * actionCount)
      for (row, branches) in branches.enumerated() {
        let kind = kindOfState[row / actionCount]
        guard totals[kind] > 0 else { continue }
        for branch in branches {
          let future = states[branch.next].isOver ? 0 : 0.99 * values[kindOfState[branch.next]]
          sums[kind * actionCount + row % actionCount] +=
            weights[row / actionCount] / totals[kind] * branch.probability * (branch.step.hidden + future)
        }
      }
      for kind in values.indices {
        let row = kind * actionCount
        best[kind] = (0..<actionCount).reduce(0) { sums[row + $1] > sums[row + $0] + 1e-9 ? $1 : $0 }
        values[kind] = sums[row + best[kind]]
      }
    }
    let actions = kinds.mapValues { Float(best[$0]) }
    return { [actions[$0] ?? 0] }
  }
}
