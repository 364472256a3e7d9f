import Foundation
import Rewards

/// The pendulum's own reward as a function of what is seen and done: −(angle² + .1 speed² + .001 torque²).
final class PendulumReward: TransitionReward {
  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      let angle = atan2(transitions.observations[3 * row + 1], transitions.observations[3 * row])
      let speed = transitions.observations[3 * row + 2]
      let torque = min(max(transitions.actions[row], -2), 2)
      rewards[row] = -(angle * angle + 0.1 * speed * speed + 0.001 * torque * torque)
    }
  }
}
