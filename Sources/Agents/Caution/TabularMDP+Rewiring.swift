import Environments

extension TabularMDP {
  /// The same world in which some actions of some states do something else.
  ///
  /// - Parameter row: for a state and an action what happens instead: successors with probabilities; nil for no change.
  func rewired(_ row: (Int, Int) -> [(successor: Int, probability: Double)]?) throws -> TabularMDP {
    var (starts, next, weights) = ([0], [Int](), [Double]())
    for state in 0..<stateCount {
      for action in 0..<actionCount {
        if let other = row(state, action) {
          next += other.map(\.successor)
          weights += other.map { min($0.probability, 1) }
        } else {
          let range = transitions(state, action)
          next += successors[range]
          weights += probabilities[range]
        }
        starts.append(next.count)
      }
    }
    return try TabularMDP(
      stateCount: stateCount, actionCount: actionCount, rowStarts: starts, successors: next, probabilities: weights,
      rewards: rewards, start: start, isTerminal: isTerminal, discount: discount)
  }
}
