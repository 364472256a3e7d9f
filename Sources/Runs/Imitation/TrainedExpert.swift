import Agents
import Compute
import Environments

/// An expert that was trained on the true reward, and what it demonstrates.
public struct TrainedExpert: Sendable {
  /// How the expert acts.
  public let policy: any ActingPolicy
  /// Whole episodes. By checkpoint, worst first, if several were asked for.
  public let demonstrations: [Trajectory]

  /// Trains an agent by PPO and has it demonstrate.
  ///
  /// - Throws: `InputError` for settings that cannot work.
  public init(
    _ entry: EnvironmentEntry, ppo: PPOSettings, steps: Int, episodes: Int, checkpoints: Int = 1,
    random: RandomSource, progress: (Int) -> Void = { _ in }
  ) throws {
    try self.init(
      entry, learner: .ppo(ppo), steps: steps, episodes: episodes, checkpoints: checkpoints, random: random,
      progress: progress)
  }

  /// Trains an agent and has it demonstrate.
  ///
  /// - Parameters:
  ///   - entry: where; it needs a time limit.
  ///   - learner: what to train.
  ///   - steps: how long; few make a demonstrator that can be improved on.
  ///   - episodes: demonstrations in all, by the most probable actions.
  ///   - checkpoints: from how many moments of the training, evenly spaced up to its end, they come.
  ///   - random: decides everything that is drawn.
  ///   - progress: called with the steps done.
  /// - Throws: `InputError` for settings that cannot work.
  public init(
    _ entry: EnvironmentEntry, learner: LearnerFactory, steps: Int, episodes: Int, checkpoints: Int = 1,
    random: RandomSource, progress: (Int) -> Void = { _ in }
  ) throws {
    guard steps > 0, episodes > 0, checkpoints > 0 else {
      throw InputError("an expert needs at least 1 step, 1 episode and 1 checkpoint")
    }
    let agent = try learner.make(entry.specification, random: random.child("expert/agent"))
    let batch = entry.makeBatch(count: agent.slots, random: random.child("expert/experience"))
    var taken = 0
    var demonstrations: [Trajectory] = []
    for checkpoint in 1...checkpoints {
      while taken < steps * checkpoint / checkpoints {
        taken += try agent.iterate(batch, reward: nil, progress: Double(taken) / Double(steps), recorder: nil).steps
        progress(taken)
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
