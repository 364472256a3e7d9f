import Compute
import Foundation
import PactolusTesting

/// The plain twin of `NetworkPass`: one network, in double precision, a loop per index.
struct ReferenceNetwork {
  var shape: NetworkShape

  /// Outputs [rows × outputs] for parameters of one member and inputs [rows × inputs].
  func outputs(_ parameters: [Double], inputs: [Double], rows: Int) -> [Double] {
    var values = inputs
    if let images = shape.images {
      let look = ReferenceImages(images)
      values = (0..<rows).flatMap { look(parameters, Array(inputs[$0 * shape.inputs..<($0 + 1) * shape.inputs])) }
    }
    for layer in shape.layers {
      var next = [Double](repeating: 0, count: rows * layer.outputs)
      for i in 0..<rows {
        for j in 0..<layer.outputs {
          var sum = parameters[layer.biasOffset + j]
          for k in 0..<layer.inputs {
            sum += values[i * layer.inputs + k] * parameters[layer.weightOffset + k * layer.outputs + j]
          }
          next[i * layer.outputs + j] = apply(layer.activation, sum)
        }
      }
      values = next
    }
    return values
  }

  private func apply(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .identity: x
    case .tanh: tanh(x)
    case .relu: max(0, x)
    case .leakyReLU: x > 0 ? x : 0.01 * x
    }
  }
}
