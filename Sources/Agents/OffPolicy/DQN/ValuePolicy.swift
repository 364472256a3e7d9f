import Compute

/// How DQN acts: by the largest value, or at random with a chance that it had when it was taken.
public struct ValuePolicy: Sendable, Codable, Hashable, ActingPolicy {
  /// The environment's id it was trained in.
  public let environment: String
  /// What the networks are to each other.
  public let shape: ValueNetworkShape
  /// In the order of the shape: one alone, or trunk, value and advantages.
  public let networks: [Network]
  /// The share of random actions where actions are drawn.
  public let exploration: Float

  /// The scratch memory to act for up to `count` observations at once.
  public func makeActor(count: Int) -> ValueActor { ValueActor(self, count: count) }
}

/// Acts by a ``ValuePolicy`` without allocating. Not thread-safe; make one per thread.
public final class ValueActor: BatchActor {
  private let policy: ValuePolicy
  private let network: ValueNetwork
  private let capacity: Int

  init(_ policy: ValuePolicy, count: Int) {
    precondition(count > 0, "an actor acts for at least one observation")
    self.policy = policy
    capacity = count
    network = ValueNetwork(
      "values", policy.shape, policy.networks, capacity: count, learningRate: nil)
  }

  /// The most valuable action for each observation row, or with a chance of the policy's `exploration` a random one:
  /// [rows × observation size] into [rows].
  public func act(
    _ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream
  ) {
    withRows(observations, &actions) { values, rows, target in
      chooseGreedily(
        values, actions: policy.shape.actions, rows: rows, into: target,
        exploration: policy.exploration,
        random: &random)
    }
  }

  /// The most valuable action for each observation row; among equals the first.
  public func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    let count = policy.shape.actions
    withRows(observations, &actions) { values, rows, target in
      for row in 0..<rows { target[row] = Float(largest(values + row * count, count)) }
    }
  }

  private func withRows(
    _ observations: Span<Float>, _ actions: inout MutableSpan<Float>,
    _ body: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let rows = observations.count / policy.shape.inputs
    precondition(
      rows <= capacity && observations.count == rows * policy.shape.inputs, "whole observations")
    precondition(actions.count == rows, "an action for each observation")
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        guard let source = observations.baseAddress, let target = actions.baseAddress else {
          return
        }
        body(network.forward(source, rows: rows), rows, target)
      }
    }
  }
}
