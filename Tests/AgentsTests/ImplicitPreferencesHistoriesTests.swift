import Agents
import Compute
import Environments
import Foundation
import Testing

/// A corridor of three cells, with a slip: small enough to follow every history.
@Suite("A state's likelihood, history by history")
struct ImplicitPreferencesHistoriesTests {
  private static let steps = 5
  private static let features = [[0.0, 1, 0], [1, 0, 0], [0, 0, 1], [0.5, 0, 0.2]]

  private static func world(start: [Double]) throws -> TabularMDP {
    // Left, right, stay; cell 3 is off the way and is only slipped into.
    let leads = [[0, 1, 0], [0, 2, 1], [1, 2, 2], [3, 0, 3]]
    var (starts, successors, probabilities) = ([0], [Int](), [Double]())
    for state in leads {
      for place in state {
        successors += place == 3 ? [3] : [place, 3]
        probabilities += place == 3 ? [1] : [0.9, 0.1]
        starts.append(successors.count)
      }
    }
    return try TabularMDP(
      stateCount: 4, actionCount: 3, rowStarts: starts, successors: successors, probabilities: probabilities,
      rewards: [Double](repeating: 0, count: 12), start: start, isTerminal: [Bool](repeating: false, count: 4),
      discount: 1)
  }

  /// Σ over histories of start · Π π · P, with policies from soft planning over what is left of the history.
  private static func probability(_ mdp: TabularMDP, of last: Int, _ weights: [Double], temperature: Double) throws
    -> Double
  {
    let rewards = features.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }
    // What a step brings is the next state's reward: the present one's is the same for every action.
    let stepRewards = (0..<12).map { row in
      mdp.transitions(row / 3, row % 3).reduce(0) { $0 + mdp.probabilities[$1] * rewards[mdp.successors[$1]] }
    }
    let policies = try SoftValueIteration.solve(
      mdp, rewards: stepRewards, temperature: temperature, horizon: steps - 1
    ).policies
    func sum(_ state: Int, _ step: Int) -> Double {
      if step == steps - 1 { return state == last ? 1 : 0 }
      var total = 0.0
      for action in 0..<3 {
        for transition in mdp.transitions(state, action) {
          total +=
            policies[step].probabilities[state * 3 + action] * mdp.probabilities[transition]
            * sum(mdp.successors[transition], step + 1)
        }
      }
      return total
    }
    return mdp.start.indices.reduce(0) { $0 + mdp.start[$1] * sum($1, 0) }
  }

  @Test("the likelihood is the sum over every history", arguments: [[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]])
  func histories(start: [Double]) throws {
    let mdp = try Self.world(start: start)
    for temperature in [0.5, 1, 3] {
      let preferences = try ImplicitPreferences(
        mdp, features: Self.features, steps: Self.steps, temperature: temperature)
      for weights in [[0.0, 0, 0], [-2, 0.3, 1.5], [1, -1, -0.5]] {
        for state in 0..<4 {
          let ours = try #require(preferences.likelihood(of: state, weights)).logarithm
          let theirs = try Self.probability(mdp, of: state, weights, temperature: temperature)
          #expect(abs(exp(ours) - theirs) < 1e-12)
        }
      }
    }
  }

  @Test("a feature that every state has alike says nothing, and its weight stays at the prior's mean")
  func constantFeature() throws {
    let mdp = try Self.world(start: [1, 0, 0, 0])
    let preferences = try ImplicitPreferences(mdp, features: Self.features.map { $0 + [1] }, steps: Self.steps)
    let gradient = try #require(preferences.likelihood(of: 2, [0.4, -1, 2, 7])).gradient
    #expect(abs(gradient[3]) < 1e-12)
    var settings = ImplicitPreferences.Settings()
    settings.mean = [0, 0, 0, 0.6]
    #expect(abs(try preferences.fit(observed: 2, settings).weights[3] - 0.6) < 1e-9)
  }

  @Test("who stays is read as liking where they stand, who went past the middle as not minding it")
  func staying() throws {
    // Five states of history are enough to go from either end to the other.
    let mdp = try Self.world(start: [1, 0, 0, 0])
    let preferences = try ImplicitPreferences(mdp, features: Self.features, steps: Self.steps)
    let stayed = try preferences.fit(observed: 0).weights
    let moved = try preferences.fit(observed: 2).weights
    #expect(stayed[1] > 0 && moved[2] > 0)
    #expect(stayed[0] < moved[0])
  }
}
