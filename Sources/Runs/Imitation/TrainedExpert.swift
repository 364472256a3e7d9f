import Agents
import Compute
import Environments

/// An expert that was trained on the true reward, and what it demonstrates.
public struct TrainedExpert: Sendable {
  /// How the expert acts.
  public let policy: Policy
  /// Whole episodes. By checkpoint, worst first, if several were asked for.
  public let demonstrations: [Trajectory]

  /// Trains an agent and has it demonstrate.
  ///
  /// - Parameters:
  ///   - entry: where; it needs a time limit.
  ///   - ppo: how to train.
  ///   - steps: how long; few make a demonstrator that can be improved on.
  ///   - episodes: demonstrations in all, by the most probable actions.
  ///   - checkpoints: from how many moments of the training, evenly spaced up to its end, they come.
  ///   - random: decides everything that is drawn.
  ///   - progress: is told the steps done.
  /// - Throws: `InputError` for settings that cannot work.
  public init(
    _ entry: EnvironmentEntry, ppo: PPOSettings, steps: Int, episodes: Int, checkpoints: Int = 1,
    random: RandomSource, progress: (Int) -> Void = { _ in }
  ) throws {
    guard steps > 0, episodes > 0, checkpoints > 0 else {
      throw InputError("an expert needs at least 1 step, 1 episode and 1 checkpoint")
    }
    let agent = try PPO(settings: ppo, specification: entry.specification, random: random.child("expert/agent"))
    let batch = entry.makeBatch(count: ppo.environments, random: random.child("expert/experience"))
    var demonstrations: [Trajectory] = []
    for checkpoint in 1...checkpoints {
      while agent.totalSteps < steps * checkpoint / checkpoints {
        _ = agent.iterate(batch, progress: Double(agent.totalSteps) / Double(steps))
        progress(agent.totalSteps)
      }
      let share = episodes * checkpoint / checkpoints - episodes * (checkpoint - 1) / checkpoints
      guard share > 0 else { continue }
      demonstrations += try agent.policy.play(
        share, in: entry, random: random.child("expert/demonstrations", checkpoint))
    }
    policy = agent.policy
    self.demonstrations = demonstrations
  }
}
