extension TabularMDP {
  /// The reward of this action and the discounted value of where it leads.
  @inlinable public func lookAhead(_ state: Int, _ action: Int, _ values: [Double], discount: Double) -> Double {
    lookAhead(state, action, values, rewards: rewards, discount: discount)
  }

  /// The same under another reward on (state, action).
  @inlinable public func lookAhead(
    _ state: Int, _ action: Int, _ values: [Double], rewards: [Double], discount: Double
  ) -> Double {
    let row = state * actionCount + action
    var future = 0.0
    for index in rowStarts[row]..<rowStarts[row + 1] where probabilities[index] > 0 {
      future += probabilities[index] * values[successors[index]]
    }
    return rewards[row] + discount * future
  }

  /// Q of every (state, action), [states × actions]: this reward plus the discounted value of where it leads; 0 in
  /// terminal states.
  public func actionValues(_ values: [Double], rewards: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: stateCount * actionCount)
    for state in 0..<stateCount where !isTerminal[state] {
      for action in 0..<actionCount {
        result[state * actionCount + action] = lookAhead(state, action, values, rewards: rewards, discount: discount)
      }
    }
    return result
  }

  /// The mean of a value over the start distribution.
  public func startMean(_ values: [Double]) -> Double {
    var sum = 0.0
    for state in 0..<stateCount where start[state] > 0 { sum += start[state] * values[state] }
    return sum
  }
}
