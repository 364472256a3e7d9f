import Compute
import Environments
import Foundation

/// What a step leads to, as several networks have learned it: a model of a world's dynamics.
///
/// Each network reads the standardised observation and action and predicts by how much the observation changes, in
/// units of the changes' own deviations; where asked, also the reward and the chance that the episode ends. The density
/// of a step is Gaussian with the networks' prediction as its mean and one variance for each component, measured on
/// held-out transitions. A variance that the networks predict themselves would be trained by the same likelihood that
/// the search exploits, and collapses in nearly deterministic worlds; where the world is really unlike the model, the
/// networks' disagreement says so.
///
/// Source of the setting: ReQueST (arXiv 1912.05652), whose point mass uses one network; bootstrapped ensembles as in
/// Chua et al., arXiv 1805.12114.
package struct DynamicsEnsemble: Sendable, Codable, Hashable {
  package let observationSize: Int
  package let actionRowSize: Int
  /// The number of actions where they are indices; nil for vectors.
  package let discreteActions: Int?
  package let predictsReward: Bool
  package let predictsEnd: Bool
  /// Bounds of what can be seen; a prediction is put back inside.
  package let bounds: [ClosedRange<Float>]
  package var network: Network
  /// Of [observation, encoded action].
  package var inputs: Standardization
  /// Of [change of the observation, reward if predicted].
  package var targets: Standardization
  /// Mean squared error on held-out transitions, a member's on average, in squared standardised units; 1 before any.
  package var residuals: [Double]

  package var members: Int { network.members }
  package var inputSize: Int { observationSize + (discreteActions ?? actionRowSize) }
  package var outputSize: Int { network.shape.outputs }

  /// An ensemble that has learned nothing.
  package init(
    _ settings: DynamicsSettings, specification: EnvironmentSpecification, predictsReward: Bool, predictsEnd: Bool,
    random: RandomSource
  ) {
    observationSize = specification.observationSpace.count
    actionRowSize = specification.actionSpace.rowSize
    if case .discrete(let names) = specification.actionSpace {
      discreteActions = names.count
    } else {
      discreteActions = nil
    }
    self.predictsReward = predictsReward
    self.predictsEnd = predictsEnd
    let space = specification.observationSpace
    // Infinities become the largest numbers, which JSON can hold.
    let largest = Float.greatestFiniteMagnitude
    bounds = (0..<space.count).map { max(space.low[$0], -largest)...min(space.high[$0], largest) }
    let columns = observationSize + (predictsReward ? 1 : 0)
    let shape = NetworkShape(
      inputs: observationSize + (discreteActions ?? actionRowSize), hidden: settings.hidden,
      outputs: columns + (predictsEnd ? 1 : 0), activation: settings.activation)
    network = Network(
      shape, members: settings.members, initialization: .pyTorchDefault, random: random.child("dynamics/initial"))
    inputs = Standardization(size: shape.inputs)
    targets = Standardization(size: columns)
    residuals = [Double](repeating: 1, count: observationSize)
  }

  /// Writes one standardised row of the networks' input.
  func encode(
    _ observation: UnsafePointer<Float>, _ action: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<observationSize {
      row[index] = (observation[index] - inputs.means[index]) / inputs.deviations[index]
    }
    for index in 0..<inputSize - observationSize {
      let value = discreteActions == nil ? action[index] : (Int(action[0]) == index ? 1 : 0)
      let column = observationSize + index
      row[column] = (value - inputs.means[column]) / inputs.deviations[column]
    }
  }

  /// What one network's output says of the next observation.
  func next(
    _ observation: UnsafePointer<Float>, _ output: UnsafePointer<Float>, into next: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<observationSize {
      let value = observation[index] + targets.means[index] + targets.deviations[index] * output[index]
      // What is no number stays so, and is found out by who scores it.
      next[index] = value < bounds[index].lowerBound ? bounds[index].lowerBound : min(value, bounds[index].upperBound)
    }
  }

  func reward(_ output: UnsafePointer<Float>) -> Float {
    predictsReward
      ? targets.means[observationSize] + targets.deviations[observationSize] * output[observationSize] : 0
  }

  /// The chance that the step ends the episode.
  func end(_ output: UnsafePointer<Float>) -> Float {
    predictsEnd ? 1 / (1 + exp(-output[outputSize - 1])) : 0
  }
}

/// The shape of a ``DynamicsEnsemble`` and how it learns.
package struct DynamicsSettings: Codable, Sendable, Hashable {
  package var members = 4
  package var hidden = [64, 64]
  package var activation = Activation.tanh
  package var learningRate: Float = 1e-3
  /// Transitions per network and step.
  package var batchSize = 128
  /// Of all transitions, never learned from.
  package var heldOutShare = 0.1

  package init() {}
}
