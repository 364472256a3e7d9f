import Compute

/// What a network that tells the value of each action is made of.
///
/// Plain: inputs → hidden → actions. Duelling: all hidden layers but the last are shared, then one stream goes by a
/// hidden layer to the state's value V and one to the advantages A, and Q = V + A − mean A. Convolutions, where the
/// observation is an image, come before the hidden layers.
///
/// Source of the duelling form: Wang et al., "Dueling network architectures for deep reinforcement learning",
/// arXiv 1511.06581, equation 9.
public struct ValueNetworkShape: Sendable, Codable, Hashable {
  /// Columns of the observation.
  public let inputs: Int
  /// Widths of the hidden layers.
  public let hidden: [Int]
  /// The number of actions.
  public let actions: Int
  /// Of the hidden layers.
  public let activation: Activation
  /// Whether value and advantages have streams of their own.
  public let duelling: Bool
  /// How an image is looked at; nil for plain numbers.
  public let images: ImageLayers?

  /// The networks it consists of: alone, or trunk (if there is one), value and advantages.
  var parts: [(name: String, shape: NetworkShape)] {
    guard duelling else {
      return [
        (
          "",
          NetworkShape(inputs: inputs, hidden: hidden, outputs: actions, activation: activation, images: images)
        )
      ]
    }
    var parts: [(name: String, shape: NetworkShape)] = []
    var width = inputs
    if hidden.count > 1 {
      width = hidden[hidden.count - 2]
      parts.append(
        (
          ".trunk",
          NetworkShape(
            inputs: inputs, hidden: Array(hidden.dropLast(2)), outputs: width,
            activation: activation,
            outputActivation: activation, images: images)
        ))
    }
    let last = Array(hidden.suffix(1))
    parts.append(
      (".value", NetworkShape(inputs: width, hidden: last, outputs: 1, activation: activation)))
    parts.append(
      (
        ".advantage",
        NetworkShape(inputs: width, hidden: last, outputs: actions, activation: activation)
      ))
    return parts
  }
}

/// The networks of a ``ValueNetworkShape`` with what their training needs. Not thread-safe.
package final class ValueNetwork {
  package let shape: ValueNetworkShape
  package let parts: [LearnedNetwork]
  private let capacity: Int
  /// [rows × actions]: what the last `forward` returned.
  package let values: UnsafeMutablePointer<Float>
  // The duelling form's derivatives by the two streams' outputs and by the trunk's.
  private let valueGradients: UnsafeMutablePointer<Float>
  private let advantageGradients: UnsafeMutablePointer<Float>
  private let trunkGradients: [UnsafeMutablePointer<Float>]

  /// Networks that begin at these values, in the order of the shape's parts; without a learning rate they do not learn.
  package init(
    _ name: String, _ shape: ValueNetworkShape, _ networks: [Network], capacity: Int,
    learningRate: Float?
  ) {
    self.shape = shape
    self.capacity = capacity
    parts = zip(shape.parts, networks).map { part, network in
      LearnedNetwork(name + part.name, network, capacity: capacity, learningRate: learningRate)
    }
    values = zeroedFloats(capacity * shape.actions)
    let width = shape.duelling ? parts[parts.count - 1].shape.inputs : 0
    valueGradients = zeroedFloats(shape.duelling ? capacity : 0)
    advantageGradients = zeroedFloats(shape.duelling ? capacity * shape.actions : 0)
    trunkGradients = (0..<2).map { _ in zeroedFloats(capacity * width) }
  }

  deinit {
    for block in [values, valueGradients, advantageGradients] + trunkGradients {
      block.deallocate()
    }
  }

  /// Fresh networks, each from a stream of its own.
  package static func drawn(_ shape: ValueNetworkShape, random: RandomSource) -> [Network] {
    shape.parts.map {
      Network($0.shape, initialization: .pyTorchDefault, random: random.child("part" + $0.name))
    }
  }

  private var hasTrunk: Bool { parts.count == 3 }

  /// The values of all actions, [rows × actions], valid until the next call.
  @discardableResult
  package func forward(_ inputs: UnsafePointer<Float>, rows: Int) -> UnsafeMutablePointer<Float> {
    precondition(rows <= capacity, "at most as many rows as there is room for")
    let actions = shape.actions
    guard shape.duelling else {
      values.update(from: parts[0].forward(inputs, rows: rows), count: rows * actions)
      return values
    }
    let features = hasTrunk ? UnsafePointer(parts[0].forward(inputs, rows: rows)) : inputs
    let stateValues = parts[parts.count - 2].forward(features, rows: rows)
    let advantages = parts[parts.count - 1].forward(features, rows: rows)
    Self.combine(stateValues, advantages, actions: actions, rows: rows, into: values)
    return values
  }

  /// Q = V + A − mean A, [rows × actions].
  static func combine(
    _ stateValues: UnsafePointer<Float>, _ advantages: UnsafePointer<Float>, actions: Int,
    rows: Int,
    into values: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      var sum: Float = 0
      for action in 0..<actions { sum += advantages[row * actions + action] }
      let offset = stateValues[row] - sum / Float(actions)
      for action in 0..<actions {
        values[row * actions + action] = advantages[row * actions + action] + offset
      }
    }
  }

  /// The gradient of a loss by its derivatives at the last values, [rows × actions].
  package func backward(_ gradients: UnsafePointer<Float>, rows: Int) {
    guard shape.duelling else {
      parts[0].backward(gradients)
      return
    }
    let actions = shape.actions
    for row in 0..<rows {
      var sum: Float = 0
      for action in 0..<actions { sum += gradients[row * actions + action] }
      valueGradients[row] = sum
      for action in 0..<actions {
        advantageGradients[row * actions + action] =
          gradients[row * actions + action] - sum / Float(actions)
      }
    }
    let (value, advantage) = (parts[parts.count - 2], parts[parts.count - 1])
    guard hasTrunk else {
      value.backward(valueGradients)
      advantage.backward(advantageGradients)
      return
    }
    value.backward(valueGradients, inputGradients: trunkGradients[0])
    advantage.backward(advantageGradients, inputGradients: trunkGradients[1])
    let (total, other) = (trunkGradients[0], trunkGradients[1])
    for index in 0..<rows * advantage.shape.inputs { total[index] += other[index] }
    parts[0].backward(total)
  }
}
