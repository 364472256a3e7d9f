import Compute

/// A second pass through a ``ValueNetwork``'s present parameters, with scratch of its own, that leaves the network's
/// last values in place. Not thread-safe.
final class ValuePass {
  private let network: ValueNetwork
  private let passes: [NetworkPass]
  private let values: UnsafeMutablePointer<Float>

  init(_ network: ValueNetwork, capacity: Int) {
    self.network = network
    passes = network.parts.map { NetworkPass($0.shape, capacity: capacity) }
    values = zeroedFloats(capacity * network.shape.actions)
  }

  deinit { values.deallocate() }

  /// The values of all actions, [rows × actions], valid until the next call.
  func forward(_ inputs: UnsafePointer<Float>, rows: Int) -> UnsafeMutablePointer<Float> {
    let parts = network.parts
    guard network.shape.duelling else {
      return passes[0].forward(parts[0].parameters, inputs: inputs, rows: rows)
    }
    var features = inputs
    if parts.count == 3 {
      features = UnsafePointer(passes[0].forward(parts[0].parameters, inputs: inputs, rows: rows))
    }
    let last = parts.count - 1
    ValueNetwork.combine(
      passes[last - 1].forward(parts[last - 1].parameters, inputs: features, rows: rows),
      passes[last].forward(parts[last].parameters, inputs: features, rows: rows),
      actions: network.shape.actions,
      rows: rows, into: values)
    return values
  }
}
