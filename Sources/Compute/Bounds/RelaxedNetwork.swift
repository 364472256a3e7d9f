/// One network's numbers in double precision, and how its layers are bounded over a box of (normalised) inputs.
///
/// Each layer's sums get the tighter of two bounds: by intervals, layer after layer (Gowal et al. 2018), and by lines
/// through all layers below (CROWN, Zhang et al. 2018). They hold for the network of exact arithmetic; how far single
/// precision strays from that is ``singlePrecisionError(_:inputError:)``.
struct RelaxedNetwork: Sendable {
  struct Layer: Sendable {
    let inputs: Int
    let outputs: Int
    /// [outputs × inputs]
    let weights: [Double]
    let biases: [Double]
    let activation: Activation
  }

  let layers: [Layer]
  /// Roundings of doubles in one sum, generously.
  private let roundings: Double

  init(_ shape: NetworkShape, parameters: ArraySlice<Float>) {
    let start = parameters.startIndex
    layers = shape.layers.map { layer in
      var weights = [Double](repeating: 0, count: layer.inputs * layer.outputs)
      for input in 0..<layer.inputs {
        for output in 0..<layer.outputs {
          weights[output * layer.inputs + input] = Double(
            parameters[start + layer.weightOffset + input * layer.outputs + output])
        }
      }
      let biases = parameters[start + layer.biasOffset..<start + layer.biasOffset + layer.outputs].map { Double($0) }
      return Layer(
        inputs: layer.inputs, outputs: layer.outputs, weights: weights, biases: biases, activation: layer.activation)
    }
    roundings = Double((layers.map(\.inputs).max() ?? 1) + 16) * 0x1p-52
  }

  /// What is known of every layer over one box.
  struct Passage {
    /// Bounds of the inputs.
    var inputLower: [Double]
    var inputUpper: [Double]
    /// Of each layer's sums.
    var lower: [[Double]] = []
    var upper: [[Double]] = []
    var lines: [[ActivationLines]] = []
    /// Bounds the terms of any line through the layers below, and so its rounding.
    var sizes: [Double]

    init(_ lower: [Double], _ upper: [Double]) {
      (inputLower, inputUpper) = (lower, upper)
      sizes = zip(lower, upper).map { max(abs($0), abs($1)) }
    }
  }

  /// Bounds of all layers' sums for inputs between these ends. Complexity: O(parameters · widest layer).
  func passage(_ lower: [Double], _ upper: [Double]) -> Passage {
    var passage = Passage(lower, upper)
    var (below, above) = (lower, upper)
    for (position, layer) in layers.enumerated() {
      var low = layer.biases
      var high = layer.biases
      var sizes = layer.biases.map(abs)
      for output in 0..<layer.outputs {
        for input in 0..<layer.inputs {
          let weight = layer.weights[output * layer.inputs + input]
          low[output] += weight * (weight > 0 ? below[input] : above[input])
          high[output] += weight * (weight > 0 ? above[input] : below[input])
          // A line's slope is at most 1, its offset at most the size of its argument and 1.
          sizes[output] += abs(weight) * (position == 0 ? passage.sizes[input] : 2 * passage.sizes[input] + 1)
        }
      }
      if position > 0 {
        let least = lines(layer.weights, layer.biases, under: position, passage, above: false)
        let most = lines(layer.weights, layer.biases, under: position, passage, above: true)
        for output in 0..<layer.outputs {
          low[output] = max(low[output], least.extreme(output, passage, above: false))
          high[output] = min(high[output], most.extreme(output, passage, above: true))
        }
      }
      for output in 0..<layer.outputs {
        let rounding = Double(position + 1) * roundings * sizes[output]
        low[output] -= rounding
        high[output] += rounding
      }
      passage.sizes = sizes
      passage.lower.append(low)
      passage.upper.append(high)
      passage.lines.append((0..<layer.outputs).map { layer.activation.lines(low[$0], high[$0]) })
      below = low.map(layer.activation.value)
      above = high.map(layer.activation.value)
    }
    return passage
  }

  /// Linear functions of the inputs.
  struct Lines {
    /// [rows × inputs]
    var slopes: [Double]
    var offsets: [Double]
    let inputs: Int

    /// The largest (or least) value of one of them over the box.
    func extreme(_ row: Int, _ passage: Passage, above: Bool) -> Double {
      var sum = offsets[row]
      for input in 0..<inputs {
        let slope = slopes[row * inputs + input]
        sum += slope * ((slope > 0) == above ? passage.inputUpper[input] : passage.inputLower[input])
      }
      return sum
    }
  }

  /// Linear functions of the inputs above (or below) linear functions of what layer `top` − 1 puts out.
  ///
  /// - Parameters:
  ///   - rows: [rows × outputs of layer `top` − 1].
  ///   - offsets: one for each row.
  ///   - top: how many layers lie under the rows; those are bounded in `passage` already.
  ///   - passage: bounds and lines of these layers.
  ///   - above: whether the functions are to lie above.
  func lines(_ rows: [Double], _ offsets: [Double], under top: Int, _ passage: Passage, above: Bool) -> Lines {
    var (slopes, offsets) = (rows, offsets)
    let count = offsets.count
    for position in (0..<top).reversed() {
      let layer = layers[position]
      let lines = passage.lines[position]
      var next = [Double](repeating: 0, count: count * layer.inputs)
      next.withUnsafeMutableBufferPointer { next in
        layer.weights.withUnsafeBufferPointer { weights in
          for row in 0..<count {
            let target = next.baseAddress! + row * layer.inputs
            for output in 0..<layer.outputs {
              let slope = slopes[row * layer.outputs + output]
              if slope == 0 { continue }
              let line = lines[output]
              let takesUpper = (slope > 0) == above
              let passed = slope * (takesUpper ? line.upperSlope : line.lowerSlope)
              offsets[row] += slope * (takesUpper ? line.upperOffset : line.lowerOffset) + passed * layer.biases[output]
              if passed == 0 { continue }
              let source = weights.baseAddress! + output * layer.inputs
              for input in 0..<layer.inputs { target[input] += passed * source[input] }
            }
          }
        }
      }
      slopes = next
    }
    return Lines(slopes: slopes, offsets: offsets, inputs: layers[0].inputs)
  }

  /// How much rounding of doubles may move a line through all layers, for each unit of an output's weight.
  func lineRounding(_ passage: Passage) -> Double {
    Double(layers.count + 1) * roundings * (2 * (passage.sizes.max() ?? 0) + 1)
  }

  /// How far outputs of single precision may lie from those of exact arithmetic, whatever the order of the sums.
  ///
  /// A sum of n products errs by at most γ = n u / (1 − n u) of the sum of their sizes (Higham 2002, §3.1), and what the
  /// layers below erred passes through weights and activations, none of which is steeper than 1.
  func singlePrecisionError(_ passage: Passage, inputError: [Double]) -> [Double] {
    var error = inputError
    var size = zip(passage.inputLower, passage.inputUpper).map { max(abs($0), abs($1)) }
    for (position, layer) in layers.enumerated() {
      let steps = Double(layer.inputs + 3) * 0x1p-24
      let gamma = steps / (1 - steps)
      var (nextError, nextSize) = ([Double](), [Double]())
      for output in 0..<layer.outputs {
        var sum = gamma * abs(layer.biases[output]) + 1e-36
        for input in 0..<layer.inputs {
          sum +=
            abs(layer.weights[output * layer.inputs + input]) * (error[input] + gamma * (size[input] + error[input]))
        }
        let ends = (
          layer.activation.value(passage.lower[position][output]),
          layer.activation.value(passage.upper[position][output])
        )
        let largest = max(abs(ends.0), abs(ends.1))
        switch layer.activation {
        case .identity, .relu: break
        // The kernel's own error is below two units in the last place; four are counted.
        case .tanh: sum += 0x1p-21
        case .leakyReLU: sum += 0x1p-23 * largest
        }
        nextError.append(sum)
        nextSize.append(largest)
      }
      (error, size) = (nextError, nextSize)
    }
    return error
  }

  /// Between which numbers each derivative of Σ weights · outputs lies over the box, by intervals from the top down.
  func slopes(_ weights: ArraySlice<Double>, _ passage: Passage) -> (lower: [Double], upper: [Double]) {
    var (low, high) = (Array(weights), Array(weights))
    for position in layers.indices.reversed() {
      let layer = layers[position]
      var nextLow = [Double](repeating: 0, count: layer.inputs)
      var nextHigh = nextLow
      var sizes = nextLow
      for output in 0..<layer.outputs {
        let bounds = layer.activation.slopes(passage.lower[position][output], passage.upper[position][output])
        let products = [
          low[output] * bounds.low, low[output] * bounds.high, high[output] * bounds.low, high[output] * bounds.high,
        ]
        let (least, most) = (products.min()!, products.max()!)
        for input in 0..<layer.inputs {
          let weight = layer.weights[output * layer.inputs + input]
          nextLow[input] += weight * (weight > 0 ? least : most)
          nextHigh[input] += weight * (weight > 0 ? most : least)
          sizes[input] += abs(weight) * max(abs(least), abs(most))
        }
      }
      for input in 0..<layer.inputs {
        let rounding = Double(layer.outputs + 16) * 0x1p-52 * sizes[input]
        nextLow[input] -= rounding
        nextHigh[input] += rounding
      }
      (low, high) = (nextLow, nextHigh)
    }
    return (low, high)
  }
}
