/// The part of a ``NetworkPass`` that looks at images: it brings them into the order and scale of the convolutions, and
/// puts what stands behind them in a row behind what those see. Not thread-safe.
final class ImagePass {
  private let images: ImageLayers
  private let inputs: Int
  private let stack: ConvolutionStack
  /// [capacity × count], as the convolutions read them; and derivatives by them, laid out when they are first wanted.
  private let pixels: UnsafeMutablePointer<Float>
  private var slopes: UnsafeMutablePointer<Float>?
  private let capacity: Int
  private var tail: Int { inputs - images.count }

  init(_ images: ImageLayers, inputs: Int, members: Int, capacity: Int) {
    self.images = images
    self.inputs = inputs
    self.capacity = capacity
    stack = ConvolutionStack(images.shape, members: members, capacity: capacity, tail: inputs - images.count)
    pixels = .allocate(capacity: max(1, capacity * images.count))
    pixels.initialize(repeating: 0, count: max(1, capacity * images.count))
  }

  deinit {
    pixels.deallocate()
    slopes?.deallocate()
  }

  /// What the dense layers read, [rows × (what the convolutions write + the rest of the row)].
  func outputs(member: Int) -> UnsafePointer<Float> { UnsafePointer(stack.outputs(member: member)) }

  /// Where the derivatives by those are to stand before `backward`.
  var outputSlopes: UnsafeMutablePointer<Float> { stack.outputSlopes }

  /// - Parameter isSame: the rows are those of the last call.
  func forward(
    _ parameters: UnsafePointer<Float>, _ rowsOf: UnsafePointer<Float>, rows: Int, member: Int, isSame: Bool
  ) -> UnsafePointer<Float> {
    if !isSame { images.interleave(rowsOf, stride: inputs, count: rows, into: pixels) }
    let seen = stack.forward(parameters, images: pixels, rows: rows, member: member)
    if tail > 0 {
      let (written, width) = (images.outputs, images.outputs + tail)
      for row in 0..<rows {
        (seen + row * width + written).update(from: rowsOf + row * inputs + images.count, count: tail)
      }
    }
    return UnsafePointer(seen)
  }

  /// - Parameters:
  ///   - isSame: the rows are those of the last `forward`.
  ///   - chunkStride: as in ``NetworkPass``: each chunk of rows has a copy of the gradients.
  ///   - inputGradients: [rows × inputs], overwritten.
  func backward(
    _ parameters: UnsafePointer<Float>, _ rowsOf: UnsafePointer<Float>, rows: Int, member: Int, isSame: Bool,
    parameterGradients: UnsafeMutablePointer<Float>?, overwrites: Bool, chunkStride: Int?,
    inputGradients: UnsafeMutablePointer<Float>?
  ) {
    guard parameterGradients != nil || inputGradients != nil else { return }
    if !isSame { images.interleave(rowsOf, stride: inputs, count: rows, into: pixels) }
    let target = inputGradients == nil ? nil : roomForSlopes()
    if let inputGradients, tail > 0 {
      let (written, width) = (images.outputs, images.outputs + tail)
      for row in 0..<rows {
        (inputGradients + row * inputs + images.count).update(
          from: outputSlopes + row * width + written, count: tail)
      }
    }
    let step = NetworkPass.chunkRows
    for first in stride(from: 0, to: rows, by: step) {
      stack.backward(
        parameters, images: pixels, rows: first..<min(first + step, rows), member: member,
        parameterGradients: parameterGradients.map { $0 + first / step * (chunkStride ?? 0) },
        overwrites: overwrites && first == 0, imageSlopes: target)
    }
    if let target, let inputGradients { images.separate(target, count: rows, into: inputGradients, stride: inputs) }
  }

  private func roomForSlopes() -> UnsafeMutablePointer<Float> {
    if let slopes { return slopes }
    let room = UnsafeMutablePointer<Float>.allocate(capacity: max(1, capacity * images.count))
    room.initialize(repeating: 0, count: max(1, capacity * images.count))
    slopes = room
    return room
  }
}
