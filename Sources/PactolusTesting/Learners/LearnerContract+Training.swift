import Agents
import Compute
import Environments
import Foundation
import Rewards

extension LearnerContract {
  func checkReports(_ list: inout ViolationList) throws {
    let trial = try Trial(self)
    let recorder = TrajectoryRecorder()
    recorder.begin(trial.batch)
    var episodes = 0
    for iteration in 0..<3 {
      let before = trial.batch.seen.count
      // The agent is told a reward of its own in the second iteration.
      let told = iteration == 1 ? SteadyReward() : nil
      let report = try trial.learner.iterate(
        trial.batch, reward: told, progress: Double(iteration) / 3, recorder: recorder)
      let seen = trial.batch.seen[before...]
      list.check(
        report.steps == trial.learner.rolloutSize && seen.count == report.steps,
        "an iteration collects as many transitions as it says", "\(report.steps), and \(seen.count) in the batch")
      let wanted = told == nil ? seen.reduce(0, +) / Double(max(1, seen.count)) : Double(SteadyReward.value)
      list.check(
        abs(report.meanReward - wanted) <= 1e-4 * max(1, abs(wanted)), "the mean reward is of what the agent was told",
        "\(report.meanReward) for \(wanted)")
      let ended = trial.batch.ended[episodes...]
      episodes += ended.count
      list.check(
        report.episodes.count == ended.count
          && zip(report.episodes, ended).allSatisfy { said, was in
            said.length == was.length && said.terminated == was.terminated
              && abs(said.trueReturn - was.trueReturn) <= 1e-4 * max(1, abs(was.trueReturn))
          },
        "episodes are reported as they ended, with the environment's own rewards")
      for (name, value) in report.scalars {
        list.check(
          name.hasPrefix(kind.name + "/") && name.count > kind.name.count + 1, "scalars are named learner/what", name)
        list.check(value.isFinite, "scalars are finite", "\(name) is \(value)")
      }
    }
    let recorded = recorder.take().reduce(0) { $0 + $1.count }
    list.check(recorded == trial.batch.seen.count, "the recorder is told of every step", "\(recorded)")
  }

  func checkActions(_ list: inout ViolationList) throws {
    let trial = try Trial(self)
    let early = trial.learner.policy
    let asked = act(early, [])
    _ = try trial.train(0..<3)
    check(trial.batch.played, &list)
    let shown = Array(trial.batch.observations)
    let late = trial.learner.policy
    for rows in [asked, act(late, shown)] { check(rows.drawn + rows.likeliest, &list) }
    list.check(act(early, []) == asked, "a policy stays as it was when it was taken")
    list.check(act(late, shown) == act(late, shown), "the same stream gives the same actions")
  }

  private struct Acted: Equatable {
    var drawn: [Float]
    var likeliest: [Float]
  }

  /// What a policy does where it is shown `observations`; at the batch's first ones if there are none.
  private func act(_ policy: some ActingPolicy, _ observations: [Float]) -> Acted {
    let space = entry.specification.actionSpace
    let width = entry.specification.observationSpace.count
    let first = entry.makeBatch(count: 5, random: RandomSource(seed: 75))
    let rows = observations.isEmpty ? Array(first.observations) : observations
    let count = rows.count / width
    // What is not written is no number.
    var acted = Acted(
      drawn: [Float](repeating: .nan, count: count * space.rowSize),
      likeliest: [Float](repeating: .nan, count: count * space.rowSize))
    var random = RandomSource(seed: 76).stream("contract/policy")
    let actor = policy.makeActor(count: count)
    var drawn = acted.drawn.mutableSpan
    actor.act(rows.span, into: &drawn, random: &random)
    var likeliest = acted.likeliest.mutableSpan
    actor.act(rows.span, into: &likeliest)
    return acted
  }

  private func check(_ actions: [Float], _ list: inout ViolationList) {
    for action in actions {
      switch entry.specification.actionSpace {
      case .discrete(let names):
        list.check(
          action >= 0 && action < Float(names.count) && action == action.rounded(), "actions lie in the action space",
          "\(action) of \(names.count)")
      case .continuous:
        // Outside the box is allowed: the environment takes what is nearest.
        list.check(action.isFinite, "actions lie in the action space", "\(action)")
      }
    }
  }

  func checkSnapshots(_ list: inout ViolationList) throws {
    let whole = try Trial(self)
    _ = try whole.train(0..<2)
    let (saved, savedBatch) = (try whole.learner.snapshot(), try whole.batch.snapshot())
    list.check(try whole.learner.snapshot() == saved, "a snapshot has one form")
    let resumed = try Trial(self)
    try resumed.learner.restore(saved)
    try resumed.batch.restore(savedBatch)
    list.check(try resumed.learner.snapshot() == saved, "a snapshot survives the round trip")
    list.check(
      try resumed.train(2..<4) == whole.train(2..<4)
        && resumed.learner.snapshot() == whole.learner.snapshot(),
      "restored, a learner goes on bit by bit")

    let now = try whole.learner.snapshot()
    for (name, damaged) in Self.damages(of: saved) {
      list.checkRefused("a damaged snapshot is refused: \(name)") { try whole.learner.restore(damaged) }
      list.check(try whole.learner.snapshot() == now, "a refused snapshot changes nothing", name)
    }
  }

  private static func damages(of snapshot: AgentSnapshot) -> [(String, AgentSnapshot)] {
    var damages = [
      (
        "half of its state",
        AgentSnapshot(tensors: snapshot.tensors, state: snapshot.state.prefix(snapshot.state.count / 2))
      ),
      ("a state of nothing", AgentSnapshot(tensors: snapshot.tensors, state: Data("{}".utf8))),
    ]
    guard let first = snapshot.tensors.firstIndex(where: { !$0.values.isEmpty }) else { return damages }
    damages.append(("no tensors", AgentSnapshot(tensors: [], state: snapshot.state)))
    var short = snapshot
    short.tensors[first].values.removeLast()
    damages.append(("a number too few", short))
    var poisoned = snapshot
    poisoned.tensors[first].values[0] = .nan
    damages.append(("what is no number", poisoned))
    return damages
  }
}

/// The same for every transition.
private final class SteadyReward: TransitionReward {
  static let value: Float = 0.625

  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count { rewards[row] = Self.value }
  }
}
