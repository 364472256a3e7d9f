import CKernels

/// Scratch memory for forward and backward passes of up to `capacity` images through networks of one shape. Reusable;
/// not thread-safe: one per thread.
///
/// A convolution copies the patches that its filters see into rows and multiplies those by the weights with the kernels
/// of the dense layers, one image after the other, so that the rows stay in the second-level cache; the backward pass
/// copies them again rather than keeping them. An image's result does not depend on the other images, nor on their
/// number.
///
/// Complexity: two operations for each weight and place forward, four more backward (two for the first convolution,
/// whose images need no gradient).
public final class ConvolutionalPass {
  /// The network's shape.
  public let shape: ConvolutionalShape
  /// The most images that one pass can take.
  public let capacity: Int

  private let layers: [ConvolutionalShape.Layer]
  private let head: NetworkPass
  private let headOffset: Int
  /// What each convolution writes, [capacity × places × filters].
  private let activations: [UnsafeMutablePointer<Float>]
  /// Derivatives of what a convolution writes, for two neighbours by turns.
  private let slopes: [UnsafeMutablePointer<Float>]
  private let patches: UnsafeMutablePointer<Float>
  private let transposed: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  /// The derivatives of one call's convolutions, before they are added to what the caller holds.
  private let sums: UnsafeMutablePointer<Float>
  // What the last forward pass was given, for the backward pass.
  private var images: UnsafePointer<Float>?
  private var rows = 0

  /// Scratch memory for up to `capacity` images; 64 are about 10 MB for the Atari papers' network.
  ///
  /// - Precondition: the shape is valid.
  public init(_ shape: ConvolutionalShape, capacity: Int) {
    precondition(capacity >= 0, "a pass needs room for its images")
    self.shape = shape
    self.capacity = capacity
    let layers = shape.layers
    self.layers = layers
    head = NetworkPass(shape.head, capacity: capacity)
    headOffset = shape.headOffset
    func room(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
        .bindMemory(to: Float.self, capacity: max(count, 1))
      memory.initialize(repeating: 0, count: max(count, 1))
      return memory
    }
    func most(_ size: (ConvolutionalShape.Layer) -> Int) -> Int { layers.map(size).max() ?? 1 }
    activations = layers.map { room(capacity * $0.written) }
    slopes = (0..<2).map { _ in room(capacity * most(\.written)) }
    patches = room(most { $0.places * $0.inputs })
    transposed = room(most { $0.inputs * $0.filters })
    scratch = room(most { pk_layer_scratch($0.inputs, $0.filters) })
    sums = room(headOffset)
  }

  deinit {
    for buffer in activations + slopes + [patches, transposed, scratch, sums] { buffer.deallocate() }
  }

  /// Evaluates the network.
  ///
  /// - Parameters:
  ///   - parameters: [parameterCount].
  ///   - images: [rows × height × width × channels]. Must stay in place until after `backward`, which reads them again.
  ///   - rows: how many images there are.
  /// - Returns: [rows × outputs], valid until the next call.
  @discardableResult
  package func forward(
    _ parameters: UnsafePointer<Float>, images: UnsafePointer<Float>, rows: Int
  ) -> UnsafeMutablePointer<Float> {
    precondition(rows >= 0 && rows <= capacity, "a pass of capacity \(capacity) cannot take \(rows) images")
    self.images = images
    self.rows = rows
    var source = images
    for (layer, target) in zip(layers, activations) {
      for image in 0..<rows {
        pk_gather_patches(source + image * layer.read, patches, layer.patches)
        pk_layer_forward(
          patches, parameters + layer.weightOffset, parameters + layer.biasOffset, target + image * layer.written,
          layer.places, layer.inputs, layer.filters, shape.activation.code)
      }
      source = UnsafePointer(target)
    }
    return head.forward(parameters + headOffset, inputs: source, rows: rows)
  }

  /// Derivatives of a loss, from its derivatives with respect to the outputs of the last `forward`.
  ///
  /// - Parameters:
  ///   - parameters: the same as in `forward`.
  ///   - outputGradients: [rows × outputs].
  ///   - parameterGradients: [parameterCount]; the derivatives are added to what stands there. With at most
  ///     `chunkRows` images, what is added does not depend on what stands there, to the bit.
  ///   - overwrites: the derivatives take the place of what stands there, for at least one image.
  package func backward(
    _ parameters: UnsafePointer<Float>, outputGradients: UnsafePointer<Float>,
    parameterGradients: UnsafeMutablePointer<Float>, overwrites: Bool = false
  ) {
    guard let images else { preconditionFailure("backward comes after forward") }
    let last = layers.count - 1
    head.backward(
      parameters + headOffset, outputGradients: outputGradients, parameterGradients: parameterGradients + headOffset,
      overwrites: overwrites, inputGradients: slopes[last & 1])
    sums.update(repeating: 0, count: headOffset)
    for position in layers.indices.reversed() {
      let layer = layers[position]
      let (above, below) = (slopes[position & 1], slopes[(position & 1) ^ 1])
      pk_activation_backward(
        above, activations[position], above, rows * layer.written, shape.activation.code)
      let source = position == 0 ? images : UnsafePointer(activations[position - 1])
      if position > 0 { pk_transpose(parameters + layer.weightOffset, transposed, layer.inputs, layer.filters) }
      for image in 0..<rows {
        let slope = above + image * layer.written
        pk_gather_patches(source + image * layer.read, patches, layer.patches)
        pk_layer_parameter_gradients(
          patches, slope, sums + layer.weightOffset, sums + layer.biasOffset, layer.places, layer.inputs,
          layer.filters, scratch)
        guard position > 0 else { continue }
        // The slopes of the patches take the place of the patches, and go back to where those came from.
        pk_layer_forward(
          slope, transposed, nil, patches, layer.places, layer.filters, layer.inputs, Activation.identity.code)
        pk_scatter_patches(patches, below + image * layer.read, layer.patches)
      }
    }
    if overwrites {
      parameterGradients.update(from: sums, count: headOffset)
    } else {
      pk_add(sums, parameterGradients, headOffset)
    }
  }

  /// Images whose derivatives are summed before they are added to others': sums over more are sums of such sums, in
  /// order, so that parts can be worked out side by side.
  package static let chunkRows = 64
}
