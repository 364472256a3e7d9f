import CKernels

/// Scratch memory for forward and backward passes of up to `capacity` rows through networks of one shape, all members
/// in one call. Reusable; not thread-safe: one per thread.
///
/// ```swift
/// let pass = NetworkPass(shape, capacity: 64)
/// var predicted = outputs.mutableSpan
/// pass.evaluate(parameters.span, inputs: rows.span, rows: 64, into: &predicted)
/// var slopes = gradients.mutableSpan
/// pass.differentiate(parameters.span, inputs: rows.span, rows: 64, into: &slopes) { outputs, derivatives in
///   for row in 0..<64 { derivatives[row] = 2 * (outputs[row] - wanted[row]) }   // of a squared error
/// }
/// ```
///
/// A row's result does not depend on the other rows, nor on their number. For speed give blocks of 100 to 200 rows: the
/// activations of both passes then stay in the processor's second-level cache.
public final class NetworkPass {
  /// The shape of each member.
  public let shape: NetworkShape
  /// How many networks of this shape a call evaluates.
  public let members: Int
  /// The most rows that one pass can take.
  public let capacity: Int

  private let layers: [NetworkShape.Layer]
  private let parameterCount: Int
  private let activations: [UnsafeMutablePointer<Float>]
  private let gradients: [UnsafeMutablePointer<Float>]
  private let scratch: UnsafeMutablePointer<Float>
  /// What looks at the images that the inputs begin with.
  private let eyes: ImagePass?
  // What the last forward pass was given, for the backward pass.
  private var inputs: UnsafePointer<Float>?
  private var rows = 0
  private var sharedInputs = true

  /// Scratch memory for `members` networks and up to `capacity` rows.
  public init(_ shape: NetworkShape, members: Int = 1, capacity: Int) {
    precondition(members > 0 && capacity >= 0, "a pass needs members and room for its rows")
    self.shape = shape
    self.members = members
    self.capacity = capacity
    layers = shape.layers
    parameterCount = shape.parameterCount
    activations = layers.map { allocate(members * capacity * $0.outputs) }
    let widest = layers.map(\.outputs).max() ?? 1
    gradients = (0..<2).map { _ in allocate(capacity * widest) }
    scratch = allocate(layers.map { pk_layer_scratch($0.inputs, $0.outputs) }.max() ?? 1)
    eyes = shape.images.map { ImagePass($0, inputs: shape.inputs, members: members, capacity: capacity) }
  }

  deinit {
    for buffer in activations + gradients + [scratch] { buffer.deallocate() }
  }

  /// Evaluates all members.
  ///
  /// Of the parameters:
  /// - `parameters`: [members × parameterCount].
  /// - `inputs`: [rows × inputs] if shared, else [members × rows × inputs]. Must stay in place until after `backward`,
  ///   which reads them again: take the pointer with `withUnsafeBufferPointer` around both calls. An array passed
  ///   directly is guaranteed to live only for this call.
  /// - Returns: [members × rows × outputs], valid until the next call.
  @discardableResult
  package func forward(
    _ parameters: UnsafePointer<Float>, inputs: UnsafePointer<Float>, rows: Int, sharedInputs: Bool = true
  ) -> UnsafeMutablePointer<Float> {
    precondition(rows >= 0 && rows <= capacity, "a pass of capacity \(capacity) cannot take \(rows) rows")
    self.inputs = inputs
    self.rows = rows
    self.sharedInputs = sharedInputs
    for member in 0..<members {
      let values = parameters + member * parameterCount
      var source = memberInputs(member, inputs)
      if let eyes {
        source = eyes.forward(values, source, rows: rows, member: member, isSame: sharedInputs && member > 0)
      }
      for (layer, buffer) in zip(layers, activations) {
        let target = buffer + member * rows * layer.outputs
        pk_layer_forward(
          source, values + layer.weightOffset, values + layer.biasOffset, target, rows, layer.inputs, layer.outputs,
          layer.activation.code)
        source = UnsafePointer(target)
      }
    }
    return activations[layers.count - 1]
  }

  /// Derivatives of a loss, from its derivatives with respect to the outputs of the last `forward`.
  ///
  /// - Parameters:
  ///   - parameters: the same as in `forward`.
  ///   - outputGradients: [members × rows × outputs].
  ///   - parameterGradients: [members × parameterCount]; the derivatives are added to what stands there. Nil saves the
  ///     work, where only the inputs' derivatives are wanted.
  ///   - overwrites: the derivatives take the place of what stands there; without `chunkStride` only.
  ///   - chunkStride: if given, `parameterGradients` holds a copy for each chunk of `chunkRows` rows, this far apart:
  ///     adding the copies up in order gives the same bits as one buffer for all chunks.
  ///   - inputGradients: [members × rows × inputs], overwritten; nil saves the work.
  package func backward(
    _ parameters: UnsafePointer<Float>, outputGradients: UnsafePointer<Float>,
    parameterGradients: UnsafeMutablePointer<Float>?, overwrites: Bool = false, chunkStride: Int? = nil,
    inputGradients: UnsafeMutablePointer<Float>? = nil
  ) {
    guard let inputs else { preconditionFailure("backward comes after forward") }
    precondition(!overwrites || chunkStride == nil && rows > 0, "copies of gradients are added to")
    for member in 0..<members {
      let values = parameters + member * parameterCount
      let derivatives = parameterGradients.map { $0 + member * parameterCount }
      var upper = outputGradients + member * rows * shape.outputs
      if let last = layers.last, last.activation != .identity {
        let outputs = activations[layers.count - 1] + member * rows * last.outputs
        let target = gradients[(layers.count - 1) & 1]
        pk_activation_backward(upper, outputs, target, rows * last.outputs, last.activation.code)
        upper = UnsafePointer(target)
      }
      for position in layers.indices.reversed() {
        let layer = layers[position]
        let below =
          position == 0
          ? eyes.map { $0.outputs(member: member) } ?? memberInputs(member, inputs)
          : UnsafePointer(activations[position - 1] + member * rows * layer.inputs)
        if let derivatives {
          let step = chunkStride == nil ? max(rows, 1) : Self.chunkRows
          let write = overwrites ? pk_set_layer_parameter_gradients : pk_layer_parameter_gradients
          for first in stride(from: 0, to: rows, by: step) {
            let target = derivatives + first / step * (chunkStride ?? 0)
            write(
              below + first * layer.inputs, upper + first * layer.outputs, target + layer.weightOffset,
              target + layer.biasOffset, min(step, rows - first), layer.inputs, layer.outputs, scratch)
          }
        }
        if position > 0 {
          let target = gradients[(position - 1) & 1]
          pk_layer_input_gradients(
            upper, values + layer.weightOffset, below, target, rows, layer.inputs, layer.outputs,
            layers[position - 1].activation.code, scratch)
          upper = UnsafePointer(target)
        } else if let eyes {
          pk_layer_input_gradients(
            upper, values + layer.weightOffset, nil, eyes.outputSlopes, rows, layer.inputs, layer.outputs,
            Int32(PK_IDENTITY), scratch)
          eyes.backward(
            values, memberInputs(member, inputs), rows: rows, member: member, isSame: sharedInputs || members == 1,
            parameterGradients: derivatives, overwrites: overwrites, chunkStride: chunkStride,
            inputGradients: inputGradients.map { $0 + member * rows * shape.inputs })
        } else if let inputGradients {
          pk_layer_input_gradients(
            upper, values + layer.weightOffset, nil, inputGradients + member * rows * layer.inputs, rows, layer.inputs,
            layer.outputs, Int32(PK_IDENTITY), scratch)
        }
      }
    }
  }

  /// Rows whose parameter gradients are summed in one chain; sums over more rows are sums of such chains.
  package static var chunkRows: Int { Int(PK_GRADIENT_ROWS) }

  private func memberInputs(_ member: Int, _ inputs: UnsafePointer<Float>) -> UnsafePointer<Float> {
    sharedInputs ? inputs : inputs + member * rows * shape.inputs
  }
}

/// Zeroed floats on a cache line's boundary.
private func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
  let bytes = max(count, 1) * MemoryLayout<Float>.stride
  let buffer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    .bindMemory(to: Float.self, capacity: max(count, 1))
  buffer.initialize(repeating: 0, count: max(count, 1))
  return buffer
}
