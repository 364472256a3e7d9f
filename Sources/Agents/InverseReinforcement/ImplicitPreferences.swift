import Compute
import Environments
import Foundation

/// What people want, read from how they left the world: the exact likelihood of one observed state, and its gradient.
///
/// A person who is soft-rational for a linear reward of states, r(s) = θ · f(s), has acted for some steps in a finite
/// world before the agent came. That a vase still stands, though the short way led through it, says that they walked
/// round it. Dynamic programming over the steps gives log p(state | θ) and its gradient with no sampling; with a
/// Gaussian prior it is climbed to a maximum a posteriori.
///
/// ```swift
/// let preferences = ImplicitPreferences(mdp, features: features, steps: 7)
/// let fit = try preferences.fit(observed: state)        // fit.weights, fit.logLikelihood
/// ```
///
/// It explains the state under *one* person model; a state that indifference would bring about as easily
/// says nothing, and the weights then stay at the prior's mean. Shah, Krasheninnikov, Alexander, Abbeel, Dragan 2019,
/// "Preferences implicit in the state of the world", algorithm RLSP.
public struct ImplicitPreferences: Sendable {
  /// The world, with the state in which people began as `mdp.start`. Its rewards and its discount do not matter.
  public let mdp: TabularMDP
  /// [states × features].
  public let features: [Double]
  /// Numbers in a row of features.
  public let featureCount: Int
  /// How many states the history has; one fewer transitions.
  public let steps: Int
  /// Of the person: 0 would never err.
  public let temperature: Double

  /// - Throws: `InputError` if sizes do not fit.
  public init(_ mdp: TabularMDP, features: [[Double]], steps: Int, temperature: Double = 1) throws {
    let width = features.first?.count ?? 0
    guard features.count == mdp.stateCount, width > 0, features.allSatisfy({ $0.count == width }) else {
      throw InputError("features are wanted for each of the \(mdp.stateCount) states, as many for each")
    }
    guard steps >= 1, temperature > 0, temperature.isFinite else {
      throw InputError("a history has at least one state, and a person a temperature above 0")
    }
    self.mdp = mdp
    self.features = features.flatMap { $0 }
    featureCount = width
    self.steps = steps
    self.temperature = temperature
  }

  /// The reward of each state.
  public func rewards(_ weights: [Double]) -> [Double] {
    (0..<mdp.stateCount).map { state in
      (0..<featureCount).reduce(0) { $0 + weights[$1] * features[state * featureCount + $1] }
    }
  }

  /// log p(observed | weights) and its gradient; nil if no behaviour leads to the state.
  ///
  /// - Complexity: O(steps × transitions × features).
  public func likelihood(of observed: Int, _ weights: [Double]) -> (logarithm: Double, gradient: [Double])? {
    let (states, actions, width) = (mdp.stateCount, mdp.actionCount, featureCount)
    let policies = self.policies(weights)
    // ahead[t][s]: features expected from s on, with t steps done.
    var ahead = [[Double]](repeating: features, count: steps)
    for step in stride(from: steps - 2, through: 0, by: -1) {
      let (policy, later) = (policies[step], ahead[step + 1])
      for state in 0..<states {
        each(state, policy) { _, probability, successor in
          for feature in 0..<width {
            ahead[step][state * width + feature] += probability * later[successor * width + feature]
          }
        }
      }
    }
    var mass = mdp.start
    var slopes = [Double](repeating: 0, count: states * width)
    var score = [Double](repeating: 0, count: width)
    for step in 0..<steps - 1 {
      let (policy, now, later) = (policies[step], ahead[step], ahead[step + 1])
      var nextMass = [Double](repeating: 0, count: states)
      var nextSlopes = [Double](repeating: 0, count: states * width)
      for state in 0..<states where mass[state] > 0 {
        for action in 0..<actions {
          // The gradient of log π(action | state).
          for feature in 0..<width {
            let place = state * width + feature
            score[feature] = features[place] - now[place]
            for transition in mdp.transitions(state, action) {
              score[feature] += mdp.probabilities[transition] * later[mdp.successors[transition] * width + feature]
            }
            score[feature] /= temperature
          }
          for transition in mdp.transitions(state, action) {
            let probability = policy[state * actions + action] * mdp.probabilities[transition]
            let successor = mdp.successors[transition]
            nextMass[successor] += mass[state] * probability
            for feature in 0..<width {
              nextSlopes[successor * width + feature] +=
                probability * (mass[state] * score[feature] + slopes[state * width + feature])
            }
          }
        }
      }
      (mass, slopes) = (nextMass, nextSlopes)
    }
    guard mass[observed] > 0 else { return nil }
    return (log(mass[observed]), (0..<width).map { slopes[observed * width + $0] / mass[observed] })
  }

  private func each(
    _ state: Int, _ policy: [Double], _ body: (_ action: Int, _ probability: Double, _ successor: Int) -> Void
  ) {
    for action in 0..<mdp.actionCount {
      for transition in mdp.transitions(state, action) {
        body(
          action, policy[state * mdp.actionCount + action] * mdp.probabilities[transition], mdp.successors[transition])
      }
    }
  }

  /// π at each step, [states × actions]: soft planning over what is left of the history.
  private func policies(_ weights: [Double]) -> [[Double]] {
    let rewards = rewards(weights)
    let actions = mdp.actionCount
    var values = rewards
    var policies = [[Double]](repeating: [], count: max(0, steps - 1))
    for step in stride(from: steps - 2, through: 0, by: -1) {
      var policy = [Double](repeating: 0, count: mdp.stateCount * actions)
      var earlier = [Double](repeating: 0, count: mdp.stateCount)
      for state in 0..<mdp.stateCount {
        let worth = (0..<actions).map { action in
          mdp.transitions(state, action).reduce(rewards[state]) {
            $0 + mdp.probabilities[$1] * values[mdp.successors[$1]]
          }
        }
        let most = worth.max() ?? 0
        let sum = worth.reduce(0) { $0 + exp(($1 - most) / temperature) }
        earlier[state] = most + temperature * log(sum)
        for action in 0..<actions {
          policy[state * actions + action] = exp((worth[action] - earlier[state]) / temperature)
        }
      }
      (policies[step], values) = (policy, earlier)
    }
    return policies
  }

  /// A Gaussian prior, and how the posterior is climbed.
  public struct Settings: Sendable, Hashable {
    /// Of the prior; empty for 0. A task's weights here combine the two as a Bayesian would.
    public var mean: [Double] = []
    /// Of the normal prior of each weight.
    public var standardDeviation = 0.5
    /// The step size.
    public var learningRate = 0.1
    /// Passes over the preferences.
    public var epochs = 50
    /// The size of the gradient at which it stops.
    public var tolerance = 1e-3

    /// The defaults.
    public init() {}
  }

  /// The weights that were found, and how well they explain the preferences.
  public struct Fit: Sendable, Hashable, Codable {
    /// One for each feature.
    public var weights: [Double]
    /// Of the observed state under these weights, and under the prior's mean.
    public var logLikelihood: Double
    /// At the weights that the fit started from.
    public var logLikelihoodBefore: Double
    /// Passes made.
    public var epochs: Int
  }

  /// Climbs the posterior from the prior's mean.
  ///
  /// - Throws: `InputError` if no history of so many steps leads to the state.
  public func fit(observed: Int, _ settings: Settings = Settings()) throws -> Fit {
    guard (0..<mdp.stateCount).contains(observed) else { throw InputError("state \(observed) is not in the world") }
    let mean = settings.mean.isEmpty ? [Double](repeating: 0, count: featureCount) : settings.mean
    guard mean.count == featureCount, settings.standardDeviation > 0 else {
      throw InputError("the prior needs \(featureCount) means, and a standard deviation above 0")
    }
    var weights = mean
    guard var current = likelihood(of: observed, weights) else {
      throw InputError(
        "no history of \(steps) states leads from the start to state \(observed)", remedy: "allow more steps")
    }
    let before = current.logarithm
    let precision = 1 / (settings.standardDeviation * settings.standardDeviation)
    var epoch = 0
    while epoch < settings.epochs {
      let slope = (0..<featureCount).map { current.gradient[$0] - precision * (weights[$0] - mean[$0]) }
      guard slope.reduce(0, { $0 + $1 * $1 }).squareRoot() >= settings.tolerance else { break }
      for feature in 0..<featureCount { weights[feature] += settings.learningRate * slope[feature] }
      epoch += 1
      guard let next = likelihood(of: observed, weights) else { break }
      current = next
    }
    return Fit(weights: weights, logLikelihood: current.logarithm, logLikelihoodBefore: before, epochs: epoch)
  }
}
