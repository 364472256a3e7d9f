import Compute

/// A reward table over (state, action, next state), for finite worlds.
///
/// States and actions are indices; a transition's state is read from the first component of its observation. Rewards of
/// the form R(s, a) keep one number for each pair and ignore the next state.
public struct TabularReward: RewardFunction, Codable, Hashable {
  /// The number of states.
  public let states: Int
  /// The number of actions.
  public let actions: Int
  /// Whether `values` has one number for each next state: [s × a × s′]; otherwise [s × a].
  public let usesNextState: Bool
  /// State by state, action by action and, if used, next state by next state.
  public var values: [Float]

  /// - Throws: `InputError` if the number of values does not fit, or one is not finite.
  public init(states: Int, actions: Int, usesNextState: Bool = false, values: [Float]) throws {
    let expected = states * actions * (usesNextState ? states : 1)
    guard states > 0, actions > 0, values.count == expected else {
      throw InputError(
        "a reward table for \(states) states and \(actions) actions has \(values.count) values",
        remedy: "give \(max(0, expected)) values, state by state")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the reward table holds \(values[index])", at: "value \(index)")
    }
    self.states = states
    self.actions = actions
    self.usesNextState = usesNextState
    self.values = values
  }

  /// The reward of one transition. Complexity: O(1).
  public subscript(state: Int, action: Int, next: Int) -> Float {
    usesNextState ? values[(state * actions + action) * states + next] : values[state * actions + action]
  }

  public func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      let state = transitions.withObservation(row) { Int($0[0]) }
      let action = transitions.withAction(row) { Int($0[0]) }
      rewards[row] = self[state, action, transitions.withNextObservation(row) { Int($0[0]) }]
    }
  }
}
