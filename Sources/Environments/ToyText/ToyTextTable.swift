import Compute

/// A world of Gymnasium's toy-text family as an exact table: what its environments keep as `P`, entry for entry.
///
/// ```swift
/// let lake = try FrozenLakeTable.table(map: FrozenLakeTable.maps["8x8"]!)
/// lake.outcomes[0 * 4 + 2]        // what may come of going right in state 0
/// let world = try lake.mdp(discount: 0.99)
/// ```
///
/// The rules are those of Gymnasium 1.4.0 (Farama Foundation); Blackjack, which has no `P` there, is worked out from
/// its rules. Time limits are the wrappers' and no part of a table.
public struct ToyTextTable: Sendable {
  /// One thing that may come of an action.
  public struct Outcome: Sendable, Hashable {
    /// How probable it is.
    public var probability: Double
    /// The next state.
    public var next: Int
    /// What is paid.
    public var reward: Double
    /// Whether the episode terminates.
    public var ends: Bool

    /// One entry of `P[state][action]`.
    public init(_ probability: Double, to next: Int, reward: Double, ends: Bool = false) {
      self.probability = probability
      self.next = next
      self.reward = reward
      self.ends = ends
    }
  }

  /// A name for each state.
  public let stateNames: [String]
  /// A name for each action.
  public let actionNames: [String]
  /// The probability of starting in each state.
  public let start: [Double]
  /// By state · actions + action, in Gymnasium's order: a state may occur more than once in a row.
  public let outcomes: [[Outcome]]

  init(stateNames: [String], actionNames: [String], start: [Double], outcome: (Int, Int) -> [Outcome]) {
    self.stateNames = stateNames
    self.actionNames = actionNames
    self.start = start
    outcomes = stateNames.indices.flatMap { state in actionNames.indices.map { outcome(state, $0) } }
  }

  /// Whether an episode is over in each state: those that an outcome which ends leads to.
  public var isTerminal: [Bool] {
    var result = [Bool](repeating: false, count: stateNames.count)
    for row in outcomes { for outcome in row where outcome.ends { result[outcome.next] = true } }
    return result
  }

  /// The world, each row with one entry for each next state and its expected reward.
  ///
  /// - Throws: `InputError` for a discount outside [0, 1].
  public func mdp(discount: Double) throws -> TabularMDP {
    var starts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    var rewards: [Double] = []
    for row in merged {
      successors += row.map(\.next)
      // Thirds add up to a little more than 1.
      probabilities += row.map { min(1, $0.probability) }
      rewards.append(row.reduce(0) { $0 + $1.probability * $1.reward })
      starts.append(successors.count)
    }
    return try TabularMDP(
      stateCount: stateNames.count, actionCount: actionNames.count, rowStarts: starts, successors: successors,
      probabilities: probabilities, rewards: rewards, start: start, isTerminal: isTerminal, discount: discount)
  }

  /// The outcomes with each next state once, its reward the mean of those that lead there.
  public var merged: [[Outcome]] {
    outcomes.map { row in
      var merged: [Outcome] = []
      for outcome in row {
        guard let index = merged.firstIndex(where: { $0.next == outcome.next }) else {
          merged.append(outcome)
          continue
        }
        let (before, more) = (merged[index].probability, outcome.probability)
        if merged[index].reward != outcome.reward {
          merged[index].reward = (before * merged[index].reward + more * outcome.reward) / (before + more)
        }
        merged[index].probability += more
      }
      return merged
    }
  }
}
