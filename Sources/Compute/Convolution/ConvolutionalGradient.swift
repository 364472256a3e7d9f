import CKernels

/// The gradient of a loss over many images, by all threads of a pool; the same bits for any number of them.
///
/// Images are taken in chunks of a fixed size, each with its own scratch memory and its own sum, and the sums are added
/// in the order of the chunks. Not thread-safe itself.
///
/// ```swift
/// let gradient = ConvolutionalGradient(network.shape)
/// var slopes = gradients.mutableSpan          // [parameterCount]
/// gradient.write(network.parameters.span, images: batch.span, rows: 256, into: &slopes) { rows, outputs, derivatives in
///   for row in rows { … }                     // of these rows: outputs and derivatives are [rows.count × outputs]
/// }
/// ```
public final class ConvolutionalGradient {
  /// The network's shape.
  public let shape: ConvolutionalShape
  private let pool: ThreadPool
  private var lanes: [Lane] = []
  private var sums: [UnsafeMutablePointer<Float>] = []

  /// One thread's scratch memory.
  private struct Lane {
    let pass: ConvolutionalPass
    let derivatives: UnsafeMutablePointer<Float>
  }

  /// For networks of this shape, whose chunks are shared out by a pool.
  public init(_ shape: ConvolutionalShape, pool: ThreadPool = .shared) {
    self.shape = shape
    self.pool = pool
  }

  deinit {
    for lane in lanes { lane.derivatives.deallocate() }
    for sum in sums { sum.deallocate() }
  }

  /// Writes the gradient over what stands in `gradients`.
  ///
  /// - Parameters:
  ///   - parameters: [parameterCount].
  ///   - images: [rows × height × width × channels].
  ///   - rows: how many images there are; none: nothing is written.
  ///   - gradients: [parameterCount].
  ///   - loss: given the numbers of some rows and their outputs, [rows × outputs], writes the loss's derivatives with
  ///     respect to these. It is called by several threads at once, for different rows.
  public func write(
    _ parameters: Span<Float>, images: Span<Float>, rows: Int, into gradients: inout MutableSpan<Float>,
    loss: @Sendable (_ rows: Range<Int>, _ outputs: Span<Float>, _ derivatives: inout MutableSpan<Float>) -> Void
  ) {
    precondition(parameters.count == shape.parameterCount && gradients.count == parameters.count, "all parameters")
    precondition(images.count == rows * shape.inputs, "\(rows) images of \(shape.inputs) numbers")
    guard rows > 0 else { return }
    let size = ConvolutionalPass.chunkRows
    let chunks = (rows + size - 1) / size
    let lanes = min(chunks, pool.lanes)
    let isShared = lanes > 1
    // Lanes are numbered up to the pool's threads, whatever the number of chunks.
    prepare(lanes: isShared ? pool.lanes : 1, sums: isShared ? chunks : 0)
    parameters.withUnsafeBufferPointer { parameters in
      images.withUnsafeBufferPointer { images in
        gradients.withUnsafeMutableBufferPointer { gradients in
          guard let parameters = parameters.baseAddress, let images = images.baseAddress,
            let gradients = gradients.baseAddress
          else { return }
          // Each lane has its own scratch memory, each chunk its own sum; where one thread adds chunk after chunk to the
          // gradients themselves, the same numbers are added in the same order.
          let shared = Disjoint(
            (parameters: parameters, images: images, gradients: gradients, lanes: self.lanes, sums: sums))
          let count = shape.parameterCount
          let (inputs, outputs) = (shape.inputs, shape.outputs)
          @Sendable func work(_ chunk: Int, _ lane: Int) {
            let all = shared.value
            let (pass, derivatives) = (all.lanes[lane].pass, all.lanes[lane].derivatives)
            let range = chunk * size..<min((chunk + 1) * size, rows)
            let result = pass.forward(
              all.parameters, images: all.images + range.lowerBound * inputs, rows: range.count)
            let slopes = UnsafeMutableBufferPointer(start: derivatives, count: range.count * outputs)
            var span = slopes.mutableSpan
            loss(range, UnsafeBufferPointer(start: result, count: slopes.count).span, &span)
            pass.backward(
              all.parameters, outputGradients: derivatives,
              parameterGradients: isShared ? all.sums[chunk] : all.gradients, overwrites: isShared || chunk == 0)
          }
          if isShared {
            pool.runInLanes(chunks, lanes: self.lanes.count, work)
            gradients.update(from: sums[0], count: count)
            for chunk in 1..<chunks { pk_add(sums[chunk], gradients, count) }
          } else {
            for chunk in 0..<chunks { work(chunk, 0) }
          }
        }
      }
    }
  }

  private func prepare(lanes laneCount: Int, sums sumCount: Int) {
    while lanes.count < laneCount {
      let size = ConvolutionalPass.chunkRows
      let derivatives = UnsafeMutablePointer<Float>.allocate(capacity: size * shape.outputs)
      derivatives.initialize(repeating: 0, count: size * shape.outputs)
      lanes.append(Lane(pass: ConvolutionalPass(shape, capacity: size), derivatives: derivatives))
    }
    while sums.count < sumCount {
      let sum = UnsafeMutablePointer<Float>.allocate(capacity: shape.parameterCount)
      sum.initialize(repeating: 0, count: shape.parameterCount)
      sums.append(sum)
    }
  }
}
