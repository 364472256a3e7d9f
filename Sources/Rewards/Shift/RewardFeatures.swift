import Compute

/// What a reward network makes of a transition before it says a number: the units of its last hidden layer.
///
/// Distances between them see what the reward looks at, and are blind where it is: features that no answer ever needed
/// are mapped away. So they stay quieter than the inputs where something changes that never mattered, and cannot be
/// relied on for what is new altogether.
///
/// Source: Lee, Lee, Lee, Shin, NeurIPS 2018 (distances between features of a network).
public struct RewardFeatures: Sendable {
  private let network: Network
  private let inputNormalizer: RunningNormalizer?
  private let encoding: TransitionEncoding

  /// - Parameters:
  ///   - model: the reward, as it is now.
  ///   - member: which network of the ensemble.
  /// - Throws: `InputError` for a member that there is not, or networks without a hidden layer.
  public init(_ model: RewardModel, member: Int = 0) throws {
    guard (0..<model.members).contains(member) else {
      throw InputError("member \(member) of a reward of \(model.members)", remedy: "members are counted from 0")
    }
    network = try Self.body(of: model.network, member: member)
    (inputNormalizer, encoding) = (model.inputNormalizer, model.encoding)
  }

  /// Numbers in a row of features.
  public var width: Int { network.shape.outputs }

  /// The features of each transition, in order: [count × ``width``].
  public func features(of transitions: TransitionRows) -> Matrix {
    var encoded = [Float](repeating: 0, count: transitions.count * encoding.width)
    encoded.withUnsafeMutableBufferPointer { encoded in
      guard let start = encoded.baseAddress else { return }
      encoding.encode(transitions, into: start)
      inputNormalizer?.normalize(start, rows: transitions.count, into: start, clip: nil)
    }
    return Self.outputs(of: network, encoded, rows: transitions.count)
  }

  /// One network without its last layer: a layer's parameters stand behind those of the layers before it.
  package static func body(of network: Network, member: Int) throws -> Network {
    let shape = network.shape
    guard let last = shape.hidden.last else {
      throw InputError(
        "a network without a hidden layer has no features", at: "reward.hidden", remedy: "use its inputs")
    }
    let body = NetworkShape(
      inputs: shape.inputs, hidden: Array(shape.hidden.dropLast()), outputs: last, activation: shape.activation,
      outputActivation: shape.activation, images: shape.images)
    return try Network(body, parameters: Array(network.parameters(of: member).prefix(body.parameterCount)))
  }

  /// What one network makes of rows of inputs: [rows × outputs].
  package static func outputs(of network: Network, _ inputs: [Float], rows: Int) -> Matrix {
    let (width, outputs, block) = (network.shape.inputs, network.shape.outputs, 128)
    precondition(inputs.count == rows * width && network.members == 1, "rows of \(width) numbers, and one network")
    let pass = NetworkPass(network.shape, capacity: block)
    var result = Matrix(rows: rows, columns: outputs)
    inputs.withUnsafeBufferPointer { inputs in
      guard let start = inputs.baseAddress else { return }
      for first in stride(from: 0, to: rows, by: block) {
        let count = min(block, rows - first)
        let values = pass.forward(network.parameters, inputs: start + first * width, rows: count)
        for index in 0..<count * outputs { result.elements[first * outputs + index] = Double(values[index]) }
      }
    }
    return result
  }
}
