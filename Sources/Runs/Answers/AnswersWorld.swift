import Agents
import Compute
import Environments

/// A finite world in which learned linear rewards are planned with and judged by the true one.
struct AnswersWorld: Sendable {
  let world: TabularWorld
  let discount: Double
  /// V* under the true reward, undiscounted: what people who think in regret have in mind.
  let undiscountedOptimum: [Double]
  let optimalReturn: Double
  let uniformReturn: Double

  init(_ world: TabularWorld, discount: Double) throws {
    self.world = world
    self.discount = discount
    undiscountedOptimum = try ValueIteration.solve(world.mdp, discount: 1).values
    let best = try ValueIteration.solve(world.mdp, discount: discount)
    optimalReturn = world.mdp.startMean(best.values)
    let uniform = TabularPolicy.uniform(stateCount: world.mdp.stateCount, actionCount: world.mdp.actionCount)
    uniformReturn = world.mdp.startMean(try uniform.values(in: world.mdp, discount: discount))
  }

  /// The discounted true return of a policy, averaged over the starts.
  func trueReturn(_ policy: TabularPolicy) throws -> Double {
    world.mdp.startMean(try successorFeatures(policy).dot(world.trueWeights))
  }

  func scaled(_ trueReturn: Double) -> Double { (trueReturn - uniformReturn) / (optimalReturn - uniformReturn) }

  /// The starts from which the policy never ends.
  func neverFinishing(_ policy: TabularPolicy) -> [Int] {
    policy.neverEndingStates(in: world.mdp).filter { world.mdp.start[$0] > 0 }
  }

  /// Σ γᵗ φₜ from each state under a policy: (I − γP)⁻¹ φ. Zero where the episode is over.
  func successorFeatures(_ policy: TabularPolicy) throws -> Matrix {
    let mdp = world.mdp
    let width = world.featureNames.count
    var system = Matrix.identity(mdp.stateCount)
    var features = Matrix(rows: mdp.stateCount, columns: width)
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      for action in 0..<mdp.actionCount {
        let row = state * mdp.actionCount + action
        let weight = policy.probabilities[row]
        if weight == 0 { continue }
        for column in 0..<width { features[state, column] += weight * world.features[row * width + column] }
        for index in mdp.transitions(state, action) where !mdp.isTerminal[mdp.successors[index]] {
          system[state, mdp.successors[index]] -= discount * weight * mdp.probabilities[index]
        }
      }
    }
    return try LinearAlgebra.solve(system, features)
  }

  /// A policy optimal for these weights, and its successor features, by policy iteration from a policy that is perhaps
  /// near: much faster than value iteration where the best policy never ends.
  func plan(_ weights: [Double], from policy: TabularPolicy) throws -> (policy: TabularPolicy, features: Matrix) {
    let mdp = try world.mdp.with(rewards: world.rewards(weights: weights), discount: discount)
    var policy = policy
    var features = try successorFeatures(policy)
    var values = features.dot(weights)
    for _ in 0..<1000 {
      let next = ValueIteration.greedy(mdp, values: values, discount: discount)
      if next == policy { break }
      let nextFeatures = try successorFeatures(next)
      let nextValues = nextFeatures.dot(weights)
      // Policies that differ only by rounding could take turns forever.
      let better = zip(nextValues, values).contains { $0 > $1 + 1e-10 * max(1, abs($1)) }
      guard better else { break }
      (policy, features, values) = (next, nextFeatures, nextValues)
    }
    return (policy, features)
  }

  /// Where a deterministic policy goes round forever from this start, if the world is deterministic too.
  func loop(_ policy: TabularPolicy, from start: Int, weights: [Double]) -> RewardLoop? {
    let mdp = world.mdp
    let learned = world.rewards(weights: weights)
    let actions = policy.actions
    var path: [Int] = []
    var state = start
    while !path.contains(state) {
      let transitions = mdp.transitions(state, actions[state])
      guard !mdp.isTerminal[state], transitions.count == 1 else { return nil }
      path.append(state)
      state = mdp.successors[transitions.lowerBound]
    }
    guard let entry = path.firstIndex(of: state) else { return nil }
    let states = Array(path[entry...])
    let rows = states.map { $0 * mdp.actionCount + actions[$0] }
    return RewardLoop(
      start: start, states: states, learnedReward: rows.reduce(0) { $0 + learned[$1] },
      trueReward: rows.reduce(0) { $0 + mdp.rewards[$1] })
  }
}

extension Matrix {
  /// Each row's product with these weights.
  fileprivate func dot(_ weights: [Double]) -> [Double] {
    (0..<rows).map { row in
      var sum = 0.0
      for column in 0..<columns { sum += self[row, column] * weights[column] }
      return sum
    }
  }
}
