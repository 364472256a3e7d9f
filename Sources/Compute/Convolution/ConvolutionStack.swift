import CKernels

/// Convolutions one after the other, forward and backward, for up to `capacity` images and several networks of one
/// shape. Scratch memory, reusable; not thread-safe.
///
/// What the last convolution writes for an image may have room for `tail` more numbers behind it, so that dense layers
/// read both as one row.
final class ConvolutionStack {
  private let layers: [ConvolutionalShape.Layer]
  private let activation: Activation
  private let capacity: Int
  private let tail: Int
  /// What each convolution writes, [members × capacity × places × filters]; the last with the tail behind each image.
  private let activations: [UnsafeMutablePointer<Float>]
  /// Derivatives of what a convolution writes, for two neighbours by turns.
  private let slopes: [UnsafeMutablePointer<Float>]
  private let patches: UnsafeMutablePointer<Float>
  private let transposed: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  /// The derivatives of one call, before they are added to what the caller holds.
  private let sums: UnsafeMutablePointer<Float>
  let parameterCount: Int

  init(_ shape: ConvolutionalShape, members: Int = 1, capacity: Int, tail: Int = 0) {
    let layers = shape.layers
    self.layers = layers
    activation = shape.activation
    self.capacity = capacity
    self.tail = tail
    parameterCount = shape.headOffset
    func room(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
        .bindMemory(to: Float.self, capacity: max(count, 1))
      memory.initialize(repeating: 0, count: max(count, 1))
      return memory
    }
    func most(_ size: (ConvolutionalShape.Layer) -> Int) -> Int { layers.map(size).max() ?? 1 }
    activations = layers.indices.map {
      room(members * capacity * (layers[$0].written + ($0 == layers.count - 1 ? tail : 0)))
    }
    slopes = (0..<2).map { _ in room(capacity * (most(\.written) + tail)) }
    patches = room(most { $0.places * $0.inputs })
    transposed = room(most { $0.inputs * $0.filters })
    scratch = room(most { pk_layer_scratch($0.inputs, $0.filters) })
    sums = room(shape.headOffset)
  }

  deinit {
    for buffer in activations + slopes + [patches, transposed, scratch, sums] { buffer.deallocate() }
  }

  private func width(_ position: Int) -> Int {
    layers[position].written + (position == layers.count - 1 ? tail : 0)
  }

  /// What the last convolution wrote for this member, [rows × (written + tail)].
  func outputs(member: Int) -> UnsafeMutablePointer<Float> {
    activations[layers.count - 1] + member * capacity * width(layers.count - 1)
  }

  /// Where the derivatives of the outputs, [rows × (written + tail)], are to stand before `backward`.
  var outputSlopes: UnsafeMutablePointer<Float> { slopes[(layers.count - 1) & 1] }

  /// Looks at images [rows × height × width × channels].
  @discardableResult
  func forward(
    _ parameters: UnsafePointer<Float>, images: UnsafePointer<Float>, rows: Int, member: Int = 0
  ) -> UnsafeMutablePointer<Float> {
    var source = images
    for (position, layer) in layers.enumerated() {
      let stride = width(position)
      let target = activations[position] + member * capacity * stride
      for image in 0..<rows {
        pk_gather_patches(source + image * layer.read, patches, layer.patches)
        pk_layer_forward(
          patches, parameters + layer.weightOffset, parameters + layer.biasOffset, target + image * stride,
          layer.places, layer.inputs, layer.filters, activation.code)
      }
      source = UnsafePointer(target)
    }
    return outputs(member: member)
  }

  /// Derivatives by the parameters of some of the rows that `forward` saw, from `outputSlopes`.
  ///
  /// - Parameters:
  ///   - images: those of `forward`, all rows.
  ///   - parameterGradients: [parameterCount]; sums over the rows are added, or take the place of what stands there. Nil
  ///     saves the work.
  ///   - imageSlopes: [rows × height × width × channels], overwritten for these rows; nil saves the work.
  func backward(
    _ parameters: UnsafePointer<Float>, images: UnsafePointer<Float>, rows range: Range<Int>, member: Int = 0,
    parameterGradients: UnsafeMutablePointer<Float>?, overwrites: Bool, imageSlopes: UnsafeMutablePointer<Float>? = nil
  ) {
    let first = range.lowerBound
    if parameterGradients != nil { sums.update(repeating: 0, count: parameterCount) }
    for position in layers.indices.reversed() {
      let (layer, stride) = (layers[position], width(position))
      let (above, below) = (slopes[position & 1], slopes[(position & 1) ^ 1])
      let written = activations[position] + member * capacity * stride
      if stride == layer.written {
        pk_activation_backward(
          above + first * stride, written + first * stride, above + first * stride, range.count * stride,
          activation.code)
      } else {
        for image in range {
          pk_activation_backward(
            above + image * stride, written + image * stride, above + image * stride, layer.written, activation.code)
        }
      }
      let source =
        position == 0 ? images : UnsafePointer(activations[position - 1] + member * capacity * width(position - 1))
      let target = position > 0 ? below : imageSlopes
      if target != nil { pk_transpose(parameters + layer.weightOffset, transposed, layer.inputs, layer.filters) }
      for image in range {
        let slope = above + image * stride
        if parameterGradients != nil {
          pk_gather_patches(source + image * layer.read, patches, layer.patches)
          pk_layer_parameter_gradients(
            patches, slope, sums + layer.weightOffset, sums + layer.biasOffset, layer.places, layer.inputs,
            layer.filters, scratch)
        }
        guard let target else { continue }
        // The slopes of the patches take the place of the patches, and go back to where those came from.
        pk_layer_forward(
          slope, transposed, nil, patches, layer.places, layer.filters, layer.inputs, Activation.identity.code)
        pk_scatter_patches(patches, target + image * layer.read, layer.patches)
      }
    }
    guard let parameterGradients else { return }
    if overwrites {
      parameterGradients.update(from: sums, count: parameterCount)
    } else {
      pk_add(sums, parameterGradients, parameterCount)
    }
  }
}
