import Environments

/// What one kind of device goes by: in each of its contexts it has a fixed, unknown law of actions.
///
/// A device answers what is before it; it wants nothing. The law is learned as the record goes on, by Krichevsky and
/// Trofimov's estimator with 1 ÷ (number of actions) for each action: after n steps in a context, k of them with an
/// action, that action has probability (k + 1/|A|) ÷ (n + 1). With two actions that is their ½.
public struct DeviceContext: Sendable, Hashable {
  /// In words: "the last action".
  public let name: String
  /// How much is looked at; the prior weight is 2^−depth.
  public let depth: Int
  /// The class of each state; states of one class look the same to the device. Numbered from 0.
  public let classes: [Int]
  /// Whether the last action in the same episode is looked at too.
  public let seesLastAction: Bool

  /// - Parameters:
  ///   - name: in words.
  ///   - depth: of the prior weight 2^−depth; not negative.
  ///   - classes: one for each state, not negative.
  ///   - seesLastAction: whether the last action is looked at too.
  public init(_ name: String, depth: Int, classes: [Int], seesLastAction: Bool = false) {
    precondition(depth >= 0 && classes.allSatisfy { $0 >= 0 }, "depths and classes are not negative")
    (self.name, self.depth, self.classes, self.seesLastAction) = (name, depth, classes, seesLastAction)
  }

  /// Looks at nothing.
  public static func nothing(stateCount: Int) -> DeviceContext {
    DeviceContext("nothing", depth: 0, classes: [Int](repeating: 0, count: stateCount))
  }

  /// Looks at its last action.
  public static func lastAction(stateCount: Int) -> DeviceContext {
    DeviceContext(
      "the last action", depth: 1, classes: [Int](repeating: 0, count: stateCount), seesLastAction: true)
  }

  /// Looks at the whole state.
  public static func state(stateCount: Int) -> DeviceContext {
    DeviceContext("the state", depth: 2, classes: Array(0..<stateCount))
  }

  /// Looks at which actions do nothing here: the walls around it.
  public static func blocked(in mdp: TabularMDP, seesLastAction: Bool = false) -> DeviceContext {
    var numbers: [[Bool]: Int] = [:]
    let classes = (0..<mdp.stateCount).map { state -> Int in
      let pattern = (0..<mdp.actionCount).map { action in
        mdp.transitions(state, action).allSatisfy { mdp.probabilities[$0] == 0 || mdp.successors[$0] == state }
      }
      if let known = numbers[pattern] { return known }
      numbers[pattern] = numbers.count
      return numbers.count - 1
    }
    return DeviceContext(
      seesLastAction ? "what is blocked and the last action" : "what is blocked", depth: seesLastAction ? 2 : 1,
      classes: classes, seesLastAction: seesLastAction)
  }

  /// Nothing, the last action, what is blocked, both of these, the state: the devices that are tried unless others are
  /// named.
  public static func standard(in mdp: TabularMDP) -> [DeviceContext] {
    let blocked = blocked(in: mdp)
    let local = Set(blocked.classes).count > 1 ? [blocked, Self.blocked(in: mdp, seesLastAction: true)] : []
    return [nothing(stateCount: mdp.stateCount), lastAction(stateCount: mdp.stateCount)] + local
      + [state(stateCount: mdp.stateCount)]
  }
}
