import Compute
import Environments

/// A reward of a finite world as a table, on states, on pairs of state and action, or on whole transitions.
///
/// ```swift
/// let goal = try RewardTable(states: 2, actions: 2, axes: .state, values: [0, 1])
/// goal[1, 0, 0]                    // 1: paid for being in state 1, whatever is done there
/// goal.expected(in: mdp)           // on (state, action), as planners and audits use it
/// ```
///
/// Doubles, for exact audits; ``TabularReward`` is the float table that agents learn from.
public struct RewardTable: Sendable, Codable, Hashable {
  /// What the reward depends on: R(s), R(s, a) or R(s, a, s′).
  public enum Axes: String, Sendable, Codable, Hashable, CaseIterable {
    /// R(s): paid for the state that a step starts from.
    case state
    /// R(s, a).
    case stateAction
    /// R(s, a, s′).
    case transition

    /// The number of values for a world of this size.
    public func count(states: Int, actions: Int) -> Int {
      switch self {
      case .state: states
      case .stateAction: states * actions
      case .transition: states * actions * states
      }
    }
  }

  /// What the rewards depend on.
  public let axes: Axes
  /// The number of states.
  public let states: Int
  /// The number of actions.
  public let actions: Int
  /// [states], [states × actions] or [states × actions × states].
  public var values: [Double]

  /// - Throws: `InputError` if the number of values does not fit, or one is not finite.
  public init(states: Int, actions: Int, axes: Axes, values: [Double]) throws {
    guard states > 0, actions > 0 else {
      throw InputError("a reward for \(states) states and \(actions) actions", remedy: "give at least one of each")
    }
    let expected = axes.count(states: states, actions: actions)
    guard values.count == expected else {
      throw InputError(
        "a reward on \(axes.words) of \(states) states and \(actions) actions has \(values.count) values",
        remedy: "give \(expected)")
    }
    self.axes = axes
    self.states = states
    self.actions = actions
    self.values = values
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the reward is \(values[index])", at: place(index), remedy: "all rewards must be finite")
    }
  }

  /// A reward on (state, action) for a world, as planners use it.
  public init(expected values: [Double], in mdp: TabularMDP) throws {
    try self.init(states: mdp.stateCount, actions: mdp.actionCount, axes: .stateAction, values: values)
  }

  /// The reward of one transition.
  public subscript(state: Int, action: Int, next: Int) -> Double {
    switch axes {
    case .state: values[state]
    case .stateAction: values[state * actions + action]
    case .transition: values[(state * actions + action) * states + next]
    }
  }

  /// The expected reward of each action in each state, [states × actions]; 0 in terminal states.
  public func expected(in mdp: TabularMDP) -> [Double] {
    precondition(states == mdp.stateCount && actions == mdp.actionCount, "a reward for this world")
    var result = [Double](repeating: 0, count: states * actions)
    for state in 0..<states where !mdp.isTerminal[state] {
      for row in state * actions..<(state + 1) * actions {
        switch axes {
        case .state: result[row] = values[state]
        case .stateAction: result[row] = values[row]
        case .transition:
          var sum = 0.0
          for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
            sum += mdp.probabilities[index] * values[row * states + mdp.successors[index]]
          }
          result[row] = sum
        }
      }
    }
    return result
  }

  /// The same reward on transitions, [states × actions × states].
  public var dense: RewardTable {
    guard axes != .transition else { return self }
    var values = [Double](repeating: 0, count: states * actions * states)
    for row in 0..<states * actions {
      let value = axes == .state ? self.values[row / actions] : self.values[row]
      for next in 0..<states { values[row * states + next] = value }
    }
    return RewardTable(unchecked: values, axes: .transition, states: states, actions: actions)
  }

  private init(unchecked values: [Double], axes: Axes, states: Int, actions: Int) {
    self.axes = axes
    self.states = states
    self.actions = actions
    self.values = values
  }

  /// Where a value stands: "state 2, action 1, next state 0".
  package func place(_ index: Int) -> String {
    switch axes {
    case .state: "state \(index)"
    case .stateAction: "state \(index / actions), action \(index % actions)"
    case .transition:
      "state \(index / states / actions), action \(index / states % actions), next state \(index % states)"
    }
  }

  private enum CodingKeys: String, CodingKey { case axes, states, actions, values }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      states: box.decode(Int.self, forKey: .states), actions: box.decode(Int.self, forKey: .actions),
      axes: box.decode(Axes.self, forKey: .axes), values: box.decode([Double].self, forKey: .values))
  }
}

extension RewardTable.Axes {
  /// For sentences: "pairs of state and action".
  public var words: String {
    switch self {
    case .state: "states"
    case .stateAction: "pairs of state and action"
    case .transition: "transitions"
    }
  }
}

extension RewardTable {
  /// R + γΦ(s′) − Φ(s), on transitions: potential shaping (Ng, Harada and Russell 1999), which changes no order of
  /// policies.
  public func shaped(by potential: [Double], discount: Double) -> RewardTable {
    precondition(potential.count == states, "one potential for each state")
    var result = dense
    for row in 0..<states * actions {
      for next in 0..<states {
        result.values[row * states + next] += discount * potential[next] - potential[row / actions]
      }
    }
    return result
  }

  /// The reward times a power of two, its largest magnitude from 1 up to 2, and the exponent that gives this one back.
  package var unitScaled: (table: RewardTable, exponent: Int) {
    let (unit, exponent) = Vectors.unitScaled(values)
    var result = self
    if exponent != 0 { result.values = unit }
    return (result, exponent)
  }

  /// factor · R + shift, on the same axes.
  public func scaled(by factor: Double, plus shift: Double = 0) -> RewardTable {
    var result = self
    result.values = values.map { factor * $0 + shift }
    return result
  }
}
