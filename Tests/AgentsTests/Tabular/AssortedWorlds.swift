import Agents
import Compute
import Environments

/// Worlds and rewards of every awkward kind: tiny, deterministic, absorbing, with states that nothing reaches, with
/// constant or sparse rewards, with ties, with terminal states, myopic and far-sighted.
struct AssortedWorld: CustomStringConvertible {
  var mdp: TabularMDP
  var rewards: [Double]
  var description: String

  static func number(_ seed: Int) throws -> AssortedWorld {
    var random = RandomSource(seed: UInt64(seed)).stream("assorted")
    let kinds = ["plain", "tiny", "deterministic", "absorbing", "unreachable", "constant", "integer", "terminal"]
    let kind = kinds[seed % kinds.count]
    let states = kind == "tiny" ? 1 + random.below(2) : 2 + random.below(9)
    let actions = kind == "tiny" ? 1 + random.below(2) : 1 + random.below(4)
    let discount = [0, 0.5, 0.9, 0.99, 0.999][random.below(5)]
    var transitions = [Double](repeating: 0, count: states * actions * states)
    for row in 0..<states * actions {
      let reach = kind == "unreachable" ? max(1, states / 2) : states
      if kind == "absorbing" && row / actions >= states / 2 {
        transitions[row * states + row / actions] = 1
      } else if kind == "deterministic" || kind == "integer" {
        transitions[row * states + random.below(reach)] = 1
      } else {
        let weights = (0..<reach).map { _ in random.bernoulli(0.5) ? random.uniform() : 0 }
        let sum = weights.reduce(0, +)
        for next in 0..<reach { transitions[row * states + next] = sum > 0 ? weights[next] / sum : 1 / Double(reach) }
      }
    }
    let rewards = (0..<states * actions).map { _ in
      kind == "constant" ? 3 : kind == "integer" ? Double(random.below(3)) - 1 : random.normal()
    }
    let first = kind == "unreachable" ? 1 : states
    var start = [Double](repeating: 0, count: states)
    for state in 0..<first { start[state] = 1 / Double(first) }
    var mdp = try TabularMDP(
      states: states, actions: actions, transitions: transitions, rewards: rewards, start: start, discount: discount)
    if kind == "terminal" {
      mdp = try TabularMDP(
        stateCount: states, actionCount: actions, rowStarts: mdp.rowStarts, successors: mdp.successors,
        probabilities: mdp.probabilities, rewards: rewards, start: start,
        isTerminal: (0..<states).map { $0 == states - 1 }, discount: discount)
    }
    return AssortedWorld(mdp: mdp, rewards: rewards, description: "\(kind) world \(seed), discount \(discount)")
  }
}
