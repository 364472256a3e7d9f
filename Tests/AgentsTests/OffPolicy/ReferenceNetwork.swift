import Agents
import Compute
import Foundation
import PactolusTesting

/// A multilayer perceptron reckoned plainly in double precision, to differentiate numerically.
struct ReferenceNetwork {
  var shape: NetworkShape
  var parameters: [Double]

  init(_ shape: NetworkShape, _ parameters: [Double]) { (self.shape, self.parameters) = (shape, parameters) }

  init(_ network: LearnedNetwork) { self.init(network.shape, network.parameterVector.map(Double.init)) }

  func callAsFunction(_ input: [Double]) -> [Double] {
    var values = input
    if let images = shape.images { values = ReferenceImages(images)(parameters, values) }
    for layer in shape.layers {
      values = (0..<layer.outputs).map { output in
        var sum = parameters[layer.biasOffset + output]
        for index in 0..<layer.inputs {
          sum += values[index] * parameters[layer.weightOffset + index * layer.outputs + output]
        }
        switch layer.activation {
        case .identity: return sum
        case .tanh: return tanh(sum)
        case .relu: return max(0, sum)
        case .leakyReLU: return sum > 0 ? sum : 0.01 * sum
        }
      }
    }
    return values
  }
}

/// Normal rows, each transition with its own discount, actions as the caller wants them.
func randomBatch(
  rows: Int, observationSize: Int, actionSize: Int, seed: UInt64, action: (inout RandomStream) -> Float
) -> ReplayBatch {
  var random = RandomSource(seed: seed).stream("test/batch")
  let batch = ReplayBatch(capacity: rows, observationSize: observationSize, actionSize: actionSize)
  batch.setRows(rows)
  for index in 0..<rows * observationSize {
    batch.observations[index] = Float(random.normal())
    batch.nextObservations[index] = Float(random.normal())
  }
  for index in 0..<rows * actionSize { batch.actions[index] = action(&random) }
  for row in 0..<rows {
    batch.rewards[row] = Float(random.normal())
    batch.discounts[row] = row % 5 == 0 ? 0 : 0.9
    batch.weights[row] = 0.5 + random.uniformFloat()
  }
  return batch
}

extension ReplayBatch {
  func observation(_ row: Int, _ size: Int) -> [Double] { (0..<size).map { Double(observations[row * size + $0]) } }
  func nextObservation(_ row: Int, _ size: Int) -> [Double] {
    (0..<size).map { Double(nextObservations[row * size + $0]) }
  }
  func action(_ row: Int, _ size: Int) -> [Double] { (0..<size).map { Double(actions[row * size + $0]) } }
}

/// Away from the first weights, so that no part of a gradient is tiny.
func scatter(_ blocks: [ParameterBlock], seed: UInt64) {
  var random = RandomSource(seed: seed).stream("test/scatter")
  for block in blocks { block.parameterVector = block.parameterVector.map { $0 + 0.3 * Float(random.normal()) } }
}
