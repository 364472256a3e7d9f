extension TabularMDP {
  /// Which states some policy reaches with positive probability, those of the start among them.
  ///
  /// Of the others no occupancy, and so no return, knows anything.
  public var reachableStates: [Bool] {
    var reached = start.map { $0 > 0 }
    var open = reached.indices.filter { reached[$0] }
    while let state = open.popLast() {
      guard !isTerminal[state] else { continue }
      for index in rowStarts[state * actionCount]..<rowStarts[(state + 1) * actionCount]
      where probabilities[index] > 0 && !reached[successors[index]] {
        reached[successors[index]] = true
        open.append(successors[index])
      }
    }
    return reached
  }

  /// The same world without an end: what was a terminal state is one that every action stays in for no reward, for
  /// ever. Returns are the same, and every policy's occupancy now sums to 1 ÷ (1 − discount).
  public func absorbing() throws -> TabularMDP {
    guard isTerminal.contains(true) else { return self }
    var starts = [0]
    var next: [Int] = []
    var weights: [Double] = []
    var rewards = self.rewards
    for state in 0..<stateCount {
      for action in 0..<actionCount {
        if isTerminal[state] {
          next.append(state)
          weights.append(1)
          rewards[state * actionCount + action] = 0
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
      rewards: rewards, start: start, isTerminal: [Bool](repeating: false, count: stateCount), discount: discount)
  }

  /// A world from dense rows: `transitions` is [states × actions × states]; entries of exactly 0 are left out.
  public init(
    states: Int, actions: Int, transitions: [Double], rewards: [Double]? = nil, start: [Double]? = nil,
    discount: Double
  ) throws {
    precondition(states > 0 && actions > 0, "a world has states and actions")
    precondition(transitions.count == states * actions * states, "one probability for each state, action and state")
    var starts = [0]
    starts.reserveCapacity(states * actions + 1)
    var next: [Int] = []
    var weights: [Double] = []
    for row in 0..<states * actions {
      for state in 0..<states where transitions[row * states + state] != 0 {
        next.append(state)
        weights.append(transitions[row * states + state])
      }
      starts.append(next.count)
    }
    try self.init(
      stateCount: states, actionCount: actions, rowStarts: starts, successors: next, probabilities: weights,
      rewards: rewards ?? [Double](repeating: 0, count: states * actions),
      start: start ?? [Double](repeating: 1 / Double(states), count: states),
      isTerminal: [Bool](repeating: false, count: states), discount: discount)
  }

  /// The transitions as a dense [states × actions × states] array; rows of terminal states are as the table has them.
  public var denseTransitions: [Double] {
    var dense = [Double](repeating: 0, count: stateCount * actionCount * stateCount)
    for row in 0..<stateCount * actionCount {
      for index in rowStarts[row]..<rowStarts[row + 1] {
        dense[row * stateCount + successors[index]] += probabilities[index]
      }
    }
    return dense
  }
}
