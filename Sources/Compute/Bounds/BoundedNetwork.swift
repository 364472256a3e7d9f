/// A number that networks say of an input, bounded over boxes: Σ weights · outputs + constant, over all members' outputs,
/// where the input is normalised first.
///
/// ```swift
/// let reward = try BoundedNetwork(network, normalizer: normalizer, weights: [0.5, 0.5], constant: 0)
/// let bounds = reward.bounds(over: InputBox(around: row, reach: reach))     // no input there gives more than bounds.upper
/// ```
///
/// Bounds hold for what single precision computes, not only for exact arithmetic: they are widened by the largest error
/// that the forward pass can make in whatever order it sums. An ensemble's lines are added before they are made into
/// numbers, so that members which disagree on where the maximum lies are not each given their own.
/// Not thread-safe: one for each thread.
package final class BoundedNetwork: BoundedFunction {
  /// The networks.
  package let network: Network
  private let normalizer: RunningNormalizer?
  private let clip: Float?
  private let outputWeights: [Double]
  private let constant: Double
  private let members: [RelaxedNetwork]
  private let pass: NetworkPass
  private static let block = 64

  /// - Parameters:
  ///   - network: all members.
  ///   - normalizer: what inputs pass first, if anything.
  ///   - clip: where normalised inputs are cut off, if they are.
  ///   - weights: [members × outputs].
  ///   - constant: added to the sum.
  /// - Throws: `InputError` for networks that look at images: their layers are not bounded.
  package init(
    _ network: Network, normalizer: RunningNormalizer? = nil, clip: Float? = nil, weights: [Double],
    constant: Double = 0
  ) throws {
    guard network.shape.images == nil else {
      throw InputError(
        "a network that looks at images cannot be bounded", remedy: "search for a witness instead: that needs no bounds"
      )
    }
    precondition(weights.count == network.members * network.shape.outputs, "one weight for each member's outputs")
    precondition(normalizer.map { $0.size == network.shape.inputs } ?? true, "a normaliser of the inputs")
    self.network = network
    self.normalizer = normalizer
    self.clip = clip
    self.outputWeights = weights
    self.constant = constant
    members = (0..<network.members).map { RelaxedNetwork(network.shape, parameters: network.parameters(of: $0)) }
    pass = NetworkPass(network.shape, members: network.members, capacity: Self.block)
  }

  package var inputs: Int { network.shape.inputs }

  /// How much each number moves the first layer's sums.
  package var weights: [Double] {
    (0..<inputs).map { column in
      let scale = normalizer.map { Double($0.scale[column]) } ?? 1
      return members.reduce(0) { sum, member in
        let layer = member.layers[0]
        return sum + (0..<layer.outputs).reduce(0) { $0 + scale * abs(layer.weights[$1 * layer.inputs + column]) }
      }
    }
  }

  /// The box after the normaliser, and how each number comes about: slope · x + offset, slope 0 where it is cut off.
  private func normalized(_ box: InputBox) -> (lower: [Double], upper: [Double], slope: [Double], offset: [Double]) {
    var lower = box.lower.map { Double($0) }
    var upper = box.upper.map { Double($0) }
    var slope = [Double](repeating: 1, count: inputs)
    var offset = [Double](repeating: 0, count: inputs)
    guard let normalizer else { return (lower, upper, slope, offset) }
    for column in 0..<inputs {
      slope[column] = Double(normalizer.scale[column])
      offset[column] = -Double(normalizer.shift[column]) * slope[column]
      lower[column] = (lower[column] - Double(normalizer.shift[column])) * slope[column]
      upper[column] = (upper[column] - Double(normalizer.shift[column])) * slope[column]
      if let clip, lower[column] < -Double(clip) || upper[column] > Double(clip) {
        let bound = Double(clip)
        (lower[column], upper[column]) = (
          min(bound, max(-bound, lower[column])), min(bound, max(-bound, upper[column]))
        )
        slope[column] = 0
      }
    }
    return (lower, upper, slope, offset)
  }

  package func bounds(over box: InputBox) -> BoxBounds {
    precondition(box.count == inputs, "a box of \(inputs) numbers")
    let input = normalized(box)
    // A difference and a product, each rounded once; what is cut off is cut off exactly.
    let inputError = (0..<inputs).map { column in
      normalizer == nil ? 0 : 0x1p-22 * max(abs(input.lower[column]), abs(input.upper[column])) + 1e-36
    }
    let outputs = network.shape.outputs
    var (lowerSlopes, upperSlopes) = ([Double](repeating: 0, count: inputs), [Double](repeating: 0, count: inputs))
    var (lowerOffset, upperOffset, slack) = (constant, constant, 0.0)
    // Bounds by intervals alone, which are the tighter ones in wide boxes.
    var (least, most) = (constant, constant)
    for (index, member) in members.enumerated() {
      let own = Array(outputWeights[index * outputs..<(index + 1) * outputs])
      if own.allSatisfy({ $0 == 0 }) { continue }
      let passage = member.passage(input.lower, input.upper)
      let above = member.lines(own, [0], under: member.layers.count, passage, above: true)
      let below = member.lines(own, [0], under: member.layers.count, passage, above: false)
      lowerOffset += below.offsets[0]
      upperOffset += above.offsets[0]
      for column in 0..<inputs {
        lowerSlopes[column] += below.slopes[column]
        upperSlopes[column] += above.slopes[column]
      }
      let errors = member.singlePrecisionError(passage, inputError: inputError)
      let rounding = member.lineRounding(passage)
      let activation = member.layers[member.layers.count - 1].activation
      for output in 0..<outputs {
        slack += abs(own[output]) * (errors[output] + rounding)
        let ends = (
          activation.value(passage.lower[member.layers.count - 1][output]),
          activation.value(passage.upper[member.layers.count - 1][output])
        )
        least += own[output] * (own[output] > 0 ? ends.0 : ends.1)
        most += own[output] * (own[output] > 0 ? ends.1 : ends.0)
      }
    }
    // From the normalised numbers back to those of the box.
    for column in 0..<inputs {
      let (low, high) = (input.lower[column], input.upper[column])
      if input.slope[column] == 0 {
        lowerOffset += lowerSlopes[column] * (lowerSlopes[column] > 0 ? low : high)
        upperOffset += upperSlopes[column] * (upperSlopes[column] > 0 ? high : low)
        (lowerSlopes[column], upperSlopes[column]) = (0, 0)
      } else {
        let terms = abs(input.offset[column]) + max(abs(low), abs(high))
        slack += (abs(lowerSlopes[column]) + abs(upperSlopes[column])) * terms * 0x1p-48
        lowerOffset += lowerSlopes[column] * input.offset[column]
        upperOffset += upperSlopes[column] * input.offset[column]
        lowerSlopes[column] *= input.slope[column]
        upperSlopes[column] *= input.slope[column]
      }
    }
    var bounds = BoxBounds(
      over: box, lowerSlopes: lowerSlopes, lowerOffset: lowerOffset, upperSlopes: upperSlopes, upperOffset: upperOffset)
    bounds.lower = max(bounds.lower, least)
    bounds.upper = min(bounds.upper, most)
    // The sum itself is rounded to single precision where it is a reward.
    slack += 0x1p-23 * max(abs(bounds.lower), abs(bounds.upper), abs(constant))
    bounds.widen(by: slack)
    return bounds
  }

  /// Between which numbers the derivative along each number lies over the box, for the function of exact arithmetic.
  package func slopeBounds(over box: InputBox) -> (lower: [Double], upper: [Double]) {
    let input = normalized(box)
    let outputs = network.shape.outputs
    var (low, high) = ([Double](repeating: 0, count: inputs), [Double](repeating: 0, count: inputs))
    for (index, member) in members.enumerated() {
      let slopes = member.slopes(
        outputWeights[index * outputs..<(index + 1) * outputs], member.passage(input.lower, input.upper))
      for column in 0..<inputs {
        low[column] += slopes.lower[column]
        high[column] += slopes.upper[column]
      }
    }
    for column in 0..<inputs {
      // Where the box is cut off in part, the slope is that of the network or 0.
      let scale = normalizer.map { Double($0.scale[column]) } ?? 1
      if input.slope[column] == 0 { (low[column], high[column]) = (min(0, low[column]), max(0, high[column])) }
      (low[column], high[column]) = (low[column] * scale, high[column] * scale)
    }
    return (low, high)
  }

  package func values(at rows: [Float], count: Int) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    eachBlock(rows, count) { outputs, rows, _ in
      for row in 0..<rows { values.append(Double(Float(sum(outputs, row, rows)))) }
    }
    return values
  }

  package func gradients(at rows: [Float], count: Int) -> [Float]? {
    var gradients: [Float] = []
    gradients.reserveCapacity(count * inputs)
    let (members, size) = (network.members, network.shape.outputs)
    eachBlock(rows, count) { _, rows, encoded in
      var slopes = [Float](repeating: 0, count: members * rows * size)
      for member in 0..<members {
        for row in 0..<rows {
          for output in 0..<size {
            slopes[(member * rows + row) * size + output] = Float(outputWeights[member * size + output])
          }
        }
      }
      var derivatives = [Float](repeating: 0, count: members * rows * inputs)
      network.parameters.withUnsafeBufferPointer { parameters in
        derivatives.withUnsafeMutableBufferPointer {
          pass.backward(
            parameters.baseAddress!, outputGradients: slopes, parameterGradients: nil, inputGradients: $0.baseAddress!)
        }
      }
      for row in 0..<rows {
        for column in 0..<inputs {
          var sum: Float = 0
          for member in 0..<members { sum += derivatives[(member * rows + row) * inputs + column] }
          let isCut = clip.map { abs(encoded[row * inputs + column]) >= $0 } ?? false
          gradients.append(isCut ? 0 : sum * (normalizer?.scale[column] ?? 1))
        }
      }
    }
    return gradients
  }

  private func sum(_ outputs: UnsafePointer<Float>, _ row: Int, _ rows: Int) -> Double {
    let size = network.shape.outputs
    var sum = constant
    for member in 0..<network.members {
      for output in 0..<size {
        sum += outputWeights[member * size + output] * Double(outputs[(member * rows + row) * size + output])
      }
    }
    return sum
  }

  /// Calls `body(outputs [members × rows × outputs], rows, normalised inputs)` for each block of rows.
  private func eachBlock(
    _ rows: [Float], _ count: Int, _ body: (UnsafePointer<Float>, Int, UnsafePointer<Float>) -> Void
  ) {
    precondition(rows.count == count * inputs, "\(count) rows of \(inputs) numbers")
    for start in stride(from: 0, to: count, by: Self.block) {
      let size = min(Self.block, count - start)
      var encoded = Array(rows[start * inputs..<(start + size) * inputs])
      encoded.withUnsafeMutableBufferPointer { encoded in
        let source = encoded.baseAddress!
        normalizer?.normalize(UnsafePointer(source), rows: size, into: source, clip: clip)
        network.parameters.withUnsafeBufferPointer { parameters in
          body(pass.forward(parameters.baseAddress!, inputs: source, rows: size), size, source)
        }
      }
    }
  }
}
