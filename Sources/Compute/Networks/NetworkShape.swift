/// The shape of one multilayer perceptron.
///
/// Hidden layers use `activation`, the last layer `outputActivation`. The flat parameters of one network hold, layer
/// after layer, the weights [inputs × outputs] row by row (a layer computes f(x · W + b)) and then the biases
/// [outputs].
public struct NetworkShape: Codable, Sendable, Hashable {
  /// Columns of the input.
  public var inputs: Int
  /// Widths of the hidden layers, first to last; empty for a linear network.
  public var hidden: [Int]
  /// Columns of the output.
  public var outputs: Int
  /// What hidden layers apply to their sums.
  public var activation: Activation
  /// What the last layer applies to its sums.
  public var outputActivation: Activation

  /// A shape; widths must be positive.
  public init(
    inputs: Int, hidden: [Int], outputs: Int, activation: Activation = .tanh, outputActivation: Activation = .identity
  ) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
    self.activation = activation
    self.outputActivation = outputActivation
  }

  /// One affine map and its activation; the offsets count floats within one network's parameters.
  public struct Layer: Sendable, Hashable {
    /// Numbers that the layer reads.
    public let inputs: Int
    /// Numbers that the layer writes.
    public let outputs: Int
    /// Where the layer's weights begin among the parameters.
    public let weightOffset: Int
    /// Where the layer's biases begin among the parameters.
    public let biasOffset: Int
    /// What the layer applies to its sums.
    public let activation: Activation
  }

  /// The layers, first to last.
  public var layers: [Layer] {
    var result: [Layer] = []
    var width = inputs
    var offset = 0
    for (position, outputs) in (hidden + [outputs]).enumerated() {
      let biases = offset + width * outputs
      result.append(
        Layer(
          inputs: width, outputs: outputs, weightOffset: offset, biasOffset: biases,
          activation: position == hidden.count ? outputActivation : activation))
      offset = biases + outputs
      width = outputs
    }
    return result
  }

  /// Parameters of one network of this shape.
  public var parameterCount: Int {
    var count = 0
    var width = inputs
    for outputs in hidden { (count, width) = (count + (width + 1) * outputs, outputs) }
    return count + (width + 1) * outputs
  }

  /// Throws ``InputError`` unless every width is positive.
  public func validate() throws {
    guard inputs > 0, outputs > 0, hidden.allSatisfy({ $0 > 0 }) else {
      throw InputError(
        "a network of shape \(inputs) → \(hidden) → \(outputs) has an empty layer", remedy: "every width is at least 1")
    }
  }
}
