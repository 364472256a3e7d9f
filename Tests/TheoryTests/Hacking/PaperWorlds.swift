import Compute
import Environments
import Theory

/// Worlds small enough for pen and paper.
enum PaperWorlds {
  /// Two states, two actions; action a leads to state a; discount ½, uniform start.
  static func twoStates() throws -> TabularMDP {
    try TabularMDP(states: 2, actions: 2, transitions: [1, 0, 0, 1, 1, 0, 0, 1], discount: 0.5)
  }

  /// 0 → 1 → 0 whatever is done.
  static func chain() throws -> TabularMDP {
    try TabularMDP(states: 2, actions: 2, transitions: [0, 1, 0, 1, 1, 0, 1, 0], discount: 0.5)
  }

  static let r1: [Double] = [0, 1, 0, 1]
  static let r2: [Double] = [0, 0, 1, 1]
  static let r4: [Double] = [0, 1, 0, 0]

  /// Subsets of three rooms, by the rooms that are cleaned: "101" cleans the first and the last.
  static func cleaning(_ names: [String]? = nil) throws -> PolicySet {
    let names = names ?? (0..<8).map { index in (0..<3).map { "\(index >> (2 - $0) & 1)" }.joined() }
    return try PolicySet(names: names, counts: names.map { $0.map { $0 == "1" ? 1 : 0 } })
  }

  /// A random world of any awkward kind: tiny, deterministic, absorbing, with states that cannot be reached.
  static func random(_ stream: inout RandomStream, index: Int) throws -> TabularMDP {
    let states = 1 + stream.below(3)
    let actions = 1 + stream.below(3)
    var transitions = [Double](repeating: 0, count: states * actions * states)
    for row in 0..<states * actions {
      switch index % 4 {
      case 0: transitions[row * states + stream.below(states)] = 1
      case 1 where row / actions == 0: transitions[row * states] = 1
      default:
        let weights = (0..<states).map { _ in stream.bernoulli(0.5) ? 0 : stream.uniform() + 0.01 }
        let sum = weights.reduce(0, +)
        for next in 0..<states {
          transitions[row * states + next] = sum > 0 ? weights[next] / sum : (next == 0 ? 1 : 0)
        }
      }
    }
    var start = [Double](repeating: 1 / Double(states), count: states)
    if index % 3 == 0 {
      start = [Double](repeating: 0, count: states)
      start[0] = 1
    }
    return try TabularMDP(
      states: states, actions: actions, transitions: transitions, start: start, discount: [0, 0.5, 0.9][index % 3])
  }

  /// Small whole numbers, so that ties are common; now and then constant.
  static func reward(_ stream: inout RandomStream, for mdp: TabularMDP) -> [Double] {
    let constant = stream.bernoulli(0.05)
    return (0..<mdp.stateCount * mdp.actionCount).map { _ in constant ? 2 : Double(stream.below(4)) }
  }

  /// The same reward in other words: scaled, shaped.
  static func disguised(_ reward: [Double], _ mdp: TabularMDP, _ stream: inout RandomStream) -> [Double] {
    let scale = stream.uniform(0.1, 5)
    let potential = (0..<mdp.stateCount).map { _ in stream.uniform(-2, 2) }
    return reward.indices.map { row in
      var value = scale * reward[row] - potential[row / mdp.actionCount]
      for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
        value += mdp.discount * mdp.probabilities[index] * potential[mdp.successors[index]]
      }
      return value
    }
  }
}
