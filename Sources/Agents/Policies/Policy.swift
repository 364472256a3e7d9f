import Compute
import Environments

/// How to act: a network, what its outputs mean, and how its inputs are normalised. A value, frozen when it was taken.
///
/// ```swift
/// let actor = policy.makeActor(count: batch.count)
/// var chosen = actions.mutableSpan
/// batch.observations.withSpan { actor.act($0, into: &chosen, random: &random) }     // draws
/// batch.observations.withSpan { actor.act($0, into: &chosen) }                      // the most probable actions
/// batch.step(actions)
/// ```
public struct Policy: Sendable, Codable, Hashable {
  /// The environment's id it was trained in.
  public var environment: String
  /// What the network's outputs mean.
  public var head: ActionHead
  /// The network, of one member.
  public var network: Network
  /// Natural logarithms of the Gaussian's standard deviations; empty for discrete actions.
  public var logStandardDeviations: [Float]
  /// Running normalisation of the observations, if there is any, and the bound it clips at.
  public var normalizer: RunningNormalizer?
  /// The bound that normalised observations are clipped at; nil for none.
  public var normalizerClip: Float?

  /// A policy by its parts, whose sizes must fit together.
  public init(
    environment: String, head: ActionHead, network: Network, logStandardDeviations: [Float],
    normalizer: RunningNormalizer? = nil, normalizerClip: Float? = nil
  ) {
    precondition(network.shape.outputs == head.outputs, "as many network outputs as the action head needs")
    precondition(logStandardDeviations.count == head.logStandardDeviationCount, "a deviation for each action component")
    self.environment = environment
    self.head = head
    self.network = network
    self.logStandardDeviations = logStandardDeviations
    self.normalizer = normalizer
    self.normalizerClip = normalizerClip
  }

  /// The scratch memory to act for up to `count` observations at once.
  public func makeActor(count: Int) -> PolicyActor { PolicyActor(self, count: count) }
}

/// Acts by a ``Policy`` for a batch of observations, without allocating. Not thread-safe; make one per thread.
public final class PolicyActor {
  /// The policy it acts by.
  public let policy: Policy
  /// Observations per call, at most.
  public let capacity: Int

  private let pass: NetworkPass
  private let sampler: ActionSampler
  private let parameters: UnsafeMutablePointer<Float>
  private let deviations: UnsafeMutablePointer<Float>
  private let inputs: UnsafeMutablePointer<Float>
  private let draws: UnsafeMutablePointer<Float>
  private let logProbabilities: UnsafeMutablePointer<Float>

  init(_ policy: Policy, count: Int) {
    precondition(count > 0, "an actor acts for at least one observation")
    self.policy = policy
    capacity = count
    pass = NetworkPass(policy.network.shape, capacity: count)
    sampler = ActionSampler(policy.head)
    parameters = .allocate(capacity: policy.network.parameters.count)
    parameters.initialize(from: policy.network.parameters, count: policy.network.parameters.count)
    deviations = .allocate(capacity: max(1, policy.logStandardDeviations.count))
    deviations.initialize(from: policy.logStandardDeviations, count: policy.logStandardDeviations.count)
    inputs = .allocate(capacity: count * policy.network.shape.inputs)
    draws = .allocate(capacity: count * policy.head.rowSize)
    logProbabilities = .allocate(capacity: count)
  }

  deinit {
    for pointer in [parameters, deviations, inputs, draws, logProbabilities] { pointer.deallocate() }
  }

  /// Draws an action for each observation row: `observations` is [rows × observation size], `actions` [rows × action
  /// row size], with at most ``capacity`` rows.
  public func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
    let rows = checkedRows(observations.count, actions.count)
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        guard let source = observations.baseAddress, let target = actions.baseAddress else { return }
        act(source, rows: rows, into: target, random: &random)
      }
    }
  }

  /// The most probable action for each observation row, with sizes as above.
  public func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    let rows = checkedRows(observations.count, actions.count)
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        guard let source = observations.baseAddress, let target = actions.baseAddress else { return }
        act(source, rows: rows, into: target)
      }
    }
  }

  private func checkedRows(_ observations: Int, _ actions: Int) -> Int {
    let rows = observations / policy.network.shape.inputs
    precondition(observations == rows * policy.network.shape.inputs, "whole observations")
    precondition(actions == rows * policy.head.rowSize, "an action row for each observation")
    return rows
  }

  /// The same from memory to memory; `rows` is ``capacity`` unless given.
  package func act(
    _ observations: UnsafePointer<Float>, rows: Int? = nil, into actions: UnsafeMutablePointer<Float>,
    random: inout RandomStream
  ) {
    let rows = rows ?? capacity
    sampler.sample(
      outputs(observations, rows: rows), logStandardDeviations: deviations, rows: rows, actions: draws,
      steppedActions: actions, logProbabilities: logProbabilities, random: &random)
  }

  /// The most probable action for each observation row.
  package func act(_ observations: UnsafePointer<Float>, rows: Int? = nil, into actions: UnsafeMutablePointer<Float>) {
    let rows = rows ?? capacity
    sampler.mode(outputs(observations, rows: rows), rows: rows, steppedActions: actions)
  }

  /// The network's outputs (logits or means), [rows × outputs], valid until the next call.
  package func outputs(_ observations: UnsafePointer<Float>, rows: Int) -> UnsafePointer<Float> {
    precondition(rows <= capacity, "at most as many rows as the actor was made for")
    guard let normalizer = policy.normalizer else {
      return UnsafePointer(pass.forward(parameters, inputs: observations, rows: rows))
    }
    normalizer.normalize(observations, rows: rows, into: inputs, clip: policy.normalizerClip)
    return UnsafePointer(pass.forward(parameters, inputs: inputs, rows: rows))
  }
}
