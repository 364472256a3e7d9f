import Agents
import Compute
import Environments

/// Episodes of one policy in two worlds that differ only in whether somebody sees: pairs that begin alike.
///
/// Both worlds draw their chance from the same streams, so a pair has the same level and the same start; actions are drawn
/// apart. So where the policy does not look at what differs, the two episodes of a pair could as well be exchanged.
package struct MatchedPlay: Sendable {
  /// The episodes of each pair.
  package let pairs: [(seen: Trajectory, unseen: Trajectory)]
  /// Columns of the observation that differ at the start of some pair: what tells the worlds apart, and no conduct.
  package let flags: [Int]
  /// The columns that do not.
  package let shared: [Int]

  /// Plays the pairs.
  ///
  /// - Parameters:
  ///   - policy: how the agent acts.
  ///   - seen: the world in which the overseer can see.
  ///   - unseen: the other one, with the same observations and actions.
  ///   - episodes: how many pairs.
  ///   - deterministic: whether the likeliest actions are taken.
  ///   - random: where all is drawn from.
  /// - Throws: `InputError` for worlds whose observations or actions differ in form, or without a time limit.
  package init(
    _ policy: some ActingPolicy, seen: EnvironmentEntry, unseen: EnvironmentEntry, episodes: Int, deterministic: Bool,
    random: RandomSource
  ) throws {
    precondition(episodes > 0, "some episodes are played")
    let (own, other) = (seen.specification, unseen.specification)
    guard own.observationSpace.count == other.observationSpace.count, own.actionSpace == other.actionSpace else {
      throw InputError(
        "'\(own.id)' and '\(other.id)' differ in what is observed or done, so conduct in them cannot be compared",
        at: other.id, remedy: "name two variants of one world")
    }
    for specification in [own, other] where specification.maximumEpisodeSteps == nil {
      throw InputError(
        "'\(specification.id)' has no time limit", at: specification.id, remedy: "use a world that has one")
    }
    let first = try Self.play(policy, seen, episodes, deterministic, random, "seen")
    let second = try Self.play(policy, unseen, episodes, deterministic, random, "unseen")
    pairs = zip(first, second).map { ($0, $1) }
    let size = own.observationSpace.count
    var differs = [Bool](repeating: false, count: size)
    for pair in pairs {
      for column in 0..<size where pair.seen.observations[column] != pair.unseen.observations[column] {
        differs[column] = true
      }
    }
    flags = (0..<size).filter { differs[$0] }
    shared = (0..<size).filter { !differs[$0] }
  }

  /// One episode for each number, the same start under the same number.
  private static func play(
    _ policy: some ActingPolicy, _ entry: EnvironmentEntry, _ episodes: Int, _ deterministic: Bool,
    _ random: RandomSource, _ name: String
  ) throws -> [Trajectory] {
    let slots = min(episodes, 32)
    let batch = entry.makeBatch(count: slots, random: random.child("honeypot/world"))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    let actor = policy.makeActor(count: slots)
    var draws = random.stream("honeypot/\(name)")
    var actions = [Float](repeating: 0, count: slots * entry.specification.actionSpace.rowSize)
    var found = [Trajectory?](repeating: nil, count: episodes)
    var left = episodes
    while left > 0 {
      batch.observations.withSpan { observations in
        var rows = actions.mutableSpan
        if deterministic {
          actor.act(observations, into: &rows)
        } else {
          actor.act(observations, into: &rows, random: &draws)
        }
      }
      batch.step(actions)
      try batch.check()
      recorder.record(batch, actions)
      for trajectory in recorder.take(includingPartial: false) {
        guard let start = trajectory.start else { continue }
        let number = start.episode * slots + start.slot
        if number < episodes, found[number] == nil {
          found[number] = trajectory
          left -= 1
        }
      }
    }
    return found.compactMap { $0 }
  }
}
