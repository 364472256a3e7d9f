import Audits
import Compute
import Environments
import Foundation
import Testing

@Suite("What would have been, by the same luck")
struct GumbelCounterfactualTests {
  private static func law(_ count: Int, _ draws: inout RandomStream) -> [Double] {
    let parts = (0..<count).map { _ in draws.bernoulli(0.2) ? 0 : -log(1 - draws.uniform()) }
    let total = parts.reduce(0, +)
    return total > 0 ? parts.map { $0 / total } : law(count, &draws)
  }

  @Test("it is a law; the same law changes nothing; over what is drawn it averages to the other law; and it is stable")
  func properties() {
    var draws = RandomSource(seed: 2).stream("laws")
    for trial in 0..<300 {
      let count = 2 + trial % 5
      let (p, q) = (Self.law(count, &draws), Self.law(count, &draws))
      var mean = [Double](repeating: 0, count: count)
      for observed in 0..<count where p[observed] > 0 {
        let result = GumbelCounterfactual.probabilities(of: q, given: observed, drawnFrom: p)
        #expect(abs(result.reduce(0, +) - 1) < 1e-9 && result.allSatisfy { $0 >= 0 }, "\(p), \(q), \(observed)")
        let same = GumbelCounterfactual.probabilities(of: p, given: observed, drawnFrom: p)
        #expect(same.indices.allSatisfy { abs(same[$0] - ($0 == observed ? 1 : 0)) < 1e-9 })
        for other in 0..<count {
          mean[other] += p[observed] * result[other]
          // No outcome is taken whose chances grew by less than those of what was drawn.
          if other != observed, q[observed] * p[other] >= q[other] * p[observed] { #expect(result[other] == 0) }
        }
      }
      for other in 0..<count { #expect(abs(mean[other] - q[other]) < 1e-9) }
    }
  }

  @Test("against luck that is drawn: clocks that agree with what was seen, asked under the other law")
  func drawn() {
    let (p, q) = ([0.2, 0.5, 0.3], [0.6, 0.25, 0.15])
    var draws = RandomSource(seed: 5).stream("clocks")
    var (counts, seen) = ([[Double]](repeating: [0, 0, 0], count: 3), [0.0, 0, 0])
    for _ in 0..<200_000 {
      let clocks = p.map { _ in -log(1 - draws.uniform()) }
      func first(_ law: [Double]) -> Int { law.indices.min { clocks[$0] / law[$0] < clocks[$1] / law[$1] } ?? 0 }
      counts[first(p)][first(q)] += 1
      seen[first(p)] += 1
    }
    for observed in 0..<3 {
      let exact = GumbelCounterfactual.probabilities(of: q, given: observed, drawnFrom: p)
      for other in 0..<3 {
        let error = (exact[other] * (1 - exact[other]) / seen[observed]).squareRoot()
        // Nine numbers beyond five standard errors: once in 190,000.
        #expect(abs(counts[observed][other] / seen[observed] - exact[other]) <= 5 * error + 1e-12)
      }
    }
  }

  /// Three places and an end: one action is safe, one is not.
  private static func world() throws -> TabularMDP {
    try TabularMDP(
      stateCount: 3, actionCount: 2, rowStarts: [0, 3, 6, 9, 12, 13, 14],
      successors: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 2, 2],
      probabilities: [0.6, 0.3, 0.1, 0.2, 0.5, 0.3, 0.5, 0.4, 0.1, 0.1, 0.6, 0.3, 1, 1],
      rewards: [0, 1, 0.5, 2, 0, 0], start: [1, 0, 0], isTerminal: [false, false, true], discount: 0.9)
  }

  @Test("an episode replayed by who acted is itself, and from its last step on nothing can differ")
  func same() throws {
    let mdp = try Self.world()
    let (states, actions) = ([0, 1, 0, 2], [1, 0, 1])
    // At 0 it does 1 and at 1 it does 0: what was done.
    let own = try EpisodeCounterfactual(
      of: states, actions: actions, in: mdp, policy: TabularPolicy(actions: [1, 0, 0], actionCount: 2))
    #expect(
      abs(own.expectedReturn - own.factualReturn) < 1e-12 && abs(own.factualReturn - (1 + 0.9 * 0.5 + 0.81)) < 1e-12)
    for (time, state) in states.enumerated() { #expect(abs(own.occupancy[time][state] - 1) < 1e-12) }
    let late = try EpisodeCounterfactual(
      of: states, actions: actions, in: mdp, policy: TabularPolicy(actions: [0, 0, 0], actionCount: 2), from: 3)
    #expect(late.expectedReturn == late.factualReturn)
  }

  @Test("over all episodes of one policy, weighted by their probability, the other policy earns what it is worth")
  func average() throws {
    let mdp = try Self.world()
    let (behavior, target) = (
      TabularPolicy(probabilities: [0.5, 0.5, 0.3, 0.7, 0.5, 0.5], actionCount: 2),
      TabularPolicy(probabilities: [0.9, 0.1, 0.2, 0.8, 0.5, 0.5], actionCount: 2)
    )
    let horizon = 3
    func worth(_ policy: TabularPolicy, _ state: Int, _ steps: Int) -> Double {
      guard steps > 0, !mdp.isTerminal[state] else { return 0 }
      var sum = 0.0
      for row in [state * 2, state * 2 + 1] {
        var ahead = 0.0
        for index in mdp.transitions(state, row - state * 2) {
          ahead += mdp.probabilities[index] * worth(policy, mdp.successors[index], steps - 1)
        }
        sum += policy.probabilities[row] * (mdp.rewards[row] + mdp.discount * ahead)
      }
      return sum
    }
    var (total, mean, missing) = (0.0, 0.0, 0.0)
    func visit(_ states: [Int], _ actions: [Int], _ probability: Double) throws {
      let state = states[states.count - 1]
      guard actions.count < horizon, !mdp.isTerminal[state] else {
        let other = try EpisodeCounterfactual(of: states, actions: actions, in: mdp, policy: target)
        total += probability
        mean += probability * other.expectedReturn
        // Where who acted had ended and the other goes on, the world draws afresh.
        let left = horizon - actions.count
        for (place, share) in other.occupancy[actions.count].enumerated() where left > 0 {
          missing += probability * share * pow(mdp.discount, Double(actions.count)) * worth(target, place, left)
        }
        return
      }
      for action in 0..<2 {
        for index in mdp.transitions(state, action) {
          try visit(
            states + [mdp.successors[index]], actions + [action],
            probability * behavior.probabilities[state * 2 + action] * mdp.probabilities[index])
        }
      }
    }
    try visit([0], [], 1)
    #expect(abs(total - 1) < 1e-12)
    #expect(abs(mean + missing - worth(target, 0, horizon)) < 1e-9)
  }

  @Test("an episode that cannot have happened is refused with its step")
  func badInput() throws {
    let mdp = try Self.world()
    let policy = TabularPolicy(actions: [0, 0, 0], actionCount: 2)
    for (states, actions) in [([0, 1], [0, 1]), ([0, 2, 1], [0, 0]), ([0, 5], [0]), ([0, 1], [2])] {
      #expect(throws: InputError.self) {
        try EpisodeCounterfactual(of: states, actions: actions, in: mdp, policy: policy)
      }
    }
    #expect(throws: InputError.self) {
      try EpisodeCounterfactual(of: [0, 1], actions: [0], in: mdp, policy: policy, from: 2)
    }
  }
}
