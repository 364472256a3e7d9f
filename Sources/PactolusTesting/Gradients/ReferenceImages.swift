import Compute
import Foundation

/// What a network's convolutions make of the images in one input row, in plain double-precision loops from the
/// definition: to differentiate numerically.
package struct ReferenceImages {
  let layers: ImageLayers

  package init(_ layers: ImageLayers) { self.layers = layers }

  /// What the dense layers read: the convolutions' last outputs, then what stands behind the images in the row.
  ///
  /// - Parameter parameters: of the whole network, the convolutions' first.
  package func callAsFunction(_ parameters: some RandomAccessCollection<Double>, _ row: [Double]) -> [Double] {
    let weights = Array(parameters.prefix(layers.parameterCount))
    var (height, width, depth, offset) = (layers.rows, layers.columns, layers.frames * layers.channels, 0)
    // A pixel's numbers are those of all frames.
    var values = (0..<height * width * depth).map { index -> Double in
      let (place, number) = (index / depth, index % depth)
      let (frame, channel) = (number / layers.channels, number % layers.channels)
      return row[(frame * height * width + place) * layers.channels + channel] * Double(layers.scale)
    }
    for each in layers.convolutions {
      let (down, across) = ((height - each.size) / each.stride + 1, (width - each.size) / each.stride + 1)
      let biases = offset + each.size * each.size * depth * each.filters
      var next: [Double] = []
      for y in 0..<down {
        for x in 0..<across {
          for filter in 0..<each.filters {
            var sum = weights[biases + filter]
            for i in 0..<each.size {
              for j in 0..<each.size {
                for k in 0..<depth {
                  sum +=
                    values[((y * each.stride + i) * width + x * each.stride + j) * depth + k]
                    * weights[offset + ((i * each.size + j) * depth + k) * each.filters + filter]
                }
              }
            }
            next.append(apply(sum))
          }
        }
      }
      (values, height, width, depth, offset) = (next, down, across, each.filters, biases + each.filters)
    }
    return values + row[layers.count...]
  }

  private func apply(_ x: Double) -> Double {
    switch layers.activation {
    case .identity: x
    case .tanh: tanh(x)
    case .relu: max(0, x)
    case .leakyReLU: x > 0 ? x : 0.01 * x
    }
  }
}
