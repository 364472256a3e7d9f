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

  private let stack: ConvolutionStack
  private let head: NetworkPass
  private let headOffset: Int
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
    stack = ConvolutionStack(shape, capacity: capacity)
    head = NetworkPass(shape.head, capacity: capacity)
    headOffset = shape.headOffset
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
    let seen = stack.forward(parameters, images: images, rows: rows)
    return head.forward(parameters + headOffset, inputs: seen, rows: rows)
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
    head.backward(
      parameters + headOffset, outputGradients: outputGradients, parameterGradients: parameterGradients + headOffset,
      overwrites: overwrites, inputGradients: stack.outputSlopes)
    stack.backward(
      parameters, images: images, rows: 0..<rows, parameterGradients: parameterGradients, overwrites: overwrites)
  }

  /// Images whose derivatives are summed before they are added to others': sums over more are sums of such sums, in
  /// order, so that parts can be worked out side by side.
  package static let chunkRows = 64
}
