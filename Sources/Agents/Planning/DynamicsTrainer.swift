import Compute
import Environments
import Foundation

/// Fits a ``DynamicsEnsemble`` to transitions, a gradient step at a time.
///
/// Every network sees a bootstrap of its own: each transition weighs in it by a Poisson(1) number that follows from the
/// transition's number alone, which is a bootstrap for data that are still coming in (Oza, Russell, "Online bagging and
/// boosting", 2001). Some transitions are held out of all of them; the error that is reported is of those.
package final class DynamicsTrainer {
  package let settings: DynamicsSettings
  package private(set) var ensemble: DynamicsEnsemble
  package let block: ParameterBlock
  private let pass: NetworkPass
  /// Keys of the streams that say, by a transition's number, what part it takes.
  private let bootstraps: [UInt64]
  private let holding: UInt64

  /// [members × batch × inputs], [members × batch × outputs], and [members × batch].
  package let inputs: UnsafeMutablePointer<Float>
  package let targets: UnsafeMutablePointer<Float>
  package let weights: UnsafeMutablePointer<Float>
  private let slopes: UnsafeMutablePointer<Float>

  package init(_ settings: DynamicsSettings, _ ensemble: DynamicsEnsemble, random: RandomSource) {
    self.settings = settings
    self.ensemble = ensemble
    let network = ensemble.network
    block = ParameterBlock(
      "dynamics",
      parts: [.init(name: "dynamics", start: 0, shape: [network.members, network.shape.parameterCount])],
      network.parameters, learningRate: settings.learningRate)
    pass = NetworkPass(network.shape, members: network.members, capacity: settings.batchSize)
    bootstraps = (0..<network.members).map { random.stream("dynamics/bootstrap/\($0)").key }
    holding = random.stream("dynamics/held-out").key
    let rows = network.members * settings.batchSize
    inputs = zeroedFloats(rows * ensemble.inputSize)
    targets = zeroedFloats(rows * ensemble.outputSize)
    weights = zeroedFloats(rows)
    slopes = zeroedFloats(rows * ensemble.outputSize)
  }

  deinit { for memory in [inputs, targets, weights, slopes] { memory.deallocate() } }

  /// The ensemble as it is now.
  package var current: DynamicsEnsemble {
    var ensemble = ensemble
    ensemble.network.parameters = block.parameterVector
    return ensemble
  }

  /// Measures means and deviations of what is to be learned.
  package func standardize(_ rows: DynamicsRows) {
    let (size, width, isVector) = (
      ensemble.observationSize, ensemble.actionRowSize, ensemble.discreteActions == nil
    )
    for column in 0..<size {
      ensemble.inputs.fit(column, rows.count) { rows.observations[$0 * size + column] }
      ensemble.targets.fit(column, rows.count) {
        rows.nextObservations[$0 * size + column] - rows.observations[$0 * size + column]
      }
    }
    for index in 0..<ensemble.inputSize - size {
      ensemble.inputs.fit(size + index, rows.count) {
        isVector
          ? rows.actions[$0 * width + index] : (Int(rows.actions[$0 * width]) == index ? 1 : 0)
      }
    }
    if ensemble.predictsReward { ensemble.targets.fit(size, rows.count) { rows.rewards[$0] } }
  }

  /// Whether a transition is held out.
  package func isHeldOut(_ number: Int) -> Bool {
    guard settings.heldOutShare > 0 else { return false }
    var draw = RandomStream(key: holding, index: UInt64(number))
    return draw.uniform() < settings.heldOutShare
  }

  /// How often a transition is in a network's bootstrap; 0 where it is held out.
  package func weight(_ number: Int, member: Int) -> Float {
    if isHeldOut(number) { return 0 }
    var draw = RandomStream(key: bootstraps[member], index: UInt64(number))
    var (rest, probability, count) = (draw.uniform(), exp(-1.0), 0)
    while rest >= probability, count < 16 {
      rest -= probability
      count += 1
      probability /= Double(count)
    }
    return Float(count)
  }

  /// One step of Adam on a batch for each network; returns the loss before it.
  package func step(_ rows: DynamicsRows, random: inout RandomStream) -> Double {
    draw(rows, random: &random)
    let loss = differentiate()
    block.step()
    return loss
  }

  /// Draws a batch for each network, uniformly with replacement.
  package func draw(_ rows: DynamicsRows, random: inout RandomStream) {
    precondition(rows.count > 0, "there is something to learn from")
    let (size, width) = (ensemble.observationSize, ensemble.actionRowSize)
    for member in 0..<ensemble.members {
      for place in 0..<settings.batchSize {
        let row = random.below(rows.count)
        let target = member * settings.batchSize + place
        weights[target] = weight(rows.number(of: row), member: member)
        ensemble.encode(
          rows.observations + row * size, rows.actions + row * width, into: inputs + target * ensemble.inputSize)
        writeTarget(rows, row, into: targets + target * ensemble.outputSize)
      }
    }
  }

  private func writeTarget(_ rows: DynamicsRows, _ row: Int, into target: UnsafeMutablePointer<Float>) {
    let size = ensemble.observationSize
    for column in 0..<size {
      let change = rows.nextObservations[row * size + column] - rows.observations[row * size + column]
      target[column] = (change - ensemble.targets.means[column]) / ensemble.targets.deviations[column]
    }
    if ensemble.predictsReward {
      target[size] = (rows.rewards[row] - ensemble.targets.means[size]) / ensemble.targets.deviations[size]
    }
    if ensemble.predictsEnd { target[ensemble.outputSize - 1] = rows.terminated[row] ? 1 : 0 }
  }

  /// The loss of the batch that was drawn, and its gradient into the block: the weighted mean over rows of the mean
  /// squared error of what is a number, plus the cross-entropy of the end; summed over networks.
  package func differentiate() -> Double {
    let (rows, outputs) = (settings.batchSize, ensemble.outputSize)
    let numbers = ensemble.targets.size
    let predicted = pass.forward(block.parameters, inputs: inputs, rows: rows, sharedInputs: false)
    var loss = 0.0
    for row in 0..<ensemble.members * rows {
      let weight = weights[row] / Float(rows)
      for column in 0..<numbers {
        let place = row * outputs + column
        let error = predicted[place] - targets[place]
        loss += Double(weight * error * error) / Double(numbers)
        slopes[place] = 2 * weight * error / Float(numbers)
      }
      guard ensemble.predictsEnd else { continue }
      let place = row * outputs + numbers
      let (logit, truth) = (predicted[place], targets[place])
      loss += Double(weight * (max(logit, 0) - logit * truth + log(1 + exp(-abs(logit)))))
      slopes[place] = weight * (1 / (1 + exp(-logit)) - truth)
    }
    block.gradients.update(repeating: 0, count: block.count)
    pass.backward(block.parameters, outputGradients: slopes, parameterGradients: block.gradients)
    return loss
  }

  /// Measures the error on held-out transitions, of at most `limit` of them, the latest; the variances of the ensemble
  /// follow from it. Nil if none was held out.
  package func measure(_ rows: DynamicsRows, limit: Int = 1024) -> DynamicsError? {
    let chosen = (0..<rows.count).filter { isHeldOut(rows.number(of: $0)) }
      .sorted { rows.number(of: $0) > rows.number(of: $1) }.prefix(limit)
    guard !chosen.isEmpty else { return nil }
    let (members, outputs, size) = (ensemble.members, ensemble.outputSize, ensemble.observationSize)
    let width = ensemble.actionRowSize
    var error = DynamicsError(of: [Double](repeating: 0, count: size), mean: 0)
    for row in chosen {
      ensemble.encode(rows.observations + row * size, rows.actions + row * width, into: inputs)
      writeTarget(rows, row, into: targets)
      let predicted = pass.forward(block.parameters, inputs: inputs, rows: 1)
      for column in 0..<size {
        var sum = 0.0
        for member in 0..<members {
          let offset = Double(predicted[member * outputs + column] - targets[column])
          sum += offset
          error.of[column] += offset * offset / Double(members * chosen.count)
        }
        error.mean += (sum / Double(members)) * (sum / Double(members)) / Double(size * chosen.count)
      }
    }
    // A world that is learned to the last bit still leaves room for doubt in single precision.
    ensemble.residuals = error.of.map { max($0, 1e-6) }
    error.mean = error.mean.squareRoot()
    return error
  }

  /// Takes over what a snapshot holds besides the block.
  func restore(inputs: Standardization, targets: Standardization, residuals: [Double]) {
    ensemble.inputs = inputs
    ensemble.targets = targets
    ensemble.residuals = residuals
  }
}

/// How far predictions of held-out changes are off, in units of the changes' own deviations: 1 is no better than the
/// mean change.
package struct DynamicsError: Sendable, Hashable {
  /// Mean square of one network's error, on average, for each component of the observation.
  package var of: [Double]
  /// Root mean square of the ensemble's mean, over all components.
  package var mean: Double
}
