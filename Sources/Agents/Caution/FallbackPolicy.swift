import Compute
import Environments

/// Acts by one policy, and by a trusted one wherever what is seen is too unfamiliar to those who judged.
///
/// Step by step, and without memory: as soon as the ground is familiar again, the first policy has the word again.
package struct FallbackPolicy: ActingPolicy {
  package let usual: any ActingPolicy
  package let trusted: any ActingPolicy
  package let ground: FamiliarGround
  /// The p-value below which the trusted policy acts.
  package let level: Double

  package init(_ usual: any ActingPolicy, trusted: any ActingPolicy, ground: FamiliarGround, level: Double) {
    (self.usual, self.trusted, self.ground, self.level) = (usual, trusted, ground, level)
  }

  package func makeActor(count: Int) -> FallbackActor { FallbackActor(self, count: count) }

  /// Whether the trusted policy acts on this observation.
  package func takesOver(at observation: [Float]) -> Bool {
    ground.pValues(observation.span, count: 1).contains { $0 < level }
  }

  /// Of some episodes' steps, those in which the trusted policy acts.
  package func takeovers(in trajectories: [Trajectory]) -> [[Bool]] {
    trajectories.map { trajectory in
      ground.pValues(trajectory.observations.span, count: trajectory.count).map { $0 < level }
    }
  }
}

/// Acts by a ``FallbackPolicy``.
package final class FallbackActor: BatchActor {
  private let policy: FallbackPolicy
  private let usual: any BatchActor
  private let trusted: any BatchActor
  /// What the trusted policy would do.
  private var other: [Float] = []

  init(_ policy: FallbackPolicy, count: Int) {
    self.policy = policy
    (usual, trusted) = (policy.usual.makeActor(count: count), policy.trusted.makeActor(count: count))
  }

  package func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
    usual.act(observations, into: &actions, random: &random)
    prepare(actions.count)
    var rows = other.mutableSpan
    // It draws in every step, so that who acts does not change what is drawn later.
    trusted.act(observations, into: &rows, random: &random)
    choose(observations, &actions)
  }

  package func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    usual.act(observations, into: &actions)
    prepare(actions.count)
    var rows = other.mutableSpan
    trusted.act(observations, into: &rows)
    choose(observations, &actions)
  }

  private func prepare(_ count: Int) {
    if other.count != count { other = [Float](repeating: 0, count: count) }
  }

  private func choose(_ observations: Span<Float>, _ actions: inout MutableSpan<Float>) {
    let rows = observations.count / policy.ground.columns
    let width = actions.count / max(1, rows)
    for (row, value) in policy.ground.pValues(observations, count: rows).enumerated() where value < policy.level {
      for index in row * width..<(row + 1) * width { actions[index] = other[index] }
    }
  }
}
