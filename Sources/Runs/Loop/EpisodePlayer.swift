import Agents
import Compute
import Environments

/// Plays whole episodes by a policy in a batch of its own, and records them.
package struct EpisodePlayer {
  package var entry: EnvironmentEntry
  package var policy: any ActingPolicy
  package var slots: Int
  /// The source of the batch and of the actions; named in the recorded trajectories.
  package var random: RandomSource
  package var source: String
  package var sourceIndex: Int
  package var manner: Manner
  /// What is done in the place of steps that are not to be taken; nil for nothing.
  package var guarding: (any StepGuardRule)?

  package enum Manner: Sendable, Hashable {
    /// The most probable action.
    case deterministic
    /// Drawn from the policy.
    case drawn
    /// Switching at random, with probability ½ in each step, between the policy and uniformly random actions, as
    /// `imitation`'s exploration wrapper does.
    case exploring
  }

  package enum Quota: Sendable, Hashable {
    /// Until the finished episodes of at least `usable` steps have this many steps; the others under way are finished
    /// too, so that short ones are not over-represented.
    case steps(Int, usable: Int)
    /// This many episodes, shared out evenly over the slots beforehand.
    case episodes(Int)
  }

  package init(
    entry: EnvironmentEntry, policy: any ActingPolicy, slots: Int, seed: RandomSource, source: String, sourceIndex: Int,
    manner: Manner, guarding: (any StepGuardRule)? = nil
  ) {
    self.entry = entry
    self.policy = policy
    self.slots = slots
    self.random = seed.child(source, sourceIndex)
    self.source = source
    self.sourceIndex = sourceIndex
    self.manner = manner
    self.guarding = guarding
  }

  /// The finished episodes in the order in which they ended, and the steps that all slots took.
  ///
  /// - Throws: `InputError` if after very many steps still no episode was long enough.
  package func play(_ quota: Quota) throws -> (trajectories: [SourcedTrajectory], steps: Int) {
    let specification = entry.specification
    let batch = entry.makeBatch(count: slots, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    let actor = policy.makeActor(count: slots)
    let stepGuard: (any StepGuard)? = guarding?.makeGuard(count: slots)
    var draws = random.stream("action")
    var switches = random.stream("switch")
    var exploring = [Bool](repeating: false, count: slots)
    var actions = [Float](repeating: 0, count: slots * specification.actionSpace.rowSize)
    var wanted = (0..<slots).map { slot -> Int in
      if case .episodes(let count) = quota { return (count + slots - 1 - slot) / slots }
      return .max
    }
    var active = [Bool](repeating: true, count: slots)
    for slot in 0..<slots where wanted[slot] == 0 { active[slot] = false }
    var finished: [Trajectory] = []
    var usableSteps = 0
    var ticks = 0

    while active.contains(true) {
      batch.observations.withSpan { observations in
        var rows = actions.mutableSpan
        switch manner {
        case .deterministic: actor.act(observations, into: &rows)
        case .drawn, .exploring: actor.act(observations, into: &rows, random: &draws)
        }
      }
      if manner == .exploring {
        actions.withUnsafeMutableBufferPointer { actions in
          guard let row = actions.baseAddress else { return }
          for slot in 0..<slots {
            if switches.bernoulli(0.5) { exploring[slot] = switches.bernoulli(0.5) }
            if exploring[slot] {
              specification.actionSpace.draw(into: row + slot * specification.actionSpace.rowSize, &switches)
            }
          }
        }
      }
      if let stepGuard, let seen = batch.observations.baseAddress {
        actions.withUnsafeMutableBufferPointer { actions in
          guard let rows = actions.baseAddress else { return }
          stepGuard.amend(rows, seeing: seen, rows: slots)
        }
      }
      batch.step(actions)
      try batch.check()
      recorder.record(batch, actions)
      ticks += 1
      var ended = false
      for slot in 0..<slots where batch.terminated[slot] || batch.truncated[slot] { ended = true }
      guard ended else { continue }
      for trajectory in recorder.take(includingPartial: false) {
        guard let slot = trajectory.start?.slot, active[slot] else { continue }
        finished.append(trajectory)
        wanted[slot] -= 1
        if wanted[slot] == 0 { active[slot] = false }
        if case .steps(_, let usable) = quota, trajectory.count >= usable { usableSteps += trajectory.count }
      }
      guard case .steps(let count, let usable) = quota else { continue }
      if usableSteps >= count {
        for slot in 0..<slots where batch.terminated[slot] || batch.truncated[slot] { active[slot] = false }
      } else if usableSteps == 0, ticks * slots > 1_000_000 {
        throw InputError(
          "in \(ticks * slots) steps no episode of '\(specification.id)' lasted \(usable) steps",
          at: "feedback.segmentLength", remedy: "use shorter segments")
      }
    }
    return (
      finished.map { SourcedTrajectory($0, source: source, sourceIndex: sourceIndex) }, ticks * slots
    )
  }
}
