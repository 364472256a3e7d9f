/// The convolutions through which a network looks at the images in its input, before its dense layers.
///
/// ```swift
/// let eyes = ImageLayers.nature(frames: 4, rows: 84, columns: 84)
/// let shape = NetworkShape(inputs: eyes.count, hidden: [512], outputs: 6, activation: .relu, images: eyes)
/// ```
///
/// An input row begins with the images, frame after frame, each row by row with the channels of a pixel side by side: as
/// environments show them. What stands behind them (an action, say) goes to the dense layers as it is, beside what the
/// last convolution writes. Pixels are multiplied by ``scale``; all frames' channels are the channels of one image.
public struct ImageLayers: Codable, Sendable, Hashable {
  /// Images of the last moments, the oldest first.
  public var frames: Int
  /// Rows of one frame.
  public var rows: Int
  /// Columns of one frame.
  public var columns: Int
  /// Numbers of a pixel in one frame: 1 for grey, 3 for colours.
  public var channels: Int
  /// First to last; at least one.
  public var convolutions: [ConvolutionalShape.Convolution]
  /// What the convolutions apply to their sums.
  public var activation: Activation
  /// What pixels are multiplied by: 1/255 brings bytes into 0 … 1.
  public var scale: Float

  /// Layers of these parts; ``validate()`` says whether they can be.
  public init(
    frames: Int = 1, rows: Int, columns: Int, channels: Int = 1, convolutions: [ConvolutionalShape.Convolution],
    activation: Activation = .relu, scale: Float = 1 / 255
  ) {
    self.frames = frames
    self.rows = rows
    self.columns = columns
    self.channels = channels
    self.convolutions = convolutions
    self.activation = activation
    self.scale = scale
  }

  /// The convolutions of the Atari papers: ``ConvolutionalShape/nature(height:width:channels:outputs:)``.
  public static func nature(frames: Int, rows: Int, columns: Int, channels: Int = 1) -> ImageLayers {
    ImageLayers(
      frames: frames, rows: rows, columns: columns, channels: channels,
      convolutions: ConvolutionalShape.nature(outputs: 1).convolutions)
  }

  /// The convolutions of the reward model in Christiano et al. 2017 (Atari): 16 filters each of 7 × 7 by 3, 5 × 5 by 2
  /// and twice 3 × 3 by 1, leaky ReLU; without their batch normalisation and dropout.
  public static func christiano(frames: Int, rows: Int, columns: Int, channels: Int = 1) -> ImageLayers {
    ImageLayers(
      frames: frames, rows: rows, columns: columns, channels: channels,
      convolutions: [(7, 3), (5, 2), (3, 1), (3, 1)].map {
        ConvolutionalShape.Convolution(filters: 16, size: $0.0, stride: $0.1)
      }, activation: .leakyReLU)
  }

  /// Two convolutions for images that are too small for those of the papers, from 5 pixels a side on: 16 filters of
  /// 3 × 3 by 1, 32 of 3 × 3 by 2.
  public static func small(frames: Int, rows: Int, columns: Int, channels: Int = 1) -> ImageLayers {
    ImageLayers(
      frames: frames, rows: rows, columns: columns, channels: channels,
      convolutions: [
        ConvolutionalShape.Convolution(filters: 16, size: 3, stride: 1),
        ConvolutionalShape.Convolution(filters: 32, size: 3, stride: 2),
      ])
  }

  /// Numbers of all frames together.
  public var count: Int { frames * rows * columns * channels }

  /// The same as a network that ends with the convolutions.
  var shape: ConvolutionalShape {
    ConvolutionalShape(
      height: rows, width: columns, channels: frames * channels, convolutions: convolutions, hidden: [], outputs: 1,
      activation: activation)
  }

  /// Whether every filter fits into what it looks at.
  package var fits: Bool { (try? validate()) != nil }

  /// Parameters of the convolutions, which come before those of the dense layers.
  public var parameterCount: Int { sizes.parameters }

  /// Numbers that the last convolution writes.
  public var outputs: Int { sizes.outputs }

  private var sizes: (parameters: Int, outputs: Int) {
    var (height, width, depth, parameters) = (rows, columns, frames * channels, 0)
    for each in convolutions {
      parameters += (each.size * each.size * depth + 1) * each.filters
      (height, width) = ((height - each.size) / each.stride + 1, (width - each.size) / each.stride + 1)
      depth = each.filters
    }
    return (parameters, height * width * depth)
  }

  /// Throws ``InputError`` unless every number is positive and every filter fits into what it looks at.
  public func validate() throws {
    guard frames > 0, channels > 0, scale.isFinite, scale != 0 else {
      throw InputError("\(frames) frames of \(channels) channels, scaled by \(scale), are no images")
    }
    try shape.validate()
  }

  /// Pixels as a convolution reads them: all frames' numbers of a pixel side by side, scaled.
  ///
  /// - Parameters:
  ///   - rowsOf: [count × stride], each beginning with its images.
  ///   - pixels: [count × `self.count`].
  func interleave(
    _ rowsOf: UnsafePointer<Float>, stride: Int, count: Int, into pixels: UnsafeMutablePointer<Float>
  ) {
    let (area, depth, scale) = (rows * columns, frames * channels, scale)
    for row in 0..<count {
      let (from, to) = (rowsOf + row * stride, pixels + row * area * depth)
      for frame in 0..<frames {
        let (source, target) = (from + frame * area * channels, to + frame * channels)
        if channels == 1 {
          for place in 0..<area { target[place * depth] = source[place] * scale }
        } else {
          for place in 0..<area {
            for channel in 0..<channels {
              target[place * depth + channel] = source[place * channels + channel] * scale
            }
          }
        }
      }
    }
  }

  /// The way back, for derivatives.
  func separate(
    _ slopes: UnsafePointer<Float>, count: Int, into rowsOf: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let (area, depth) = (rows * columns, frames * channels)
    for row in 0..<count {
      let (from, to) = (slopes + row * area * depth, rowsOf + row * stride)
      for frame in 0..<frames {
        for place in 0..<area {
          for channel in 0..<channels {
            to[(frame * area + place) * channels + channel] = from[place * depth + frame * channels + channel] * scale
          }
        }
      }
    }
  }
}
