import Compute

/// How TD3 acts: a network whose outputs, from −1 to 1, are the action. Drawing gives the same.
public struct DeterministicPolicy: Sendable, Codable, Hashable, ActingPolicy {
  /// The environment's id it was trained in.
  public let environment: String
  /// Its outputs end in tanh.
  public let network: Network
  /// From (−1, 1) to the environment's actions.
  public let scale: ActionScale

  /// The scratch memory to act for up to `count` observations at once.
  public func makeActor(count: Int) -> DeterministicActor { DeterministicActor(self, count: count) }
}

/// Acts by a ``DeterministicPolicy`` without allocating. Not thread-safe; make one per thread.
public final class DeterministicActor: BatchActor {
  private let policy: DeterministicPolicy
  private let network: LearnedNetwork
  private let capacity: Int

  init(_ policy: DeterministicPolicy, count: Int) {
    precondition(count > 0, "an actor acts for at least one observation")
    self.policy = policy
    capacity = count
    network = LearnedNetwork("actor", policy.network, capacity: count, learningRate: nil)
  }

  /// The action for each observation row: [rows × observation size] into [rows × action size]; draws nothing.
  public func act(
    _ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream
  ) {
    act(observations, into: &actions)
  }

  /// The action for each observation row, with sizes as above.
  public func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    let rows = observations.count / policy.network.shape.inputs
    precondition(
      rows <= capacity && observations.count == rows * policy.network.shape.inputs,
      "whole observations")
    precondition(actions.count == rows * policy.scale.count, "an action row for each observation")
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        guard let source = observations.baseAddress, let target = actions.baseAddress else {
          return
        }
        policy.scale.unscale(network.forward(source, rows: rows), rows: rows, into: target)
      }
    }
  }
}
