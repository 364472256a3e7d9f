import Compute
import Environments
import Rewards

/// Which rewards are allowed: on states, on states and actions, or on transitions; with any sign, or not negative.
public struct RewardDomain: Sendable, Hashable {
  /// What the reward may depend on.
  public var axes: RewardTable.Axes
  /// Whether values below 0 are ruled out.
  public var isNonNegative: Bool

  /// Rewards on these axes.
  public init(_ axes: RewardTable.Axes = .stateAction, isNonNegative: Bool = false) {
    self.axes = axes
    self.isNonNegative = isNonNegative
  }

  /// How many numbers such a reward has in this world.
  public func width(in mdp: TabularMDP) -> Int {
    switch axes {
    case .state: mdp.stateCount
    case .stateAction: mdp.stateCount * mdp.actionCount
    case .transition: mdp.stateCount * mdp.actionCount * mdp.stateCount
    }
  }

  /// What a policy does, as this domain's rewards see it: its return is these counts times the reward's values.
  public func counts(ofOccupancy occupancy: [Double], in mdp: TabularMDP) -> [Double] {
    switch axes {
    case .stateAction: return occupancy
    case .state:
      return (0..<mdp.stateCount).map { state in
        occupancy[state * mdp.actionCount..<(state + 1) * mdp.actionCount].reduce(0, +)
      }
    case .transition:
      var counts = [Double](repeating: 0, count: width(in: mdp))
      for row in occupancy.indices where occupancy[row] != 0 {
        for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
          counts[row * mdp.stateCount + mdp.successors[index]] += occupancy[row] * mdp.probabilities[index]
        }
      }
      return counts
    }
  }

  /// What happens on a trajectory, discounted: step t counts for discount^t.
  public func counts(of trajectory: StateActionPath, discount: Double, in mdp: TabularMDP) -> [Double] {
    var counts = [Double](repeating: 0, count: width(in: mdp))
    var weight = 1.0
    for (step, action) in trajectory.actions.enumerated() {
      let row = trajectory.states[step] * mdp.actionCount + action
      switch axes {
      case .state: counts[trajectory.states[step]] += weight
      case .stateAction: counts[row] += weight
      case .transition: counts[row * mdp.stateCount + trajectory.states[step + 1]] += weight
      }
      weight *= discount
    }
    return counts
  }

  /// The reward with these values.
  public func table(_ values: [Double], in mdp: TabularMDP) throws -> RewardTable {
    try RewardTable(states: mdp.stateCount, actions: mdp.actionCount, axes: axes, values: values)
  }
}

/// States and the actions between them: one state more than actions.
public struct StateActionPath: Sendable, Hashable, Codable {
  /// The states it goes through, the last one without an action.
  public var states: [Int]
  /// The action in each state but the last.
  public var actions: [Int]

  /// A path of n + 1 states and n actions.
  public init(states: [Int], actions: [Int]) {
    self.states = states
    self.actions = actions
  }

  /// Throws if this cannot happen in the world.
  public func validate(in mdp: TabularMDP, name: String) throws {
    let place = "trajectory \(name)"
    guard states.count == actions.count + 1 else {
      throw InputError(
        "it has \(states.count) states and \(actions.count) actions", at: place,
        remedy: "give one state more than actions")
    }
    if let step = states.firstIndex(where: { !(0..<mdp.stateCount).contains($0) }) {
      throw InputError(
        "step \(step) is in state \(states[step])", at: place, remedy: "states are 0 to \(mdp.stateCount - 1)")
    }
    for (step, action) in actions.enumerated() {
      guard (0..<mdp.actionCount).contains(action) else {
        throw InputError(
          "step \(step) takes action \(action)", at: place, remedy: "actions are 0 to \(mdp.actionCount - 1)")
      }
      guard !mdp.isTerminal[states[step]] else {
        throw InputError("step \(step) acts in state \(states[step]), which is terminal", at: place)
      }
      let canHappen = mdp.transitions(states[step], action).contains {
        mdp.successors[$0] == states[step + 1] && mdp.probabilities[$0] > 0
      }
      guard canHappen else {
        throw InputError(
          "step \(step) leads from state \(states[step]) by action \(action) to state \(states[step + 1])", at: place,
          remedy: "this never happens in the world")
      }
    }
  }
}
