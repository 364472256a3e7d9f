import Compute
import Environments
import Rewards

/// What the rewards that inverse reinforcement learning searches look like.
///
/// ```swift
/// RewardForm(.state)                                             // one number for each state
/// RewardForm(.stateAction, .linear(features: phi, count: 3))     // three weights
/// RewardForm(.transition, .network(features: phi, count: 3, hidden: [32, 32]))
/// ```
///
/// Features are rows, one for each entry of the reward: a state; a state and action (state · actions + action); or a
/// transition that the world has, in the order of `TabularMDP/successors`. Entries that the world does not have are 0.
public struct RewardForm: Sendable, Hashable, Codable {
  /// Which rewards are considered: any table, or a function of features.
  public enum Kind: Sendable, Hashable, Codable {
    /// A number for each entry.
    case table
    /// Weights for `count` features, [entries × count].
    case linear(features: [Double], count: Int)
    /// A perceptron of the features with tanh between its layers; nothing but a one-hot row if `count` is 0.
    case network(features: [Double], count: Int, hidden: [Int])
  }

  /// What the rewards depend on.
  public var axes: RewardTable.Axes
  /// A table, or a function of features.
  public var kind: Kind

  /// A form by its axes and kind.
  public init(_ axes: RewardTable.Axes, _ kind: Kind = .table) {
    self.axes = axes
    self.kind = kind
  }

  /// Entries of such a reward in a world.
  public func entryCount(in mdp: TabularMDP) -> Int {
    switch axes {
    case .state: mdp.stateCount
    case .stateAction: mdp.stateCount * mdp.actionCount
    case .transition: mdp.successors.count
    }
  }

  /// - Throws: `InputError` if the features do not fit.
  func check(_ mdp: TabularMDP) throws {
    let entries = entryCount(in: mdp)
    switch kind {
    case .table: return
    case .linear(let features, let count):
      guard count > 0, features.count == entries * count else {
        throw InputError(
          "\(features.count) features", remedy: "give \(entries) rows of \(max(count, 1)), one row for each entry")
      }
      try finite(features, count)
    case .network(let features, let count, let hidden):
      guard features.count == entries * count, hidden.allSatisfy({ $0 > 0 }) else {
        throw InputError("\(features.count) features for a network", remedy: "give \(entries) rows of \(count)")
      }
      try finite(features, count)
    }
  }

  private func finite(_ features: [Double], _ count: Int) throws {
    if let index = features.firstIndex(where: { !$0.isFinite }) {
      throw InputError("feature \(index % count) of row \(index / count) is \(features[index])")
    }
  }

  /// The expected reward of each action, [actions × states], from the entries.
  func spread(_ entries: [Double], in mdp: TabularMDP, into rows: inout [Double]) {
    let (states, actions) = (mdp.stateCount, mdp.actionCount)
    for state in 0..<states {
      for action in 0..<actions {
        let row = state * actions + action
        var reward = 0.0
        switch axes {
        case .state: reward = entries[state]
        case .stateAction: reward = entries[row]
        case .transition:
          for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
            reward += mdp.probabilities[index] * entries[index]
          }
        }
        rows[action * states + state] = mdp.isTerminal[state] ? 0 : reward
      }
    }
  }

  /// The transpose of ``spread(_:in:into:)``: adds factor · what passes through each row, [actions × states], to the entries.
  func gather(_ rows: [Double], in mdp: TabularMDP, times factor: Double, into entries: inout [Double]) {
    let (states, actions) = (mdp.stateCount, mdp.actionCount)
    for state in 0..<states where !mdp.isTerminal[state] {
      for action in 0..<actions {
        let row = state * actions + action
        let weight = factor * rows[action * states + state]
        switch axes {
        case .state: entries[state] += weight
        case .stateAction: entries[row] += weight
        case .transition:
          for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
            entries[index] += mdp.probabilities[index] * weight
          }
        }
      }
    }
  }

  /// The entries as a table; a reward on transitions only up to the size that one may have.
  func table(_ entries: [Double], in mdp: TabularMDP) throws -> RewardTable {
    let (states, actions) = (mdp.stateCount, mdp.actionCount)
    guard axes == .transition else {
      return try RewardTable(states: states, actions: actions, axes: axes, values: entries)
    }
    guard Double(states) * Double(states) * Double(actions) <= 2e8 else {
      var rows = [Double](repeating: 0, count: states * actions)
      spread(entries, in: mdp, into: &rows)
      var values = rows
      for state in 0..<states {
        for action in 0..<actions { values[state * actions + action] = rows[action * states + state] }
      }
      return try RewardTable(expected: values, in: mdp)
    }
    var values = [Double](repeating: 0, count: states * actions * states)
    for row in 0..<states * actions {
      for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
        values[row * states + mdp.successors[index]] = entries[index]
      }
    }
    return try RewardTable(states: states, actions: actions, axes: .transition, values: values)
  }
}
