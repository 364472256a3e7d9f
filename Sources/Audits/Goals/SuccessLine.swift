import Environments

/// From which return on an episode counts as a success: so much of the way from random play to the best that is possible
/// from the same start.
package struct SuccessLine: Sendable {
  /// [states]: what the best policy earns from each in an episode, which may look at the time.
  package let best: [Double]
  /// [states]: what uniformly random actions earn on average.
  package let random: [Double]
  private let share: Double

  /// - Parameters:
  ///   - mdp: the world, without its time limit.
  ///   - steps: the time limit.
  ///   - share: of the way; between 0 and 1.
  /// - Complexity: O(steps × transitions).
  package init(_ mdp: TabularMDP, steps: Int, share: Double) {
    precondition(share > 0 && share < 1, "a share of the way lies between 0 and 1")
    var best = [Double](repeating: 0, count: mdp.stateCount)
    var next = best
    for _ in 0..<steps {
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        var most = -Double.infinity
        for action in 0..<mdp.actionCount { most = max(most, mdp.lookAhead(state, action, best, discount: 1)) }
        next[state] = most
      }
      swap(&best, &next)
    }
    self.best = best
    random = TabularPolicy.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount).values(
      in: mdp, steps: steps)
    self.share = share
  }

  /// The line from this start; nil where random play is as good as any, so that nothing can fail.
  package func line(from state: Int) -> Double? {
    let way = best[state] - random[state]
    guard way > 1e-9 * max(abs(best[state]), abs(random[state])) else { return nil }
    return random[state] + share * way
  }
}
