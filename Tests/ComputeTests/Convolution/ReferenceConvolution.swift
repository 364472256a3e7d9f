import Compute
import Foundation

/// A network for images in plain double-precision loops, straight from the definition of a convolution.
struct ReferenceConvolution {
  let shape: ConvolutionalShape

  /// [rows × outputs].
  func outputs(_ parameters: [Double], images: [Double], rows: Int) -> [Double] {
    (0..<rows).flatMap { row in
      output(parameters, image: Array(images[row * shape.inputs..<(row + 1) * shape.inputs]))
    }
  }

  private func output(_ parameters: [Double], image: [Double]) -> [Double] {
    var (values, height, width, channels, offset) = (image, shape.height, shape.width, shape.channels, 0)
    for each in shape.convolutions {
      let (newHeight, newWidth) = ((height - each.size) / each.stride + 1, (width - each.size) / each.stride + 1)
      let biases = offset + each.size * each.size * channels * each.filters
      var next = [Double](repeating: 0, count: newHeight * newWidth * each.filters)
      for y in 0..<newHeight {
        for x in 0..<newWidth {
          for filter in 0..<each.filters {
            var sum = parameters[biases + filter]
            for down in 0..<each.size {
              for across in 0..<each.size {
                for channel in 0..<channels {
                  let pixel = ((y * each.stride + down) * width + x * each.stride + across) * channels + channel
                  let weight = ((down * each.size + across) * channels + channel) * each.filters + filter
                  sum += values[pixel] * parameters[offset + weight]
                }
              }
            }
            next[(y * newWidth + x) * each.filters + filter] = apply(shape.activation, sum)
          }
        }
      }
      (values, height, width, channels, offset) = (next, newHeight, newWidth, each.filters, biases + each.filters)
    }
    let widths = shape.hidden + [shape.outputs]
    for (position, count) in widths.enumerated() {
      let biases = offset + values.count * count
      let activation = position == widths.count - 1 ? shape.outputActivation : shape.activation
      values = (0..<count).map { output in
        var sum = parameters[biases + output]
        for (index, value) in values.enumerated() { sum += value * parameters[offset + index * count + output] }
        return apply(activation, sum)
      }
      offset = biases + count
    }
    return values
  }

  private func apply(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .identity: x
    case .tanh: tanh(x)
    case .relu: max(0, x)
    case .leakyReLU: x > 0 ? x : 0.01 * x
    }
  }
}

/// The gradient at these weights of the outputs, by threads of a pool.
func convolutionGradient(
  _ shape: ConvolutionalShape, _ parameters: [Float], images: [Float], rows: Int, factors: [Float], threads: Int = 1
) -> [Float] {
  let gradient = ConvolutionalGradient(shape, pool: ThreadPool(threadCount: threads))
  var result = [Float](repeating: 9, count: parameters.count)
  var slopes = result.mutableSpan
  gradient.write(parameters.span, images: images.span, rows: rows, into: &slopes) { rows, outputs, derivatives in
    for index in 0..<outputs.count { derivatives[index] = factors[rows.lowerBound * shape.outputs + index] }
  }
  return result
}
