import Agents
import Compute
import Environments

extension LearnRun {
  /// As many episodes of each reference policy as the last evaluation has, judged by the final model.
  ///
  /// They draw from streams of their own and count as no steps of the run, so that nothing else of it depends on them.
  /// Cost: about three times the last evaluation, four with a reference that the settings name.
  func measureReferences(noisy policy: any ActingPolicy) throws -> ReferencesMeasured {
    let episodes = settings.evaluation.finalEpisodes
    func played(_ policy: any ActingPolicy, _ manner: EpisodePlayer.Manner, _ name: String) throws -> [Trajectory] {
      let player = EpisodePlayer(
        entry: entry, policy: policy, slots: min(episodes, 32), seed: random, source: "references/" + name,
        sourceIndex: 0, manner: manner)
      return try player.play(.episodes(episodes)).trajectories.map(\.trajectory)
    }
    var byPolicy: [(ReferencesMeasured.Policy, [Trajectory])] = [
      (.random, entry.randomEpisodes(episodes, random: random)),
      (.start, try played(try makeUntrained().policy, .deterministic, "start")),
      (.noisy, try played(policy, .exploring, "noisy")),
    ]
    if let reference { byPolicy.append((.given, try played(reference.policy, .deterministic, "given"))) }
    return ReferencesMeasured(
      lines: byPolicy.map { policy, trajectories in
        ReferencesMeasured.Line(
          policy: policy, trueReturns: trajectories.map(\.trueReturn),
          predictedReturns: trajectories.map { judge($0).rewards.reduce(0) { $0 + Double($1) } },
          lengths: trajectories.map(\.count))
      })
  }
}

extension EnvironmentEntry {
  /// Whole episodes of uniformly random actions; none where episodes have no time limit.
  func randomEpisodes(_ count: Int, random: RandomSource) -> [Trajectory] {
    guard let limit = specification.maximumEpisodeSteps else { return [] }
    return randomClips(count, steps: limit, random: random.child("references/random", 0))
  }
}
