import Compute
import Environments
import Foundation

/// Steps many episodes at once through a ``DynamicsEnsemble``, without allocating. Not thread-safe.
package final class ModelRollout {
  package let ensemble: DynamicsEnsemble
  package let capacity: Int
  private let pass: NetworkPass
  private let parameters: UnsafeMutablePointer<Float>
  private let inputs: UnsafeMutablePointer<Float>
  private let mean: UnsafeMutablePointer<Float>

  /// For up to `capacity` rows at once.
  package init(_ ensemble: DynamicsEnsemble, capacity: Int) {
    self.ensemble = ensemble
    self.capacity = capacity
    pass = NetworkPass(ensemble.network.shape, members: ensemble.members, capacity: capacity)
    parameters = zeroedFloats(ensemble.network.parameters.count)
    parameters.update(from: ensemble.network.parameters, count: ensemble.network.parameters.count)
    inputs = zeroedFloats(ensemble.members * capacity * ensemble.inputSize)
    mean = zeroedFloats(ensemble.outputSize)
  }

  deinit {
    parameters.deallocate()
    inputs.deallocate()
    mean.deallocate()
  }

  /// The networks' outputs where all go on from the same observations: [members × rows × outputs].
  package func predict(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int
  ) -> UnsafePointer<Float> {
    for row in 0..<rows {
      ensemble.encode(
        observations + row * ensemble.observationSize, actions + row * ensemble.actionRowSize,
        into: inputs + row * ensemble.inputSize)
    }
    return UnsafePointer(pass.forward(parameters, inputs: inputs, rows: rows))
  }

  /// One step in which each network goes on from what it foresaw itself.
  ///
  /// - Parameters:
  ///   - observations: [members × rows × observation size].
  ///   - actions: [rows × action row size].
  ///   - next: [members × rows × observation size].
  ///   - rewards: [members × rows], 0 where they are not predicted.
  ///   - ends: [members × rows]: the chance that this step ends the episode.
  package func step(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int,
    next: UnsafeMutablePointer<Float>, rewards: UnsafeMutablePointer<Float>, ends: UnsafeMutablePointer<Float>
  ) {
    let size = ensemble.observationSize
    for row in 0..<ensemble.members * rows {
      ensemble.encode(
        observations + row * size, actions + row % rows * ensemble.actionRowSize,
        into: inputs + row * ensemble.inputSize)
    }
    let outputs = pass.forward(parameters, inputs: inputs, rows: rows, sharedInputs: false)
    for row in 0..<ensemble.members * rows {
      let output = outputs + row * ensemble.outputSize
      ensemble.next(observations + row * size, output, into: next + row * size)
      rewards[row] = ensemble.reward(output)
      ends[row] = ensemble.end(output)
    }
  }

  /// What the networks expect on average after one step from one observation; their mean reward and chance of an end.
  @discardableResult
  package func expect(
    _ observation: UnsafePointer<Float>, _ action: UnsafePointer<Float>, into next: UnsafeMutablePointer<Float>
  ) -> (reward: Float, end: Float) {
    let outputs = ensemble.outputSize
    let predicted = predict(observation, action, rows: 1)
    for column in 0..<outputs {
      var sum: Float = 0
      for member in 0..<ensemble.members { sum += predicted[member * outputs + column] }
      mean[column] = sum / Float(ensemble.members)
    }
    ensemble.next(observation, mean, into: next)
    return (ensemble.reward(mean), ensemble.end(mean))
  }
}
