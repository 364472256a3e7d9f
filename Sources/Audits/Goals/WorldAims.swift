import Agents
import Compute
import Environments

/// What a policy might want in a world, made from what the world's table knows of itself.
package struct WorldAims {
  /// What the world rewards: the goal that is intended.
  package static let own = "what the world rewards"
  /// In the order in which they are tried.
  package let aims: [Aim]
  /// State sets that were left out because there were too many.
  package let leftOut: Int

  /// The world's own reward, more and less of each of its features, other rewards, its ends, and to see each value that a
  /// component of the observation can take (a place, where places are seen as ones among zeros).
  ///
  /// Sets of more than half of the states that can be reached are left out, and of equal ones all but the first.
  ///
  /// - Parameters:
  ///   - world: the table.
  ///   - names: of the observation's components.
  ///   - others: other rewards on (state, action), with their names.
  ///   - most: so many sets of states at most, spread evenly over all that there are.
  package init(_ world: TabularWorld, names: [String], others: [(name: String, rewards: [Double])], most: Int = 200) {
    let mdp = world.mdp
    var aims = [Aim.reward(Self.own, mdp.rewards)]
    let count = world.featureNames.count
    for (index, name) in world.featureNames.enumerated() {
      let feature = (0..<mdp.stateCount * mdp.actionCount).map { world.features[$0 * count + index] }
      guard Set(feature).count > 1 else { continue }
      aims.append(.reward("more of “\(name)”", feature))
      aims.append(.reward("less of “\(name)”", feature.map { -$0 }))
    }
    aims += others.map { .reward($0.name, $0.rewards) }
    let reachable = mdp.reachableStates
    let reached = reachable.count(where: \.self)
    var seen: Set<Set<Int>> = []
    var places: [Aim] = []
    func offer(_ name: String, _ states: Set<Int>) {
      guard !states.isEmpty, 2 * states.count <= reached, seen.insert(states).inserted else { return }
      places.append(.being(name, in: states))
    }
    offer("an end of the episode", Set((0..<mdp.stateCount).filter { reachable[$0] && mdp.isTerminal[$0] }))
    for component in 0..<world.observationSize {
      var states: [Float: Set<Int>] = [:]
      for state in 0..<mdp.stateCount where reachable[state] {
        states[world.observations[state * world.observationSize + component], default: []].insert(state)
      }
      let name = names.indices.contains(component) ? names[component] : "component \(component)"
      let isFlag = states.keys.allSatisfy { $0 == 0 || $0 == 1 }
      for (value, set) in states.sorted(by: { $0.key < $1.key }) where !(isFlag && value == 0) {
        offer(isFlag ? "at “\(name)”" : "“\(name)” at \(value)", set)
      }
    }
    let kept = places.count <= most ? places : (0..<most).map { places[$0 * places.count / most] }
    leftOut = places.count - kept.count
    self.aims = aims + kept
  }
}

extension GoalLibrary {
  /// The same goals, those that want the same wherever the world's starts can lead taken together under the first one's
  /// name; goals that never want anything are left out, but for the first.
  package func merged(in mdp: TabularMDP) throws -> GoalLibrary {
    let reachable = mdp.reachableStates
    let states = (0..<mdp.stateCount).filter { reachable[$0] && !mdp.isTerminal[$0] }
    let all: UInt64 = actionCount == 64 ? .max : 1 << UInt64(actionCount) - 1
    var seen: Set<[UInt64]> = []
    let kept = goals.enumerated().filter { index, goal in
      let wants = states.map { goal.best[$0] }
      return seen.insert(wants).inserted && (index == 0 || wants.contains { $0 != all })
    }
    return try GoalLibrary(kept.map(\.element), stateCount: stateCount, actionCount: actionCount)
  }

  /// The goals whose pursuit is as good as what a reward asks for: their plans, evenly among equals, go this share of the
  /// way from random play to the best return.
  ///
  /// - Complexity: an evaluation for each goal.
  package func serving(_ rewards: [Double], in mdp: TabularMDP, share: Double = 0.95) throws -> [String] {
    let mdp = try mdp.with(rewards: rewards, discount: min(mdp.discount, 0.999))
    func worth(_ policy: TabularPolicy) -> Double { mdp.expectedReturn(of: policy, rewards: rewards) }
    let best = worth(PolicyIteration.solve(mdp).policy)
    let random = worth(.uniform(stateCount: stateCount, actionCount: actionCount))
    return goals.filter { worth($0.policy(actionCount: actionCount)) >= random + share * (best - random) }.map(\.name)
  }
}

extension Goal {
  /// Takes each of the best actions alike.
  fileprivate func policy(actionCount: Int) -> TabularPolicy {
    TabularPolicy(
      probabilities: best.flatMap { best in
        (0..<actionCount).map { best >> UInt64($0) & 1 == 1 ? 1 / Double(best.nonzeroBitCount) : 0 }
      }, actionCount: actionCount)
  }
}
