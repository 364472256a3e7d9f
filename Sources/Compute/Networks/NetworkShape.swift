/// The shape of one multilayer perceptron.
///
/// Hidden layers use `activation`, the last layer `outputActivation`. The flat parameters of one network hold, layer
/// after layer, the weights [inputs × outputs] row by row (a layer computes f(x · W + b)) and then the biases
/// [outputs]. With ``images`` the convolutions' parameters come first.
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
  /// How the images that the input begins with are looked at; nil for plain numbers.
  public var images: ImageLayers?

  /// A shape; widths must be positive.
  public init(
    inputs: Int, hidden: [Int], outputs: Int, activation: Activation = .tanh, outputActivation: Activation = .identity,
    images: ImageLayers? = nil
  ) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
    self.activation = activation
    self.outputActivation = outputActivation
    self.images = images
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

  /// Numbers that the first dense layer reads: the inputs, or what the convolutions write with what stands behind the
  /// images.
  public var denseInputs: Int { images.map { $0.outputs + inputs - $0.count } ?? inputs }

  /// The dense layers, first to last.
  public var layers: [Layer] {
    var result: [Layer] = []
    var width = denseInputs
    var offset = images?.parameterCount ?? 0
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
    var count = images?.parameterCount ?? 0
    var width = denseInputs
    for outputs in hidden { (count, width) = (count + (width + 1) * outputs, outputs) }
    return count + (width + 1) * outputs
  }

  /// The parameters' parts as files name them: `convolution-0.weight` [patch × filters], `convolution-0.bias`, …,
  /// `0.weight` [inputs × outputs], `0.bias`, …, with where each begins.
  package var tensors: [(name: String, start: Int, shape: [Int])] {
    var tensors: [(name: String, start: Int, shape: [Int])] = []
    func append(_ name: String, _ weights: Int, _ inputs: Int, _ biases: Int, _ outputs: Int) {
      tensors.append(("\(name).weight", weights, [inputs, outputs]))
      tensors.append(("\(name).bias", biases, [outputs]))
    }
    for (index, each) in (images?.shape.layers ?? []).enumerated() {
      append("convolution-\(index)", each.weightOffset, each.inputs, each.biasOffset, each.filters)
    }
    for (index, each) in layers.enumerated() {
      append("\(index)", each.weightOffset, each.inputs, each.biasOffset, each.outputs)
    }
    return tensors
  }

  /// Throws ``InputError`` unless every width is positive and the images, if there are any, can be looked at.
  public func validate() throws {
    if let images {
      try images.validate()
      guard inputs >= images.count else {
        throw InputError("an input of \(inputs) numbers does not hold images of \(images.count)")
      }
    }
    guard inputs > 0, outputs > 0, hidden.allSatisfy({ $0 > 0 }) else {
      throw InputError(
        "a network of shape \(inputs) → \(hidden) → \(outputs) has an empty layer", remedy: "every width is at least 1")
    }
  }
}
