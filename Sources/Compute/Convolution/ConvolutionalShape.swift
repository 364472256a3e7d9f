import CKernels

/// The shape of a network for images: convolutions, then a multilayer perceptron on what they see.
///
/// ```swift
/// let shape = ConvolutionalShape.nature(outputs: 7)      // six actions and a value, say, on one body
/// let network = ConvolutionalNetwork(shape, initialization: .he, random: RandomSource(seed: 0))
/// ```
///
/// An image is a row of height × width × channels numbers, channels last, as is what each convolution writes. The flat
/// parameters hold, layer after layer, weights row by row and then biases: for a convolution [size × size × channels]
/// rows of [filters], for a dense layer as in ``NetworkShape``.
public struct ConvolutionalShape: Codable, Sendable, Hashable {
  /// Rows of the image.
  public var height: Int
  /// Columns of the image.
  public var width: Int
  /// Numbers of each pixel: four frames of grey, for example.
  public var channels: Int
  /// First to last; at least one.
  public var convolutions: [Convolution]
  /// Widths of the dense hidden layers.
  public var hidden: [Int]
  /// Columns of the output.
  public var outputs: Int
  /// What convolutions and hidden layers apply to their sums.
  public var activation: Activation
  /// What the last layer applies to its sums.
  public var outputActivation: Activation

  /// Square filters that move over the image by a stride, without padding.
  public struct Convolution: Codable, Sendable, Hashable {
    /// How many.
    public var filters: Int
    /// Rows and columns of each.
    public var size: Int
    /// Pixels from one place to the next.
    public var stride: Int

    /// Filters of these numbers, all at least 1.
    public init(filters: Int, size: Int, stride: Int) {
      self.filters = filters
      self.size = size
      self.stride = stride
    }
  }

  /// A shape; ``validate()`` says whether it can be.
  public init(
    height: Int, width: Int, channels: Int, convolutions: [Convolution], hidden: [Int], outputs: Int,
    activation: Activation = .relu, outputActivation: Activation = .identity
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.convolutions = convolutions
    self.hidden = hidden
    self.outputs = outputs
    self.activation = activation
    self.outputActivation = outputActivation
  }

  /// The network of the Atari papers: 32 filters of 8 × 8 by 4, 64 of 4 × 4 by 2, 64 of 3 × 3 by 1, then 512 units.
  /// Source: Mnih et al., "Human-level control through deep reinforcement learning", Nature 518, 2015.
  public static func nature(height: Int = 84, width: Int = 84, channels: Int = 4, outputs: Int) -> ConvolutionalShape {
    ConvolutionalShape(
      height: height, width: width, channels: channels,
      convolutions: [
        Convolution(filters: 32, size: 8, stride: 4), Convolution(filters: 64, size: 4, stride: 2),
        Convolution(filters: 64, size: 3, stride: 1),
      ], hidden: [512], outputs: outputs)
  }

  /// One convolution in its place; offsets count floats within the parameters.
  struct Layer {
    let patches: pk_patches
    /// Places that a filter visits.
    let places: Int
    /// Numbers in a patch.
    let inputs: Int
    let filters: Int
    let weightOffset: Int
    let biasOffset: Int
    /// Numbers of an image that the layer reads, and that it writes.
    var read: Int { patches.height * patches.width * patches.channels }
    var written: Int { places * filters }
  }

  var layers: [Layer] {
    var result: [Layer] = []
    var (height, width, channels, offset) = (height, width, channels, 0)
    for each in convolutions {
      let patches = pk_patches(
        height: height, width: width, channels: channels, size: each.size, stride: each.stride)
      let inputs = each.size * each.size * channels
      (height, width) = ((height - each.size) / each.stride + 1, (width - each.size) / each.stride + 1)
      let biases = offset + inputs * each.filters
      result.append(
        Layer(
          patches: patches, places: height * width, inputs: inputs, filters: each.filters, weightOffset: offset,
          biasOffset: biases))
      (channels, offset) = (each.filters, biases + each.filters)
    }
    return result
  }

  /// Numbers of an image.
  public var inputs: Int { height * width * channels }

  /// The dense layers, on what the last convolution writes.
  public var head: NetworkShape {
    NetworkShape(
      inputs: layers.last?.written ?? inputs, hidden: hidden, outputs: outputs, activation: activation,
      outputActivation: outputActivation)
  }

  /// Where the dense layers' parameters begin: those of the convolutions come first.
  public var headOffset: Int { layers.last.map { $0.biasOffset + $0.filters } ?? 0 }

  /// Parameters of one network of this shape.
  public var parameterCount: Int { headOffset + head.parameterCount }

  /// Throws ``InputError`` unless every number is positive and every filter fits into what it looks at.
  public func validate() throws {
    guard height > 0, width > 0, channels > 0, !convolutions.isEmpty else {
      throw InputError("an image of \(height) × \(width) × \(channels) with \(convolutions.count) convolutions")
    }
    var (height, width) = (height, width)
    for (position, each) in convolutions.enumerated() {
      guard each.filters > 0, each.size > 0, each.stride > 0 else {
        throw InputError("convolution \(position) has no filters, size or stride", remedy: "each is at least 1")
      }
      guard each.size <= height, each.size <= width else {
        throw InputError(
          "convolution \(position) of size \(each.size) looks at \(height) × \(width)",
          remedy: "use a larger image, smaller filters or smaller strides")
      }
      (height, width) = ((height - each.size) / each.stride + 1, (width - each.size) / each.stride + 1)
    }
    try head.validate()
  }
}
