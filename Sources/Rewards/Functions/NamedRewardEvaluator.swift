import Compute
import Environments

/// One of an environment's named rewards, asked by an agent: paid by a game's score, say, it shows what the score is
/// worth as a stand-in for what was meant.
public final class NamedRewardEvaluator: TransitionReward {
  /// The reward that is asked.
  public let reward: NamedReward

  /// Asks this reward.
  public init(_ reward: NamedReward) { self.reward = reward }

  public func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      rewards[row] = transitions.withObservation(row) { observation in
        transitions.withAction(row) { action in
          transitions.withNextObservation(row) { next in
            Float(reward.reward(observation: observation, action: action, nextObservation: next))
          }
        }
      }
    }
  }
}
