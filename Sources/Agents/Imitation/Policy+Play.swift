import Compute
import Environments

extension Policy {
  /// Whole episodes of this policy, as ``ActingPolicy/play(_:in:deterministic:randomActions:random:)`` plays them.
  ///
  /// - Throws: `InputError` if the policy was made for another environment, or that has no time limit.
  public func play(
    _ episodes: Int, in entry: EnvironmentEntry, deterministic: Bool = true, randomActions: Double = 0,
    random: RandomSource
  ) throws -> [Trajectory] {
    guard entry.specification.id == environment else {
      throw InputError("the policy was made for '\(environment)', not for '\(entry.specification.id)'")
    }
    return try played(
      episodes, in: entry, deterministic: deterministic, randomActions: randomActions, random: random)
  }
}

extension ActingPolicy {
  /// Whole episodes of this policy: what an expert demonstrates.
  ///
  /// Episode i is the first of slot i, so the episodes do not depend on how long others last.
  ///
  /// Actions are the most probable ones or, unless `deterministic`, drawn; a share `randomActions` of them is uniformly
  /// random instead.
  ///
  /// - Throws: `InputError` if the environment has no time limit.
  public func play(
    _ episodes: Int, in entry: EnvironmentEntry, deterministic: Bool = true, randomActions: Double = 0,
    random: RandomSource
  ) throws -> [Trajectory] {
    try played(episodes, in: entry, deterministic: deterministic, randomActions: randomActions, random: random)
  }

  fileprivate func played(
    _ episodes: Int, in entry: EnvironmentEntry, deterministic: Bool, randomActions: Double, random: RandomSource
  ) throws -> [Trajectory] {
    guard let limit = entry.specification.maximumEpisodeSteps else {
      throw InputError("'\(entry.specification.id)' has no time limit", remedy: "choose an environment that has")
    }
    guard episodes > 0 else { throw InputError("\(episodes) episodes", remedy: "ask for at least 1") }
    let batch = entry.makeBatch(count: episodes, random: random.child("play"))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    let actor = makeActor(count: episodes)
    var draws = random.stream("play/actions")
    let size = entry.specification.actionSpace.rowSize
    var actions = [Float](repeating: 0, count: episodes * size)
    var finished = [Trajectory?](repeating: nil, count: episodes)
    var missing = episodes
    for _ in 0..<limit where missing > 0 {
      batch.observations.withSpan { observations in
        var rows = actions.mutableSpan
        if deterministic {
          actor.act(observations, into: &rows)
        } else {
          actor.act(observations, into: &rows, random: &draws)
        }
      }
      actions.withUnsafeMutableBufferPointer { actions in
        guard let row = actions.baseAddress else { return }
        if randomActions > 0 {
          for slot in 0..<episodes where draws.bernoulli(randomActions) {
            entry.specification.actionSpace.draw(into: row + slot * size, &draws)
          }
        }
        batch.step(row)
        recorder.record(batch, row)
      }
      try batch.check()
      for trajectory in recorder.take(includingPartial: false) {
        guard let start = trajectory.start, start.episode == 0, finished[start.slot] == nil else { continue }
        finished[start.slot] = trajectory
        missing -= 1
      }
    }
    return finished.compactMap { $0 }
  }
}
