import Agents
import Compute
import Environments
import Foundation
import Rewards

/// A run's world as a table, in which what its policies do and what its rewards ask for is computed, not sampled.
struct FiniteWorldView {
  let world: TabularWorld
  let specification: EnvironmentSpecification

  /// Nil for a world that is not finite, or not discounted: visits have no sum there.
  init?(_ entry: EnvironmentEntry) {
    guard let world = entry.tabular else { return nil }
    self.init(world, of: entry.specification)
  }

  /// The same of a table that is not the world's whole.
  init?(_ world: TabularWorld, of specification: EnvironmentSpecification) {
    guard world.mdp.discount < 1 else { return nil }
    (self.world, self.specification) = (world, specification)
  }

  /// The probabilities of a network's actions in every state, as they are drawn.
  ///
  /// - Throws: `InputError` for a policy whose actions have none.
  func table(_ policy: any ActingPolicy) throws -> TabularPolicy {
    let (states, actions) = (world.mdp.stateCount, world.mdp.actionCount)
    guard let policy = policy as? Policy, policy.head == .categorical(count: actions) else {
      throw InputError(
        "the learner's policy does not say how probable each action is", remedy: "set run.learner to ppo")
    }
    let actor = policy.makeActor(count: states)
    var logarithms = [Float](repeating: 0, count: states)
    var probabilities = [Double](repeating: 0, count: states * actions)
    for action in 0..<actions {
      let rows = [Float](repeating: Float(action), count: states)
      logarithms.withUnsafeMutableBufferPointer { logarithms in
        guard let target = logarithms.baseAddress else { return }
        actor.logProbabilities(world.observations, actions: rows, rows: states, into: target)
      }
      for state in 0..<states { probabilities[state * actions + action] = exp(Double(logarithms[state])) }
    }
    // Logarithms in single precision do not sum to 1 exactly.
    for state in 0..<states {
      let row = state * actions..<(state + 1) * actions
      let total = probabilities[row].reduce(0, +)
      for index in row { probabilities[index] /= total }
    }
    return TabularPolicy(probabilities: probabilities, actionCount: actions)
  }

  /// What a reward pays for each action in each state, on average over what follows; nil stands for the world's own.
  func rewards(_ reward: (any TransitionReward)?) -> [Double] {
    let mdp = world.mdp
    guard let reward else { return mdp.rewards }
    let size = world.observationSize
    var (before, done, after) = ([Float](), [Float](), [Float]())
    var (ends, pairs, weights) = ([Bool](), [Int](), [Double]())
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      for action in 0..<mdp.actionCount {
        for entry in mdp.transitions(state, action) {
          let next = mdp.successors[entry]
          before += world.observations[state * size..<(state + 1) * size]
          after += world.observations[next * size..<(next + 1) * size]
          done.append(Float(action))
          ends.append(mdp.isTerminal[next])
          pairs.append(state * mdp.actionCount + action)
          weights.append(mdp.probabilities[entry])
        }
      }
    }
    var paid = [Float](repeating: 0, count: pairs.count)
    TransitionRows.over(
      pairs.count, observations: before, actions: done, nextObservations: after, terminated: ends,
      specification: specification
    ) { rows in
      var target = paid.mutableSpan
      reward.evaluate(rows, into: &target)
    }
    var result = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
    for (index, pair) in pairs.enumerated() { result[pair] += weights[index] * Double(paid[index]) }
    return result
  }
}

extension FiniteWorldView {
  /// How far a policy is from another: of the choices in nats a step, over the discounted visits of the first; and χ² of
  /// all that they do, Σ μ² ÷ μ_ref − 1 over the shares of visits to states and actions. The second is nil where the
  /// other never does what the first does.
  func divergence(of policy: TabularPolicy, from reference: TabularPolicy) -> (kl: Double, chiSquared: Double?) {
    let visits = [policy, reference].map { policy in
      let occupancy = world.mdp.occupancy(of: policy)
      let total = occupancy.reduce(0, +)
      return occupancy.map { $0 / total }
    }
    var kl = 0.0
    var chiSquared: Double? = -1
    for pair in visits[0].indices where visits[0][pair] > 0 {
      kl += visits[0][pair] * log(policy.probabilities[pair] / reference.probabilities[pair])
      chiSquared =
        visits[1][pair] > 0 ? chiSquared.map { $0 + visits[0][pair] * visits[0][pair] / visits[1][pair] } : nil
    }
    return (kl, chiSquared)
  }
}
