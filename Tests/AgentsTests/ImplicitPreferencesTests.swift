import Agents
import Compute
import Environments
import Foundation
import Testing

@Suite("Preferences implicit in the state of the world")
struct ImplicitPreferencesTests {
  /// Three states in a row and a trap; stochastic, so that nothing cancels by chance.
  private static func world(features: Int = 2) throws -> ImplicitPreferences {
    var random = RandomSource(seed: 11).stream("world", 0)
    let (states, actions) = (5, 3)
    var (starts, successors, probabilities) = ([0], [Int](), [Double]())
    for _ in 0..<states * actions {
      let weights = (0..<states).map { _ in random.uniform() * random.uniform() }
      let sum = weights.reduce(0, +)
      for state in 0..<states {
        successors.append(state)
        probabilities.append(weights[state] / sum)
      }
      starts.append(successors.count)
    }
    let mdp = try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: starts, successors: successors, probabilities: probabilities,
      rewards: [Double](repeating: 0, count: states * actions), start: [1, 0, 0, 0, 0],
      isTerminal: [Bool](repeating: false, count: states), discount: 1)
    let values = (0..<states).map { _ in (0..<features).map { _ in random.uniform(-1, 1) } }
    return try ImplicitPreferences(mdp, features: values, steps: 5, temperature: 0.8)
  }

  @Test("the gradient of log p(state) is that of finite differences")
  func gradient() throws {
    let preferences = try Self.world()
    for (state, weights) in [(1, [0.3, -0.7]), (3, [-1.2, 0.4]), (4, [0, 0])] {
      let (_, gradient) = try #require(preferences.likelihood(of: state, weights))
      for feature in 0..<2 {
        var (up, down) = (weights, weights)
        up[feature] += 1e-5
        down[feature] -= 1e-5
        let difference =
          try #require(preferences.likelihood(of: state, up)).logarithm
          - #require(preferences.likelihood(of: state, down)).logarithm
        #expect(abs(gradient[feature] - difference / 2e-5) < 1e-7)
      }
    }
  }

  @Test("the probabilities of all states sum to 1")
  func sums() throws {
    let preferences = try Self.world()
    let sum = (0..<5).reduce(0.0) { sum, state in
      sum + (preferences.likelihood(of: state, [0.5, -0.2]).map { exp($0.logarithm) } ?? 0)
    }
    #expect(abs(sum - 1) < 1e-12)
  }

  @Test(
    "fitting raises the likelihood, a state that says nothing leaves the prior's mean, an impossible one is refused")
  func fits() throws {
    let preferences = try Self.world()
    let fit = try preferences.fit(observed: 2)
    #expect(fit.logLikelihood > fit.logLikelihoodBefore)
    // One state: nobody has acted yet.
    let none = try ImplicitPreferences(preferences.mdp, features: [[1], [2], [3], [4], [5]], steps: 1)
    var settings = ImplicitPreferences.Settings()
    settings.mean = [0.25]
    #expect(try none.fit(observed: 0, settings).weights == [0.25])
    #expect(throws: InputError.self) { try none.fit(observed: 1) }
    #expect(throws: InputError.self) { try none.fit(observed: 9) }
  }
}
