import Agents
import Compute
import Environments

/// What an agent might want in a finite world.
public struct Aim: Sendable, Hashable {
  /// In words: "at the coin".
  public let name: String
  let wanted: Wanted

  enum Wanted: Sendable, Hashable {
    case states(Set<Int>)
    case reward([Double])
  }

  /// To get into one of these states as soon as possible and to be in one of them ever after.
  public static func being(_ name: String, in states: Set<Int>) -> Aim { Aim(name: name, wanted: .states(states)) }

  /// As much as can be had of a reward on (state, action), [states × actions], discounted as the world does.
  public static func reward(_ name: String, _ rewards: [Double]) -> Aim {
    Aim(name: name, wanted: .reward(rewards))
  }
}

/// An aim with the actions that serve it best in each state.
public struct Goal: Sendable, Hashable {
  /// In words.
  public let name: String
  /// For each state a bit for each action, set where the action is among the best.
  package let best: [UInt64]

  /// - Parameters:
  ///   - name: in words.
  ///   - bestActions: of each state, at least one.
  public init(_ name: String, bestActions: [Set<Int>]) {
    precondition(bestActions.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0..<64).contains($0) } }, "actions 0 to 63")
    self.name = name
    best = bestActions.map { $0.reduce(0) { $0 | 1 << UInt64($1) } }
  }

  package init(_ name: String, best: [UInt64]) { (self.name, self.best) = (name, best) }

  /// The best actions in a state, in order.
  public func bestActions(in state: Int) -> [Int] { (0..<64).filter { best[state] >> UInt64($0) & 1 == 1 } }
}

/// The goals that are held against what was done.
///
/// ```swift
/// let goals = try GoalLibrary(planning: [.being("at the coin", in: coin), .being("in the corner", in: corner)], in: mdp)
/// ```
///
/// Each is planned for exactly, once, so that afterwards a step costs a few multiplications for each goal.
public struct GoalLibrary: Sendable, Hashable {
  /// States of the world.
  public let stateCount: Int
  /// Its actions.
  public let actionCount: Int
  /// At least one.
  public let goals: [Goal]

  /// Actions beyond this many do not fit the library's tables.
  public static let mostActions = 64

  /// - Parameters:
  ///   - goals: at least one, each with an entry for every state.
  ///   - stateCount: states of the world.
  ///   - actionCount: its actions.
  /// - Throws: `InputError` for none, for a goal of another world, and for more than 64 actions.
  public init(_ goals: [Goal], stateCount: Int, actionCount: Int) throws {
    guard !goals.isEmpty else { throw InputError("no goals to choose from", remedy: "name at least one") }
    guard actionCount <= Self.mostActions else {
      throw InputError("\(actionCount) actions", remedy: "goals can be told apart among up to \(Self.mostActions)")
    }
    let all: UInt64 = actionCount == 64 ? .max : 1 << UInt64(actionCount) - 1
    for goal in goals {
      guard goal.best.count == stateCount else {
        throw InputError("\(goal.best.count) states", at: "goal '\(goal.name)'", remedy: "the world has \(stateCount)")
      }
      guard goal.best.allSatisfy({ $0 & ~all == 0 && $0 != 0 }) else {
        throw InputError(
          "an action beyond the world's", at: "goal '\(goal.name)'", remedy: "actions are 0 to \(actionCount - 1)")
      }
    }
    (self.goals, self.stateCount, self.actionCount) = (goals, stateCount, actionCount)
  }

  /// Plans for each aim.
  ///
  /// An action is among the best where its value is the best one's to a millionth. In states where an aim cannot be
  /// served, and in terminal ones, all are.
  ///
  /// - Parameters:
  ///   - aims: at least one.
  ///   - mdp: the world.
  ///   - patience: the discount with which being somewhere is planned for: the nearer to 1, the more a sure way counts
  ///     against a short one.
  /// - Throws: `InputError` for an aim that is none of this world's.
  /// - Complexity: one plan for each aim.
  public init(planning aims: [Aim], in mdp: TabularMDP, patience: Double = 0.95) throws {
    precondition(patience > 0 && patience < 1, "patience is a discount")
    guard mdp.actionCount <= Self.mostActions else {
      throw InputError("\(mdp.actionCount) actions", remedy: "goals can be told apart among up to \(Self.mostActions)")
    }
    let endless = try mdp.absorbing()
    let goals = try aims.map { aim -> Goal in
      switch aim.wanted {
      case .states(let states):
        guard !states.isEmpty, states.allSatisfy({ (0..<mdp.stateCount).contains($0) }) else {
          throw InputError(
            "states that the world does not have, or none", at: "goal '\(aim.name)'",
            remedy: "states are 0 to \(mdp.stateCount - 1)")
        }
        let isWanted = (0..<mdp.stateCount).map(states.contains)
        let rewards = (0..<mdp.stateCount * mdp.actionCount).map { row in
          endless.transitions(row / mdp.actionCount, row % mdp.actionCount).reduce(0.0) {
            $0 + (isWanted[endless.successors[$1]] ? endless.probabilities[$1] : 0)
          }
        }
        return try Self.plan(aim.name, endless.with(rewards: rewards, discount: patience), isTerminal: mdp.isTerminal)
      case .reward(let rewards):
        guard rewards.count == mdp.stateCount * mdp.actionCount, rewards.allSatisfy(\.isFinite) else {
          throw InputError(
            "\(rewards.count) rewards, or some that are not finite", at: "goal '\(aim.name)'",
            remedy: "give one for each of \(mdp.stateCount) states and \(mdp.actionCount) actions")
        }
        // An undiscounted world's return need not exist for a reward that is not its own.
        let size = rewards.lazy.map(abs).max() ?? 0
        let scaled = size > 0 ? rewards.map { $0 / size } : rewards
        return try Self.plan(
          aim.name, mdp.with(rewards: scaled, discount: min(mdp.discount, 0.999)), isTerminal: mdp.isTerminal)
      }
    }
    try self.init(goals, stateCount: mdp.stateCount, actionCount: mdp.actionCount)
  }

  private static func plan(_ name: String, _ mdp: TabularMDP, isTerminal: [Bool]) throws -> Goal {
    let values = try ModifiedPolicyIteration.solve(mdp, tolerance: 1e-10).values
    return Goal(name, best: bestActions(mdp, values: values, isTerminal: isTerminal, within: 1e-6))
  }

  /// The actions whose look-ahead is the best one's, but for this share of it and for rounding.
  static func bestActions(
    _ mdp: TabularMDP, values: [Double], isTerminal: [Bool], within share: Double
  ) -> [UInt64] {
    let size = values.lazy.map(abs).max() ?? 0
    let all: UInt64 = mdp.actionCount == 64 ? .max : 1 << UInt64(mdp.actionCount) - 1
    return (0..<mdp.stateCount).map { state in
      guard !isTerminal[state] else { return all }
      let worth = (0..<mdp.actionCount).map { mdp.lookAhead(state, $0, values, discount: mdp.discount) }
      guard let most = worth.max() else { return all }
      let least = most - share * abs(most) - 1e-10 * size
      return worth.indices.reduce(0) { worth[$1] >= least ? $0 | 1 << UInt64($1) : $0 }
    }
  }
}
