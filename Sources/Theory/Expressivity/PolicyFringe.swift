import Compute
import Environments

/// The deterministic policies that differ from an acceptable one by a single decision that matters.
///
/// If every acceptable policy is better than all of these, it is better than every other policy: from any policy,
/// improvement by single decisions leads to an optimal one, and has to cross the fringe. Where the changed decision
/// leads to states that the acceptable policy never visits, every behaviour there is included, since the acceptable
/// policy's own is open.
///
/// Source: Abel, Dabney, Harutyunyan et al., "On the expressivity of Markov reward", NeurIPS 2021.
package struct PolicyFringe {
  /// Acceptable policies, one of each kind of behaviour, and what they do.
  package private(set) var acceptable: [(policy: TabularPolicy, occupancy: [Double])] = []
  package private(set) var fringe: [(policy: TabularPolicy, occupancy: [Double])] = []

  /// - Throws: `InputError` if the fringe has more than `limit` policies.
  package init(of policies: [TabularPolicy], in mdp: TabularMDP, limit: Int = 20_000) throws {
    // What a deterministic policy does is settled by its actions where it goes.
    var known: Set<[Int]> = []
    for policy in policies {
      let (key, _) = Self.behaviour(policy.actions, in: mdp)
      if known.insert(key).inserted { acceptable.append((policy, mdp.occupancy(of: policy))) }
    }
    for (policy, _) in acceptable {
      let actions = policy.actions
      let (_, visited) = Self.behaviour(actions, in: mdp)
      for state in 0..<mdp.stateCount where visited[state] && !mdp.isTerminal[state] {
        for action in 0..<mdp.actionCount where action != actions[state] {
          var changed = actions
          changed[state] = action
          try extend(changed, settled: visited, in: mdp, known: &known, limit: limit)
        }
      }
    }
  }

  /// Adds the policy with every behaviour in the states that it visits and `settled` does not hold.
  private mutating func extend(
    _ actions: [Int], settled: [Bool], in mdp: TabularMDP, known: inout Set<[Int]>, limit: Int
  ) throws {
    let (key, visited) = Self.behaviour(actions, in: mdp)
    let open = (0..<mdp.stateCount).first { visited[$0] && !settled[$0] && !mdp.isTerminal[$0] }
    guard let open else {
      guard known.insert(key).inserted else { return }
      guard fringe.count < limit else {
        throw InputError(
          "the acceptable policies have more than \(limit) neighbours", at: "acceptable policies",
          remedy: "start in every state, so that what a policy does elsewhere is settled, or give fewer policies")
      }
      let policy = TabularPolicy(actions: actions, actionCount: mdp.actionCount)
      fringe.append((policy, mdp.occupancy(of: policy)))
      return
    }
    var settled = settled
    settled[open] = true
    for action in 0..<mdp.actionCount {
      var changed = actions
      changed[open] = action
      try extend(changed, settled: settled, in: mdp, known: &known, limit: limit)
    }
  }

  /// Which states the policy visits, and its actions there with −1 elsewhere.
  private static func behaviour(_ actions: [Int], in mdp: TabularMDP) -> (key: [Int], visited: [Bool]) {
    var visited = mdp.start.map { $0 > 0 }
    var open = visited.indices.filter { visited[$0] }
    while mdp.discount > 0, let state = open.popLast() {
      guard !mdp.isTerminal[state] else { continue }
      for index in mdp.transitions(state, actions[state])
      where mdp.probabilities[index] > 0 && !visited[mdp.successors[index]] {
        visited[mdp.successors[index]] = true
        open.append(mdp.successors[index])
      }
    }
    return (visited.indices.map { visited[$0] && !mdp.isTerminal[$0] ? actions[$0] : -1 }, visited)
  }
}
