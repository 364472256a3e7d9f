/// A network for images as a value: the shape and the flat parameters. To train, or to evaluate without allocating, use
/// ``ConvolutionalPass`` on `parameters`.
public struct ConvolutionalNetwork: Codable, Sendable, Hashable {
  /// Its layers.
  public let shape: ConvolutionalShape
  /// `shape.parameterCount` values, in the layout of ``ConvolutionalShape``.
  public var parameters: [Float]

  /// A new network. Convolution `l` draws from the stream `network/convolution-l`, dense layer `l` from
  /// `network/layer-l`.
  ///
  /// - Precondition: the shape is valid.
  public init(_ shape: ConvolutionalShape, initialization: Initialization, random: RandomSource) {
    self.shape = shape
    var parameters = [Float](repeating: 0, count: shape.parameterCount)
    parameters.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for (position, layer) in shape.layers.enumerated() {
        var stream = random.stream("network/convolution-\(position)")
        initialization.fill(
          weights: base + layer.weightOffset, biases: base + layer.biasOffset, inputs: layer.inputs,
          outputs: layer.filters, isLast: false, random: &stream)
      }
    }
    let head = Network(shape.head, initialization: initialization, random: random)
    parameters.replaceSubrange(shape.headOffset..., with: head.parameters)
    self.parameters = parameters
  }

  /// A network with given parameters. Throws ``InputError`` if the shape cannot be, their number does not match or one is
  /// not finite.
  public init(_ shape: ConvolutionalShape, parameters: [Float]) throws {
    try shape.validate()
    guard parameters.count == shape.parameterCount else {
      throw InputError("\(parameters.count) parameters for a network that has \(shape.parameterCount)")
    }
    if let index = parameters.firstIndex(where: { !$0.isFinite }) {
      throw InputError("parameter \(index) of a network is \(parameters[index])", remedy: "parameters must be finite")
    }
    self.shape = shape
    self.parameters = parameters
  }

  /// Outputs [rows × outputs] for images [rows × height × width × channels].
  public func callAsFunction(_ images: [Float], rows: Int) -> [Float] {
    precondition(images.count == rows * shape.inputs, "images must be rows × \(shape.inputs)")
    let pass = ConvolutionalPass(shape, capacity: rows)
    return images.withUnsafeBufferPointer { images in
      parameters.withUnsafeBufferPointer { parameters in
        guard let images = images.baseAddress, let parameters = parameters.baseAddress else { return [] }
        let outputs = pass.forward(parameters, images: images, rows: rows)
        return Array(UnsafeBufferPointer(start: outputs, count: rows * shape.outputs))
      }
    }
  }

  private enum CodingKeys: String, CodingKey { case shape, parameters }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      box.decode(ConvolutionalShape.self, forKey: .shape), parameters: box.decode([Float].self, forKey: .parameters))
  }
}
