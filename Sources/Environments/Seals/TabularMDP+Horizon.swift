/// What episodes of a fixed number of steps are worth, exactly: undiscounted, by dynamic programming backwards from the
/// last step. Nothing is earned in or after a terminal state.
extension TabularMDP {
  /// What episodes of one length can earn.
  package struct EpisodeReturns: Sendable, Hashable {
    /// The mean return of a best policy, which may look at the time.
    package var optimum: Double
    /// The mean return of uniformly random actions.
    package var uniform: Double
    /// The least and the most that one episode can earn, over all actions and all chance.
    package var bounds: ClosedRange<Double>
    /// The action of each state that a best policy begins with; the first among equals.
    package var firstActions: [Int]
  }

  /// - Complexity: O(steps × transitions).
  package func episodeReturns(steps: Int) -> EpisodeReturns {
    var best = [Double](repeating: 0, count: stateCount)
    var (uniform, least, most) = (best, best, best)
    var actions = [Int](repeating: 0, count: stateCount)
    for _ in 0..<steps {
      var (nextBest, nextUniform, nextLeast, nextMost) = (best, uniform, least, most)
      for state in 0..<stateCount where !isTerminal[state] {
        var (high, sum, low, top) = (-Double.infinity, 0.0, Double.infinity, -Double.infinity)
        for action in 0..<actionCount {
          let value = lookAhead(state, action, best, discount: 1)
          // A gain within rounding is none: ties go to the first action on every machine.
          if value > high + 1e-12 * Swift.max(1, abs(high)) || action == 0 { actions[state] = action }
          high = Swift.max(high, value)
          sum += lookAhead(state, action, uniform, discount: 1)
          let reward = rewards[state * actionCount + action]
          for index in transitions(state, action) where probabilities[index] > 0 {
            low = Swift.min(low, reward + least[successors[index]])
            top = Swift.max(top, reward + most[successors[index]])
          }
        }
        (nextBest[state], nextUniform[state]) = (high, sum / Double(actionCount))
        (nextLeast[state], nextMost[state]) = (low, top)
      }
      (best, uniform, least, most) = (nextBest, nextUniform, nextLeast, nextMost)
    }
    let possible = (0..<stateCount).filter { start[$0] > 0 }
    let low = possible.map { least[$0] }.min() ?? 0
    let high = possible.map { most[$0] }.max() ?? 0
    return EpisodeReturns(
      optimum: startMean(best), uniform: startMean(uniform), bounds: low...high, firstActions: actions)
  }

  /// A deterministic world without an end: where each action leads, and what it pays.
  init(
    deterministic stateCount: Int, actions: Int, start: [Double],
    outcome: (_ state: Int, _ action: Int) -> (next: Int, reward: Double)
  ) {
    let rows = (0..<stateCount * actions).map { outcome($0 / actions, $0 % actions) }
    do {
      try self.init(
        stateCount: stateCount, actionCount: actions, rowStarts: Array(0...rows.count), successors: rows.map(\.next),
        probabilities: [Double](repeating: 1, count: rows.count), rewards: rows.map(\.reward), start: start,
        isTerminal: [Bool](repeating: false, count: stateCount), discount: 1)
    } catch { preconditionFailure("the tables here are valid: \(error)") }
  }
}
