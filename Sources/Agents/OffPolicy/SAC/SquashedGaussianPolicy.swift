import Compute

/// How SAC acts: a network whose outputs are means and log standard deviations of Gaussians that tanh squashes.
///
/// The most probable action is taken to be tanh of the mean, as in Stable-Baselines3.
public struct SquashedGaussianPolicy: Sendable, Codable, Hashable, ActingPolicy {
  /// The environment's id it was trained in.
  public let environment: String
  /// Its outputs are the means and then the log standard deviations.
  public let network: Network
  /// From (−1, 1) to the environment's actions.
  public let scale: ActionScale
  /// Lower bound on the log standard deviations.
  public let lowestLogStandardDeviation: Float
  /// Upper bound on the log standard deviations.
  public let highestLogStandardDeviation: Float

  /// A policy by its parts, whose sizes fit together.
  package init(
    environment: String, network: Network, scale: ActionScale, lowestLogStandardDeviation: Float,
    highestLogStandardDeviation: Float
  ) {
    precondition(network.shape.outputs == 2 * scale.count, "a mean and a log standard deviation for each component")
    (self.environment, self.network, self.scale) = (environment, network, scale)
    self.lowestLogStandardDeviation = lowestLogStandardDeviation
    self.highestLogStandardDeviation = highestLogStandardDeviation
  }

  /// The scratch memory to act for up to `count` observations at once.
  public func makeActor(count: Int) -> SquashedGaussianActor {
    SquashedGaussianActor(self, count: count)
  }
}

/// Acts by a ``SquashedGaussianPolicy`` without allocating. Not thread-safe; make one per thread.
public final class SquashedGaussianActor: BatchActor {
  private let policy: SquashedGaussianPolicy
  private let network: LearnedNetwork
  private let gaussian: SquashedGaussian
  private let capacity: Int

  init(_ policy: SquashedGaussianPolicy, count: Int) {
    precondition(count > 0, "an actor acts for at least one observation")
    self.policy = policy
    capacity = count
    network = LearnedNetwork("actor", policy.network, capacity: count, learningRate: nil)
    gaussian = SquashedGaussian(
      size: policy.scale.count, capacity: count, low: policy.lowestLogStandardDeviation,
      high: policy.highestLogStandardDeviation)
  }

  /// Draws an action for each observation row: [rows × observation size] into [rows × action size].
  public func act(
    _ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream
  ) {
    let rows = rows(observations, actions)
    gaussian.drawNoise(rows: rows, random: &random)
    act(observations, rows: rows, into: &actions)
  }

  /// tanh of the mean for each observation row, with sizes as above.
  public func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    let rows = rows(observations, actions)
    gaussian.noise.update(repeating: 0, count: rows * gaussian.size)
    act(observations, rows: rows, into: &actions)
  }

  private func rows(_ observations: Span<Float>, _ actions: borrowing MutableSpan<Float>) -> Int {
    let rows = observations.count / policy.network.shape.inputs
    precondition(
      rows <= capacity && observations.count == rows * policy.network.shape.inputs,
      "whole observations")
    precondition(actions.count == rows * gaussian.size, "an action row for each observation")
    return rows
  }

  private func act(_ observations: Span<Float>, rows: Int, into actions: inout MutableSpan<Float>) {
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        guard let source = observations.baseAddress, let target = actions.baseAddress else {
          return
        }
        gaussian.squash(network.forward(source, rows: rows), rows: rows)
        policy.scale.unscale(gaussian.actions, rows: rows, into: target)
      }
    }
  }
}
