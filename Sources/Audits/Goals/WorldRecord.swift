import Compute
import Environments

/// Finds a finite world's states in what was observed of it.
///
/// Where several states look alike, the likeliest by what went before is taken: a start's probability, then each step's.
package struct WorldRecord {
  private let world: TabularWorld
  private let states: [[Float]: [Int]]

  package init(_ world: TabularWorld) {
    self.world = world
    let size = world.observationSize
    states = Dictionary(grouping: 0..<world.mdp.stateCount) {
      Array(world.observations[$0 * size..<($0 + 1) * size])
    }
  }

  /// The states of an episode's steps, and the actions.
  ///
  /// - Throws: `InputError` for an observation that the world's table does not have.
  package func steps(of trajectory: Trajectory) throws -> (states: [Int], actions: [Int]) {
    let mdp = world.mdp
    var belief: [Int: Double] = [:]
    var found: [Int] = []
    let actions = trajectory.actions.map { Int($0) }
    for t in 0..<trajectory.count {
      let row = Array(trajectory.observations[t * world.observationSize..<(t + 1) * world.observationSize])
      guard let alike = states[row] else {
        throw InputError(
          "step \(t) shows what no state of the world's table shows", remedy: "play in the world that the table is of")
      }
      var weights: [Int: Double] = [:]
      if t == 0 {
        for state in alike { weights[state] = mdp.start[state] }
      } else {
        // In a fixed order, for sums depend on theirs.
        for (before, weight) in belief.sorted(by: { $0.key < $1.key }) {
          for index in mdp.transitions(before, actions[t - 1]) where alike.contains(mdp.successors[index]) {
            weights[mdp.successors[index], default: 0] += weight * mdp.probabilities[index]
          }
        }
      }
      let total = weights.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
      // Whoever begins in the middle, or in a world whose table rounds, is taken where it seems to be.
      belief =
        total > 0
        ? weights.mapValues { $0 / total }
        : Dictionary(uniqueKeysWithValues: alike.map { ($0, 1 / Double(alike.count)) })
      let likeliest = belief.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
      found.append(likeliest?.key ?? alike[0])
    }
    return (found, actions)
  }
}
