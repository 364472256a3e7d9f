/// A multilayer perceptron, or an ensemble of several of the same shape, as a value: the shape and the flat parameters.
///
/// ```swift
/// let shape = NetworkShape(inputs: 3, hidden: [64, 64], outputs: 1, activation: .tanh)
/// let network = Network(shape, initialization: .he, random: RandomSource(seed: 0))
/// let values = network([0.1, 0.2, 0.3], rows: 1)
/// ```
///
/// It knows how to evaluate itself, for convenience. To train, or to evaluate without allocating, use ``NetworkPass``,
/// which owns the scratch memory, on `parameters`.
public struct Network: Codable, Sendable, Hashable {
  /// The shape of each member.
  public let shape: NetworkShape
  /// How many networks; their parameters follow one another.
  public let members: Int
  /// members × `shape.parameterCount` values, in the layout of ``NetworkShape``.
  public var parameters: [Float]

  /// New networks. Layer `l` of member `m` draws from the stream `network/layer-l` with index m, so that a member does
  /// not depend on how many others there are; convolution `l` from `network/convolution-l`.
  public init(_ shape: NetworkShape, members: Int = 1, initialization: Initialization, random: RandomSource) {
    precondition(members > 0, "a network needs at least one member")
    let count = shape.parameterCount
    let layers = shape.layers
    let convolutions = shape.images?.shape.layers ?? []
    self.shape = shape
    self.members = members
    parameters = [Float](unsafeUninitializedCapacity: members * count) { buffer, initialized in
      buffer.initialize(repeating: 0)
      let base = buffer.baseAddress!
      for member in 0..<members {
        for (position, layer) in convolutions.enumerated() {
          var stream = random.stream("network/convolution-\(position)", member)
          initialization.fill(
            weights: base + member * count + layer.weightOffset, biases: base + member * count + layer.biasOffset,
            inputs: layer.inputs, outputs: layer.filters, isLast: false, random: &stream)
        }
        for (position, layer) in layers.enumerated() {
          var stream = random.stream("network/layer-\(position)", member)
          initialization.fill(
            weights: base + member * count + layer.weightOffset, biases: base + member * count + layer.biasOffset,
            inputs: layer.inputs, outputs: layer.outputs, isLast: position == layers.count - 1, random: &stream)
        }
      }
      initialized = members * count
    }
  }

  /// Networks with given parameters. Throws ``InputError`` if their number does not match or one is not finite.
  public init(_ shape: NetworkShape, members: Int = 1, parameters: [Float]) throws {
    try shape.validate()
    guard members > 0 else { throw InputError("a network needs at least one member") }
    let expected = members * shape.parameterCount
    guard parameters.count == expected else {
      throw InputError("\(parameters.count) parameters for networks that have \(expected)")
    }
    if let index = parameters.firstIndex(where: { !$0.isFinite }) {
      throw InputError("parameter \(index) of a network is \(parameters[index])", remedy: "parameters must be finite")
    }
    self.shape = shape
    self.members = members
    self.parameters = parameters
  }

  /// The parameters of one member alone.
  package func parameters(of member: Int) -> ArraySlice<Float> {
    parameters[member * shape.parameterCount..<(member + 1) * shape.parameterCount]
  }

  /// Outputs [members × rows × outputs] for inputs [rows × inputs] that all members share.
  public func callAsFunction(_ inputs: [Float], rows: Int) -> [Float] {
    precondition(inputs.count == rows * shape.inputs, "inputs must be rows × \(shape.inputs)")
    let pass = NetworkPass(shape, members: members, capacity: rows)
    let outputs = pass.forward(parameters, inputs: inputs, rows: rows)
    return Array(UnsafeBufferPointer(start: outputs, count: members * rows * shape.outputs))
  }

  private enum CodingKeys: String, CodingKey { case shape, members, parameters }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      box.decode(NetworkShape.self, forKey: .shape), members: box.decode(Int.self, forKey: .members),
      parameters: box.decode([Float].self, forKey: .parameters))
  }
}
