import Compute
import Environments
import Files

extension OffPolicyFile {
  /// The log with the target's probabilities as its column `pi` has them.
  ///
  /// - Throws: `InputError` without that column, or without probabilities of who acted.
  public func logged(discount: Double) throws -> LoggedEpisodes {
    guard let target else {
      throw InputError(
        "there is no column pi", at: "\(place):1", remedy: "give --policy uniform or a file of the policy")
    }
    return try LoggedEpisodes(
      lengths: lengths, rewards: rewards, behavior: behavior(), target: target, discount: discount)
  }

  /// The log with a target that is known in every state: a log without states has one.
  ///
  /// - Parameters:
  ///   - policy: of ``states`` and ``actionNames``, those of the policy added.
  ///   - countsBehavior: who acted is counted, and the column of probabilities is not read.
  ///   - discount: γ.
  /// - Throws: `InputError` without probabilities of who acted.
  public func counted(_ policy: TargetTable, countsBehavior: Bool, discount: Double) throws -> CountedLog {
    guard let states = states ?? (lengths.allSatisfy { $0 == 1 } ? [Int](repeating: 0, count: rewards.count) : nil)
    else {
      throw InputError(
        "there is no column state", at: "\(place):1", remedy: "give it, or the target's probabilities as column pi")
    }
    return try CountedLog(
      lengths: lengths, states: states, actions: actions.map { policy.index[$0] }, rewards: rewards,
      behavior: countsBehavior ? nil : behavior(), policy: policy.policy, discount: discount)
  }

  private func behavior() throws -> [Double] {
    guard let probabilities else {
      throw InputError(
        form == .episodes ? "the file has no probabilities" : "there is no column probability",
        at: form == .episodes ? place : "\(place):1",
        remedy: "give the probability of each action to who did it, or have it counted: --behavior counted")
    }
    return probabilities
  }
}

/// A target policy for the states and actions of a log.
public struct TargetTable: Sendable, Hashable {
  /// Of the log's states, and of ``actionNames``.
  public let policy: TabularPolicy
  /// The log's actions, and those that only the policy takes.
  public let actionNames: [String]
  /// For each of the log's actions its place among ``actionNames``.
  let index: [Int]

  /// Every action of the log with the same probability.
  public static func uniform(_ file: OffPolicyFile) -> TargetTable {
    TargetTable(
      policy: .uniform(stateCount: max(1, file.stateNames.count), actionCount: file.actionNames.count),
      actionNames: file.actionNames, index: Array(file.actionNames.indices))
  }

  private init(policy: TabularPolicy, actionNames: [String], index: [Int]) {
    (self.policy, self.actionNames, self.index) = (policy, actionNames, index)
  }

  /// A table with the columns `state` (unless the log has none), `action` and `probability`; what is not listed has
  /// probability 0. States that the log never visits are passed over.
  ///
  /// - Throws: `InputError` at "file:line" if a state of the log is missing, or its probabilities do not sum to 1.
  public init(_ bytes: [UInt8], place: String, for log: OffPolicyFile) throws {
    let table = try CSVTable(bytes, place: place)
    let read = OffPolicyColumns(table)
    let actions = try read.texts("action")
    let probabilities = try read.probabilities("probability", isAboveZero: false)
    let states = log.states == nil ? nil : try read.texts("state")
    actionNames = OffPolicyColumns.ordered(Set(actions).union(log.actionNames))
    let column = Dictionary(uniqueKeysWithValues: actionNames.enumerated().map { ($0.element, $0.offset) })
    let names = log.stateNames.isEmpty ? [""] : log.stateNames
    let row = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    var filled = [Double](repeating: 0, count: names.count * actionNames.count)
    var given = [Bool](repeating: false, count: filled.count)
    for line in actions.indices {
      guard let state = row[states?[line] ?? ""] else { continue }
      let cell = state * actionNames.count + column[actions[line]]!
      guard !given[cell] else {
        throw InputError(
          "action \(actions[line]) is given twice" + (states.map { " in state \($0[line])" } ?? ""),
          at: table.place(of: line))
      }
      (given[cell], filled[cell]) = (true, probabilities[line])
    }
    for (state, name) in names.enumerated() {
      let sum = filled[state * actionNames.count..<(state + 1) * actionNames.count].reduce(0, +)
      guard abs(sum - 1) <= 1e-6 else {
        throw InputError(
          (states == nil ? "the probabilities" : "the probabilities in state \(name)") + " sum to \(sum)", at: place,
          remedy: "they must sum to 1 in every state of the log")
      }
    }
    policy = TabularPolicy(probabilities: filled, actionCount: actionNames.count)
    index = log.actionNames.map { column[$0]! }
  }
}
