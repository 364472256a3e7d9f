import Compute
import Foundation

/// Worlds drawn at random.
///
/// ```swift
/// let mdp = try RandomWorlds.starc(states: 32, actions: 4, random: RandomSource(seed: 1).stream("world"))
/// ```
public enum RandomWorlds {
  /// The random worlds of the STARC experiments (Skalse et al. 2024; `lucyfarnik/starc`, commit e13f8fa): for each
  /// state and action a softmax over standard normal logits, of which those below a threshold (1; from 50 states on
  /// 1.5, from 100 on 1.8) are first set to −20. So few successors matter, and none is impossible. Starts are uniform,
  /// rewards 0.
  public static func starc(
    states: Int, actions: Int, discount: Double = 0.95, random: RandomStream
  ) throws -> TabularMDP {
    try requireSize(states, actions, successors: states)
    var random = random
    let threshold = states < 50 ? 1.0 : states < 100 ? 1.5 : 1.8
    var transitions = [Double](repeating: 0, count: states * actions * states)
    for row in 0..<states * actions {
      var sum = 0.0
      for state in row * states..<(row + 1) * states {
        let logit = random.normal()
        transitions[state] = exp(logit < threshold ? -20 : logit)
        sum += transitions[state]
      }
      for state in row * states..<(row + 1) * states { transitions[state] /= sum }
    }
    return try TabularMDP(states: states, actions: actions, transitions: transitions, discount: discount)
  }

  /// The random rewards of the same experiments, [states × actions × states]: standard normal; with probability 0.2
  /// only the entries above 3 (3.5 from 50 states on, 3.8 from 100 on) are kept; with probability 0.7 scaled by U(0,
  /// 10); with probability 0.3 shifted by U(0, 10); with probability 0.5 shaped by Φ = N(0, 1) · U(0, 10) + U(0, 1),
  /// the last two drawn once.
  public static func starcReward(states: Int, actions: Int, discount: Double, random: RandomStream) -> [Double] {
    var random = random
    var rewards = (0..<states * actions * states).map { _ in random.normal() }
    if random.bernoulli(0.2) {
      let threshold = states < 50 ? 3.0 : states < 100 ? 3.5 : 3.8
      for index in rewards.indices where rewards[index] <= threshold { rewards[index] = 0 }
    }
    if random.bernoulli(0.7) {
      let scale = random.uniform(0, 10)
      for index in rewards.indices { rewards[index] *= scale }
    }
    if random.bernoulli(0.3) {
      let shift = random.uniform(0, 10)
      for index in rewards.indices { rewards[index] += shift }
    }
    if random.bernoulli(0.5) {
      let (scale, shift) = (random.uniform(0, 10), random.uniform(0, 1))
      let potential = (0..<states).map { _ in random.normal() * scale + shift }
      for row in 0..<states * actions {
        for next in 0..<states {
          rewards[row * states + next] += discount * potential[next] - potential[row / actions]
        }
      }
    }
    return rewards
  }

  /// Sparse worlds: each state and action has `branching` different successors, their probabilities uniform on the
  /// simplex. Starts are uniform, rewards standard normal on (state, action).
  public static func sparse(
    states: Int, actions: Int, branching: Int, discount: Double = 0.95, random: RandomStream
  ) throws -> TabularMDP {
    guard branching >= 1, branching <= states || states < 1 else {
      throw InputError("each action of a random world has \(branching) successors", remedy: "give 1 to \(states)")
    }
    try requireSize(states, actions, successors: branching)
    var random = random
    var successors: [Int] = []
    var probabilities: [Double] = []
    successors.reserveCapacity(states * actions * branching)
    probabilities.reserveCapacity(states * actions * branching)
    for _ in 0..<states * actions {
      var chosen: [Int] = []
      // Floyd's sampling: each subset with equal probability, without a list of all states.
      for last in states - branching..<states {
        let candidate = random.below(last + 1)
        chosen.append(chosen.contains(candidate) ? last : candidate)
      }
      let weights = chosen.map { _ in -log(1 - random.uniform()) + .leastNormalMagnitude }
      let sum = weights.reduce(0, +)
      successors += chosen
      probabilities += weights.map { $0 / sum }
    }
    return try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: (0...states * actions).map { $0 * branching },
      successors: successors, probabilities: probabilities,
      rewards: (0..<states * actions).map { _ in random.normal() },
      start: [Double](repeating: 1 / Double(states), count: states),
      isTerminal: [Bool](repeating: false, count: states), discount: discount)
  }

  /// The most transitions that a random world has: 4 GB where every state follows on every other.
  private static let mostTransitions = 5e8

  private static func requireSize(_ states: Int, _ actions: Int, successors: Int) throws {
    guard states > 0, actions > 0 else {
      throw InputError("a random world with \(states) states and \(actions) actions", remedy: "give at least 1 of each")
    }
    let transitions = Double(states) * Double(actions) * Double(successors)
    guard transitions <= mostTransitions else {
      throw InputError(
        "a random world with \(states) states and \(actions) actions, each with \(successors) successors, is too large",
        remedy: "\(Int(mostTransitions)) transitions are the most; give fewer states, or sparse: with a small branching"
      )
    }
  }
}
