import Compute
import Environments
import Foundation

/// Episodes as a ``DynamicsEnsemble`` foresees them, and how likely it holds an episode to be. Not thread-safe.
package final class ImaginedPlay {
  package let ensemble: DynamicsEnsemble
  private let specification: EnvironmentSpecification
  private let rollout: ModelRollout

  package init(_ ensemble: DynamicsEnsemble, specification: EnvironmentSpecification) {
    self.ensemble = ensemble
    self.specification = specification
    rollout = ModelRollout(ensemble, capacity: 1)
  }

  /// What these actions lead to, by the networks' mean; it ends where they hold an end for more likely than not. It
  /// names no episode, since it belongs to none.
  ///
  /// - Parameters:
  ///   - observation: where it begins.
  ///   - actions: [steps × action row size].
  package func play(from observation: [Float], actions: [Float]) -> Trajectory {
    let (size, width) = (ensemble.observationSize, ensemble.actionRowSize)
    precondition(observation.count == size && actions.count % width == 0, "one observation, and whole actions")
    var observations = observation
    var rewards: [Float] = []
    var next = [Float](repeating: 0, count: size)
    var terminated = false
    actions.withUnsafeBufferPointer { actions in
      guard let first = actions.baseAddress else { return }
      for step in 0..<actions.count / width where !terminated {
        let now = Array(observations.suffix(size))
        let (reward, end) = rollout.expect(now, first + step * width, into: &next)
        observations += next
        rewards.append(reward)
        terminated = end > 0.5
      }
    }
    return Trajectory(
      observationSize: size, actionRowSize: width, observations: observations,
      actions: Array(actions[..<(rewards.count * width)]), rewards: rewards, terminated: terminated, truncated: false,
      start: nil)
  }

  /// How likely the steps of a trajectory are, in nats a step, on average over networks and steps: the log-density of
  /// the standardised change, Gaussian around each network's prediction. 0 for no steps.
  ///
  /// Along what the networks' mean foresees, what is left is how far they disagree.
  package func meanLogLikelihood(of trajectory: Trajectory) -> Double {
    let (size, width, outputs) = (ensemble.observationSize, ensemble.actionRowSize, ensemble.outputSize)
    let targets = ensemble.targets
    var sum = 0.0
    trajectory.observations.withUnsafeBufferPointer { observations in
      trajectory.actions.withUnsafeBufferPointer { actions in
        guard let seen = observations.baseAddress, let done = actions.baseAddress else { return }
        for step in 0..<trajectory.count {
          let predicted = rollout.predict(seen + step * size, done + step * width, rows: 1)
          for column in 0..<size {
            let change = seen[(step + 1) * size + column] - seen[step * size + column]
            let standardized = (change - targets.means[column]) / targets.deviations[column]
            let variance = ensemble.residuals[column]
            for member in 0..<ensemble.members {
              let offset = Double(standardized - predicted[member * outputs + column])
              sum -= 0.5 * (offset * offset / variance + log(2 * .pi * variance)) / Double(ensemble.members)
            }
          }
        }
      }
    }
    return trajectory.count > 0 ? sum / Double(trajectory.count) : 0
  }
}

extension DynamicsEnsemble {
  /// An ensemble that was fitted to transitions.
  ///
  /// - Parameters:
  ///   - data: at least one transition.
  ///   - steps: gradient steps.
  ///   - predictsReward: whether it learns the rewards of the data as well.
  ///   - predictsEnd: whether it learns when episodes end; nil for where they can.
  package static func fit(
    _ data: DynamicsData, _ settings: DynamicsSettings = DynamicsSettings(), specification: EnvironmentSpecification,
    steps: Int = 1000, predictsReward: Bool = true, predictsEnd: Bool? = nil, random: RandomSource
  ) -> DynamicsEnsemble {
    let ensemble = DynamicsEnsemble(
      settings, specification: specification, predictsReward: predictsReward,
      predictsEnd: predictsEnd ?? specification.canTerminate, random: random)
    let trainer = DynamicsTrainer(settings, ensemble, random: random)
    data.withRows { rows in
      trainer.standardize(rows)
      for step in 0..<steps {
        var draws = random.stream("dynamics/step", step)
        _ = trainer.step(rows, random: &draws)
      }
      _ = trainer.measure(rows)
    }
    return trainer.current
  }
}
