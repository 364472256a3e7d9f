import Compute
import Environments

/// The reachable states of a finite world, which are all that matters to policies: states that can be reached, with those that are not terminal
/// first. Everything about distances is computed in its indices, so that no distance depends on what never happens.
package struct ReachableStates: Sendable {
  package let actionCount: Int
  package let discount: Double
  /// Original indices; the first `liveCount` are live, which here means not terminal.
  package let states: [Int]
  package let liveCount: Int
  /// The probability of starting in each live state.
  package let start: [Double]
  package let originalStateCount: Int
  /// Row `live state * actionCount + action`; successors index ``states``.
  package let rowStarts: [Int]
  package let successors: [Int]
  package let probabilities: [Double]

  package var stateCount: Int { states.count }
  package var rowCount: Int { liveCount * actionCount }
  /// States left out because nothing leads there.
  package var unreachableCount: Int { originalStateCount - stateCount }

  /// - Throws: ``InputError`` if the discount is not below 1.
  package init(_ mdp: TabularMDP, reachableOnly: Bool) throws {
    guard mdp.discount < 1 else {
      throw InputError(
        "distances between rewards need a discount below 1, not \(mdp.discount)", at: "world",
        remedy: "give the world a discount such as 0.99")
    }
    let reached = reachableOnly ? mdp.reachableStates : [Bool](repeating: true, count: mdp.stateCount)
    // Without a future nothing counts but the start: what comes after it is as good as over.
    let counts = (0..<mdp.stateCount).map { state in
      reached[state] && !mdp.isTerminal[state] && (!reachableOnly || mdp.discount > 0 || mdp.start[state] > 0)
    }
    let lasting = (0..<mdp.stateCount).filter { counts[$0] }
    let ended = (0..<mdp.stateCount).filter { reached[$0] && !counts[$0] }
    states = lasting + ended
    liveCount = lasting.count
    start = lasting.map { mdp.start[$0] }
    originalStateCount = mdp.stateCount
    actionCount = mdp.actionCount
    discount = mdp.discount
    var places = [Int](repeating: -1, count: mdp.stateCount)
    for (place, state) in states.enumerated() { places[state] = place }
    var rowStarts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    rowStarts.reserveCapacity(lasting.count * mdp.actionCount + 1)
    successors.reserveCapacity(mdp.successors.count)
    probabilities.reserveCapacity(mdp.successors.count)
    for state in lasting {
      for action in 0..<mdp.actionCount {
        for index in mdp.transitions(state, action) where mdp.probabilities[index] > 0 {
          successors.append(places[mdp.successors[index]])
          probabilities.append(mdp.probabilities[index])
        }
        rowStarts.append(successors.count)
      }
    }
    self.rowStarts = rowStarts
    self.successors = successors
    self.probabilities = probabilities
  }

  /// The reward of one transition, in this world's indices.
  func reward(_ table: RewardTable, _ state: Int, _ action: Int, _ next: Int) -> Double {
    let row = states[state] * actionCount + action
    switch table.axes {
    case .state: return table.values[states[state]]
    case .stateAction: return table.values[row]
    case .transition: return table.values[row * originalStateCount + states[next]]
    }
  }

  /// The expected reward of each live state and action.
  package func expected(_ table: RewardTable) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    for state in 0..<liveCount {
      for action in 0..<actionCount {
        let row = state * actionCount + action
        let original = states[state] * actionCount + action
        switch table.axes {
        case .state: result[row] = table.values[states[state]]
        case .stateAction: result[row] = table.values[original]
        case .transition:
          let base = original * originalStateCount
          var sum = 0.0
          for index in rowStarts[row]..<rowStarts[row + 1] {
            sum += probabilities[index] * table.values[base + states[successors[index]]]
          }
          result[row] = sum
        }
      }
    }
    return result
  }

  /// rewards + γ E[Φ(S′)] − Φ(s) on each live state and action; Φ is 0 where it ends.
  package func shaped(_ rewards: [Double], by potential: [Double]) -> [Double] {
    var result = rewards
    for state in 0..<liveCount {
      for row in state * actionCount..<(state + 1) * actionCount {
        var future = 0.0
        for index in rowStarts[row]..<rowStarts[row + 1] where successors[index] < liveCount {
          future += probabilities[index] * potential[successors[index]]
        }
        result[row] += discount * future - potential[state]
      }
    }
    return result
  }

  /// The base policy's probabilities on live rows: uniform if none is given.
  func weights(of policy: TabularPolicy?) -> [Double] {
    guard let policy else { return [Double](repeating: 1 / Double(actionCount), count: rowCount) }
    precondition(
      policy.stateCount == originalStateCount && policy.actionCount == actionCount, "a policy for this world")
    return (0..<rowCount).map { row in
      policy.probabilities[states[row / actionCount] * actionCount + row % actionCount]
    }
  }
}
