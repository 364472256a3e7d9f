import Compute

/// A finite Markov decision process as an exact table: for planners, and for audits that need the truth.
///
/// Row `s * actionCount + a` is what action a does in state s: its successors lie in
/// `rowStarts[row] ..< rowStarts[row + 1]` of `successors` and `probabilities` (compressed sparse rows), its expected
/// reward is `rewards[row]`. From a terminal state nothing more happens: its value is 0 and its rows are ignored.
public struct TabularMDP: Sendable, Hashable {
  /// The number of states.
  public let stateCount: Int
  /// The number of actions, the same in every state.
  public let actionCount: Int
  /// Where each (state, action) row begins in `successors`, and where the last ends.
  public let rowStarts: [Int]
  /// The states that each row can lead to.
  public let successors: [Int]
  /// How probable each successor is; a row's sum is 1.
  public let probabilities: [Double]
  /// The reward of each successor's transition.
  public private(set) var rewards: [Double]
  /// The probability of starting in each state.
  public let start: [Double]
  /// Whether a state ends the episode for good.
  public let isTerminal: [Bool]
  /// γ, below 1 unless every policy ends.
  public private(set) var discount: Double

  /// Checks every number; throws an `InputError` that names the first state and action at fault.
  public init(
    stateCount: Int, actionCount: Int, rowStarts: [Int], successors: [Int], probabilities: [Double],
    rewards: [Double], start: [Double], isTerminal: [Bool], discount: Double
  ) throws {
    self.stateCount = stateCount
    self.actionCount = actionCount
    self.rowStarts = rowStarts
    self.successors = successors
    self.probabilities = probabilities
    self.rewards = rewards
    self.start = start
    self.isTerminal = isTerminal
    self.discount = discount
    try validate()
  }

  /// The same world with another reward on (state, action), and perhaps another discount.
  public func with(rewards: [Double], discount: Double? = nil) throws -> TabularMDP {
    var copy = self
    copy.rewards = rewards
    copy.discount = discount ?? self.discount
    try copy.validateNumbers()
    return copy
  }

  /// Where the successors of one state and action lie.
  @inlinable public func transitions(_ state: Int, _ action: Int) -> Range<Int> {
    let row = state * actionCount + action
    return rowStarts[row]..<rowStarts[row + 1]
  }
}

extension TabularMDP {
  private func validate() throws {
    guard stateCount > 0, actionCount > 0 else {
      throw InputError("a tabular world needs at least one state and one action", remedy: nil)
    }
    let rows = stateCount * actionCount
    func expect(_ name: String, _ count: Int, _ wanted: Int) throws {
      guard count == wanted else {
        throw InputError("\(name) has \(count) entries", at: "tabular world", remedy: "\(wanted) are needed")
      }
    }
    try expect("rowStarts", rowStarts.count, rows + 1)
    try expect("probabilities", probabilities.count, successors.count)
    try expect("start", start.count, stateCount)
    try expect("isTerminal", isTerminal.count, stateCount)
    guard rowStarts[0] == 0, rowStarts[rows] == successors.count,
      zip(rowStarts, rowStarts.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw InputError(
        "rowStarts does not partition the transitions", at: "tabular world",
        remedy: "it starts at 0, never falls, and ends at \(successors.count)")
    }
    for state in 0..<stateCount where !isTerminal[state] {
      for action in 0..<actionCount { try validateRow(state, action) }
    }
    try validateDistribution(start[...], "the start distribution", at: "start")
    try validateNumbers()
  }

  private func validateRow(_ state: Int, _ action: Int) throws {
    let place = "state \(state), action \(action)"
    let range = transitions(state, action)
    if let index = range.first(where: { !(0..<stateCount).contains(successors[$0]) }) {
      throw InputError(
        "a transition leads to state \(successors[index])", at: place, remedy: "states are 0 to \(stateCount - 1)")
    }
    try validateDistribution(probabilities[range], "the distribution of successors", at: place)
  }

  private func validateDistribution(_ weights: ArraySlice<Double>, _ name: String, at place: String) throws {
    guard weights.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw InputError("\(name) has an entry outside 0 to 1", at: place)
    }
    let sum = weights.reduce(0, +)
    guard abs(sum - 1) <= 1e-9 else {
      throw InputError("\(name) sums to \(sum)", at: place, remedy: "it must sum to 1")
    }
  }

  private func validateNumbers() throws {
    let rows = stateCount * actionCount
    guard rewards.count == rows else {
      throw InputError("rewards has \(rewards.count) entries", at: "tabular world", remedy: "\(rows) are needed")
    }
    if let row = rewards.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the reward is \(rewards[row])", at: "state \(row / actionCount), action \(row % actionCount)")
    }
    guard (0...1).contains(discount) else {
      throw InputError("the discount is \(discount)", at: "tabular world", remedy: "it lies between 0 and 1")
    }
  }
}
