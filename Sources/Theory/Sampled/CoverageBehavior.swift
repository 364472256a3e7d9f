import Agents
import Compute
import Environments

/// A way to act whose episodes are a part of a sample's coverage.
package struct CoverageBehavior: Sendable {
  package let name: String
  /// Nil acts uniformly at random (by a standard normal distribution where actions are unbounded).
  package let policy: (any ActingPolicy)?

  /// Uniformly random actions.
  package static let random = CoverageBehavior("random play", nil)

  package init(_ name: String, _ policy: (any ActingPolicy)?) {
    self.name = name
    self.policy = policy
  }
}

/// Episodes of one behaviour, whose states are kept, so that what could have followed them can be asked.
struct PlayedEpisodes<E: Environment> {
  /// One step of an episode.
  struct Step {
    var state: E.State
    var action: [Float]
    var next: E.State
    var reward: Float
    var terminated: Bool
  }

  /// [episodes][steps]
  private(set) var episodes: [[Step]]
  /// Whether some step drew a random number.
  private(set) var usesChance = false

  /// Steps after which an episode is cut where the environment has no limit of its own.
  static var mostSteps: Int { 1000 }

  /// Plays whole episodes side by side; actions are drawn from the policy, not its most probable ones.
  init(_ environment: E, _ behavior: CoverageBehavior, count: Int, random: RandomSource) {
    let specification = environment.specification
    let (size, rowSize) = (specification.observationSpace.count, specification.actionSpace.rowSize)
    let limit = min(specification.maximumEpisodeSteps ?? .max, Self.mostSteps)
    var streams = (0..<count).map { random.stream("episode", $0) }
    var states = (0..<count).map { environment.reset(random: &streams[$0]) }
    var draws = random.stream("actions")
    var observations = [Float](repeating: 0, count: count * size)
    var actions = [Float](repeating: 0, count: count * rowSize)
    let actor = behavior.policy?.makeActor(count: count)
    var active = [Bool](repeating: true, count: count)
    episodes = [[Step]](repeating: [], count: count)
    for step in 0..<limit where active.contains(true) {
      if let actor {
        for slot in 0..<count where active[slot] {
          observations.replaceSubrange(
            slot * size..<(slot + 1) * size, with: environment.observation(of: states[slot]))
        }
        var rows = actions.mutableSpan
        actor.act(observations.span, into: &rows, random: &draws)
      } else {
        actions.withUnsafeMutableBufferPointer { actions in
          guard let start = actions.baseAddress else { return }
          for slot in 0..<count { specification.actionSpace.draw(into: start + slot * rowSize, &draws) }
        }
      }
      for slot in 0..<count where active[slot] {
        let action = Array(actions[slot * rowSize..<(slot + 1) * rowSize])
        var next = states[slot]
        let before = streams[slot].position
        let outcome = environment.step(&next, E.Action.read(action.span), random: &streams[slot])
        if streams[slot].position != before { usesChance = true }
        episodes[slot].append(
          Step(
            state: states[slot], action: action, next: next, reward: Float(outcome.reward),
            terminated: outcome.terminated))
        states[slot] = next
        active[slot] = !outcome.terminated && step + 1 < limit
      }
    }
  }
}
