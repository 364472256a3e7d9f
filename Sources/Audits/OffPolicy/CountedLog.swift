import Compute
import Environments

/// A log whose states and actions are numbers that can be counted, and a target policy that is known in all of them.
public struct CountedLog: Sendable, Hashable {
  /// The episodes, with the target's probabilities of what was done.
  public let episodes: LoggedEpisodes
  /// The state of each step.
  public let states: [Int]
  /// The action of each step.
  public let actions: [Int]
  /// The target policy; as many states and actions as it has are known.
  public let policy: TabularPolicy

  /// - Parameters:
  ///   - lengths: how many steps each episode has.
  ///   - states: of each step, in the policy's range.
  ///   - actions: of each step, in the policy's range.
  ///   - rewards: of each step.
  ///   - behavior: how probable what was done was; nil to count it (`fittedBehavior`).
  ///   - policy: the target.
  ///   - discount: γ.
  /// - Throws: `InputError` for a state or action outside the policy, and as ``LoggedEpisodes`` does.
  public init(
    lengths: [Int], states: [Int], actions: [Int], rewards: [Double], behavior: [Double]?, policy: TabularPolicy,
    discount: Double
  ) throws {
    for (name, count) in [("states", states.count), ("actions", actions.count)] where count != rewards.count {
      throw InputError("\(name) has \(count) entries", at: name, remedy: "there are \(rewards.count) steps")
    }
    if let step = states.firstIndex(where: { !(0..<policy.stateCount).contains($0) }) {
      throw InputError(
        "the state is \(states[step])", at: "step \(step)", remedy: "states are 0 to \(policy.stateCount - 1)")
    }
    if let step = actions.firstIndex(where: { !(0..<policy.actionCount).contains($0) }) {
      throw InputError(
        "the action is \(actions[step])", at: "step \(step)", remedy: "actions are 0 to \(policy.actionCount - 1)")
    }
    let rows = zip(states, actions).map { $0 * policy.actionCount + $1 }
    episodes = try LoggedEpisodes(
      lengths: lengths, rewards: rewards,
      behavior: behavior ?? Self.shares(of: rows, stateCount: policy.stateCount, actionCount: policy.actionCount),
      target: rows.map { min(1, policy.probabilities[$0]) }, discount: discount)
    (self.states, self.actions, self.policy) = (states, actions, policy)
  }

  /// The share of each step's action among all that was done in its state: the behaviour policy by counting.
  private static func shares(of rows: [Int], stateCount: Int, actionCount: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: stateCount * actionCount)
    for row in rows { counts[row] += 1 }
    return rows.map { row in
      let first = row / actionCount * actionCount
      return counts[row] / counts[first..<first + actionCount].reduce(0, +)
    }
  }

  /// Of what the target would do where the log has been, the share that was never done there: by state, weighted by how
  /// often the log was there.
  public var unsupportedShare: Double {
    let count = policy.actionCount
    var seen = [Bool](repeating: false, count: policy.probabilities.count)
    var visits = [Double](repeating: 0, count: policy.stateCount)
    for step in states.indices {
      seen[states[step] * count + actions[step]] = true
      visits[states[step]] += 1
    }
    var missing = 0.0
    for state in visits.indices where visits[state] > 0 {
      for row in state * count..<(state + 1) * count where !seen[row] {
        missing += visits[state] * policy.probabilities[row]
      }
    }
    return missing / Double(states.count)
  }
}
