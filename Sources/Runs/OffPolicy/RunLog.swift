import Agents
import Audits
import Compute
import Environments
import Foundation

/// Episodes in which what one run learned acts, its actions drawn, with how probable what another run learned would have made
/// each of them.
public struct RunLog: Sendable {
  /// The episodes. Where actions are continuous only the quotient of the two probabilities has a meaning.
  public let log: LoggedEpisodes
  /// The world of both.
  public let environment: String

  /// - Parameters:
  ///   - behavior: whose policy acts.
  ///   - target: whose worth is asked for; in the same world.
  ///   - episodes: how many are played.
  ///   - horizon: longer ones are cut to so many steps; nil cuts none.
  ///   - discount: γ.
  ///   - random: of the episodes.
  /// - Throws: `InputError` for runs of two worlds, a learner that does not say how probable its actions are, or a world
  ///   without a time limit.
  public init(
    behavior: TrainedRun, target: TrainedRun, episodes: Int, horizon: Int? = nil, discount: Double = 1,
    random: RandomSource
  ) throws {
    let (world, other) = (behavior.entry.specification, target.entry.specification)
    guard world.id == other.id else {
      throw InputError(
        "one run acts in \(world.id), the other in \(other.id)", at: target.directory, remedy: "name runs in one world")
    }
    let acting = try Self.policy(of: behavior)
    let asked = try Self.policy(of: target)
    environment = world.id
    let played = try acting.play(
      episodes, in: behavior.entry, deterministic: false, random: random.child("off-policy/episodes"))
    let lengths = played.map { min($0.count, horizon ?? $0.count) }
    var (rewards, taken, wanted) = ([Double](), [Double](), [Double]())
    for (trajectory, length) in zip(played, lengths) {
      let (own, others) = (
        Self.logarithms(acting, trajectory, steps: length), Self.logarithms(asked, trajectory, steps: length)
      )
      for step in 0..<length {
        rewards.append(Double(trajectory.rewards[step]))
        if case .discrete = world.actionSpace {
          taken.append(min(1, exp(own[step])))
          wanted.append(min(1, exp(others[step])))
        } else {
          // Densities may exceed one: the larger of the two is written as 1.
          let quotient = exp(others[step] - own[step])
          taken.append(quotient > 1 ? 1 / quotient : 1)
          wanted.append(min(1, quotient))
        }
      }
    }
    log = try LoggedEpisodes(
      lengths: lengths, rewards: rewards, behavior: taken, target: wanted, discount: discount)
  }

  private static func policy(of run: TrainedRun) throws -> Policy {
    guard let policy = run.policy as? Policy else {
      throw InputError(
        "the learner's policy does not say how probable each action is", at: run.directory,
        remedy: "name a run whose run.learner is ppo")
    }
    return policy
  }

  /// ln of the probability of each of the first `steps` actions.
  private static func logarithms(_ policy: Policy, _ trajectory: Trajectory, steps: Int) -> [Double] {
    guard steps > 0 else { return [] }
    let actor = policy.makeActor(count: steps)
    var logarithms = [Float](repeating: 0, count: steps)
    trajectory.observations.withUnsafeBufferPointer { observations in
      trajectory.actions.withUnsafeBufferPointer { actions in
        logarithms.withUnsafeMutableBufferPointer { logarithms in
          guard let rows = observations.baseAddress, let done = actions.baseAddress, let result = logarithms.baseAddress
          else { return }
          actor.logProbabilities(rows, actions: done, rows: steps, into: result)
        }
      }
    }
    return logarithms.map(Double.init)
  }
}
