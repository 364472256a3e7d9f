import Agents
import Compute
import Environments
import Files
import Rewards

/// The best policy that a run has had so far, with the episodes by which it was judged.
///
/// They are judged again whenever the reward has changed, so that it is held against a later policy by one and the same
/// reward. That is the reward which pays the agent: a run knows no other.
package struct KeptPolicy {
  package var agent: AgentSnapshot
  package var episodes: AgentExperience
  package var moment: Moment

  package var iteration: Int { moment.iteration }

  /// When it was the agent's.
  package struct Moment: Codable {
    package var iteration: Int
    package var agentSteps: Int

    package init(iteration: Int, agentSteps: Int) { (self.iteration, self.agentSteps) = (iteration, agentSteps) }
  }
}

extension LearnRun {
  /// Keeps the present policy, of which these are the episodes of an evaluation, if it is the best so far; of equals the
  /// later one.
  func keep(_ episodes: [SourcedTrajectory], _ iteration: Int) throws {
    guard settings.run.keep == .best, compared?.stoppedAt == nil else { return }
    if let kept, paid(kept.episodes.pieces) > paid(episodes) { return }
    var experience = AgentExperience()
    experience.replace(by: episodes.map(\.trajectory))
    kept = KeptPolicy(
      agent: try learner.snapshot(), episodes: experience,
      moment: KeptPolicy.Moment(iteration: iteration, agentSteps: counters.agentSteps))
  }

  /// What these episodes are worth on average, by the reward that the agent is paid.
  private func paid(_ episodes: [SourcedTrajectory]) -> Double {
    Statistics.mean(
      episodes.map { episode in
        switch settings.run.agentReward {
        case .learned: paid(episode.trajectory)
        case .truth: episode.trajectory.trueReturn
        default: namedReward?.reward.rewards(of: episode.trajectory).reduce(0, +) ?? 0
        }
      })
  }

  /// How the agent acts that the run ends with.
  func resultingPolicy() throws -> any ActingPolicy {
    guard let kept else { return learner.policy }
    let agent = try makeUntrained()
    try agent.restore(kept.agent)
    return agent.policy
  }
}

extension Checkpoint {
  /// The policy that the run would end with; nil where it is the latest.
  package func kept() throws -> KeptPolicy? {
    guard let text = texts["keptAt"] else { return nil }
    let agent = AgentSnapshot(
      tensors: tensors(of: "kept").map { .init(name: $0.name, shape: $0.shape, values: $0.values) },
      state: try part("kept"))
    return KeptPolicy(
      agent: agent, episodes: try AgentExperience(decoding: try part("keptEpisodes")),
      moment: try CanonicalJSON.decode(KeptPolicy.Moment.self, from: text))
  }
}
