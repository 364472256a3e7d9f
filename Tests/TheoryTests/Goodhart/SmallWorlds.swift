import Compute
import Environments

/// Finite worlds whose answers are known by hand, and random ones.
enum SmallWorlds {
  /// Dense rows: `transitions[s][a]` are probabilities over next states.
  static func world(
    _ transitions: [[[Double]]], start: [Double], terminal: [Bool]? = nil, discount: Double
  ) throws -> TabularMDP {
    let rows = transitions.flatMap(\.self)
    let states = transitions.count
    return try TabularMDP(
      stateCount: states, actionCount: transitions[0].count,
      rowStarts: Array(stride(from: 0, through: rows.count * states, by: states)),
      successors: rows.flatMap { _ in Array(0..<states) }, probabilities: rows.flatMap(\.self),
      rewards: [Double](repeating: 0, count: rows.count), start: start,
      isTerminal: terminal ?? [Bool](repeating: false, count: states), discount: discount)
  }

  /// One state, `arms` actions, discount 0: occupancies are the simplex.
  static func bandit(_ arms: Int) throws -> TabularMDP {
    try world([[[Double]](repeating: [1], count: arms)], start: [1], discount: 0)
  }

  /// Two states, action a leads to state a; start uniform, discount ½.
  static func twoStates(discount: Double = 0.5) throws -> TabularMDP {
    try world([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], start: [0.5, 0.5], discount: discount)
  }

  /// Successors drawn at random, of every kind that has gone wrong somewhere: dense or deterministic rows, absorbing,
  /// terminal and unreachable states, one or several starts.
  static func random(_ random: inout RandomStream, states: Int? = nil, actions: Int? = nil) throws -> TabularMDP {
    let states = states ?? 1 + random.below(6)
    let actions = actions ?? 1 + random.below(4)
    let deterministic = random.bernoulli(0.3)
    let avoidsLast = states > 1 && random.bernoulli(0.2)
    let transitions = (0..<states).map { state in
      let absorbing = random.bernoulli(0.1)
      return (0..<actions).map { _ -> [Double] in
        let open = avoidsLast ? states - 1 : states
        if absorbing || deterministic {
          let next = absorbing ? state : random.below(open)
          return (0..<states).map { $0 == next ? 1 : 0 }
        }
        let weights = (0..<states).map { $0 < open && random.bernoulli(0.7) ? random.uniform() : $0 == 0 ? 0.01 : 0 }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
      }
    }
    let single = random.bernoulli(0.5)
    let count = avoidsLast ? states - 1 : states
    let start = (0..<states).map { single ? ($0 == 0 ? 1 : 0) : $0 < count ? 1 / Double(count) : 0 }
    let terminal = (0..<states).map { _ in random.bernoulli(0.1) }
    return try world(transitions, start: start, terminal: terminal, discount: [0, 0.5, 0.9, 0.95][random.below(4)])
  }

  static func reward(_ mdp: TabularMDP, _ random: inout RandomStream) -> [Double] {
    (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }
  }

  /// Adds potential shaping, with potential 0 on terminal states.
  static func shaped(_ reward: [Double], in mdp: TabularMDP, by potential: [Double]) -> [Double] {
    func value(_ state: Int) -> Double { mdp.isTerminal[state] ? 0 : potential[state] }
    return reward.indices.map { row in
      let (state, action) = (row / mdp.actionCount, row % mdp.actionCount)
      let next = mdp.transitions(state, action).reduce(0) { $0 + mdp.probabilities[$1] * value(mdp.successors[$1]) }
      return reward[row] + mdp.discount * next - value(state)
    }
  }
}
