import Audits
import Compute
import Environments

/// Two states, the next one the action's number; worth 1 to go from 0 to 1 and ½ to stay at 1; three steps, γ = .9.
enum OffPolicyFixture {
  static let discount = 0.9
  static let horizon = 3
  static let rewards = [[0, 1.0], [0, 0.5]]
  static let behavior = [[0.5, 0.5], [0.6, 0.4]]
  static let target = [[0.2, 0.8], [0.3, 0.7]]
  static let logged = [[1, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]
  static let all = (0..<8).map { [$0 >> 2 & 1, $0 >> 1 & 1, $0 & 1] }

  static func states(_ actions: [Int]) -> [Int] { [0] + actions.dropLast() }

  static func probability(_ actions: [Int], _ policy: [[Double]]) -> Double {
    zip(states(actions), actions).reduce(1) { $0 * policy[$1.0][$1.1] }
  }

  static func counted(_ episodes: [[Int]], behavior given: [[Double]]? = behavior) throws -> CountedLog {
    let states = episodes.flatMap(states)
    let actions = episodes.flatMap(\.self)
    return try CountedLog(
      lengths: episodes.map(\.count), states: states, actions: actions,
      rewards: zip(states, actions).map { rewards[$0][$1] },
      behavior: given.map { given in zip(states, actions).map { given[$0][$1] } },
      policy: TabularPolicy(probabilities: target.flatMap(\.self), actionCount: 2), discount: discount)
  }

  /// The exact value with so many steps to go, from each state.
  static func values(steps: Int, _ policy: [[Double]]) -> [Double] {
    guard steps > 0 else { return [0, 0] }
    let later = values(steps: steps - 1, policy)
    return [0, 1].map { s in [0, 1].reduce(0) { $0 + policy[s][$1] * (rewards[s][$1] + discount * later[$1]) } }
  }

  /// Q̂ = .8 Q + .05 of each step.
  static func model(_ episodes: [[Int]]) throws -> ModeledValues {
    var (actionValues, stateValues) = ([Double](), [Double]())
    for actions in episodes {
      for (time, (s, a)) in zip(states(actions), actions).enumerated() {
        let later = values(steps: horizon - time - 1, target)
        func q(_ action: Int) -> Double { 0.8 * (rewards[s][action] + discount * later[action]) + 0.05 }
        actionValues.append(q(a))
        stateValues.append(target[s][0] * q(0) + target[s][1] * q(1))
      }
    }
    return try ModeledValues(actionValues: actionValues, values: stateValues)
  }
}
