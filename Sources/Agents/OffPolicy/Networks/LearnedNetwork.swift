import CKernels
import Compute

/// One network of a learner, with a pass of its own. Not thread-safe; different networks may be used side by side.
package final class LearnedNetwork: ParameterBlock {
  package let shape: NetworkShape
  private let initial: Network
  private let pass: NetworkPass
  /// What the last `forward` returned, [rows × outputs].
  package private(set) var outputs: UnsafeMutablePointer<Float>

  /// A network that begins at these values; without a learning rate it does not learn.
  package init(_ name: String, _ network: Network, capacity: Int, learningRate: Float?) {
    precondition(network.members == 1, "a network of one member")
    initial = network
    shape = network.shape
    pass = NetworkPass(network.shape, capacity: capacity)
    outputs = pass.forward(network.parameters, inputs: network.parameters, rows: 0)
    let parts = shape.tensors.map { Part(name: "\(name).\($0.name)", start: $0.start, shape: $0.shape) }
    super.init(name, parts: parts, network.parameters, learningRate: learningRate)
  }

  /// [rows × outputs], valid until the next call.
  @discardableResult
  func forward(_ inputs: UnsafePointer<Float>, rows: Int) -> UnsafeMutablePointer<Float> {
    outputs = pass.forward(parameters, inputs: inputs, rows: rows)
    return outputs
  }

  /// The gradient of a loss by its derivatives at the last outputs; it replaces what stood in `gradients`.
  func backward(
    _ outputGradients: UnsafePointer<Float>, inputGradients: UnsafeMutablePointer<Float>? = nil
  ) {
    gradients.update(repeating: 0, count: count)
    pass.backward(
      parameters, outputGradients: outputGradients, parameterGradients: gradients,
      inputGradients: inputGradients)
  }

  /// Only what the loss's derivatives are by the inputs.
  func differentiateInputs(
    _ outputGradients: UnsafePointer<Float>, into: UnsafeMutablePointer<Float>
  ) {
    pass.backward(
      parameters, outputGradients: outputGradients, parameterGradients: nil, inputGradients: into)
  }

  /// Moves towards another network of the same shape: θ ← (1 − share) · θ + share · θ'.
  func approach(_ other: LearnedNetwork, share: Float) {
    if share == 1 {
      parameters.update(from: other.parameters, count: count)
    } else {
      pk_approach(parameters, other.parameters, share, count)
    }
  }

  /// The network as a value.
  var value: Network {
    var network = initial
    network.parameters = parameterVector
    return network
  }
}
