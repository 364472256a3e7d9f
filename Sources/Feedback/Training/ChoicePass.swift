import Compute

/// Forward, likelihood and backward of one network over choices, block by block, in scratch of its own.
///
/// A block is as many whole choices as fit in `blockRows` transitions, so that all layers of a block stay in the second
/// level cache between forward and backward; a longer choice is a block of its own. Which choices share a block depends
/// on their order and sizes alone, so results do not depend on threads. Not thread-safe: one for each member.
package final class ChoicePass {
  /// Sums over choices.
  package struct Totals: Sendable, Hashable {
    package var loss = 0.0
    package var count = 0
    /// Choices with a clear target, and those of them whose likeliest option is the target's.
    package var clear = 0
    package var correct = 0

    package init() {}

    package var meanLoss: Double { count > 0 ? loss / Double(count) : 0 }
    package var accuracy: Double? { clear > 0 ? Double(correct) / Double(clear) : nil }
  }

  private let choices: PreparedChoices
  private let blockRows: Int
  private let pass: NetworkPass
  private let inputs: UnsafeMutablePointer<Float>
  private let outputGradients: UnsafeMutablePointer<Float>
  private let logits: UnsafeMutablePointer<Double>
  private let probabilities: UnsafeMutablePointer<Double>
  private let logitGradients: UnsafeMutablePointer<Double>

  package init(_ shape: NetworkShape, choices: PreparedChoices) {
    self.choices = choices
    blockRows = Self.blockRows(for: shape)
    let capacity = max(blockRows, choices.mostRows)
    let options = max(1, choices.mostOptions)
    pass = NetworkPass(shape, members: 1, capacity: capacity)
    inputs = .allocate(capacity: capacity * shape.inputs)
    outputGradients = .allocate(capacity: capacity)
    logits = .allocate(capacity: options)
    probabilities = .allocate(capacity: options)
    logitGradients = .allocate(capacity: options)
  }

  deinit {
    inputs.deallocate()
    outputGradients.deallocate()
    logits.deallocate()
    probabilities.deallocate()
    logitGradients.deallocate()
  }

  /// Rows whose activations fill about a quarter of a megabyte, within 64 ... 1024.
  package static func blockRows(for shape: NetworkShape) -> Int {
    let perRow = shape.hidden.reduce(shape.inputs + 1, +)
    return min(1024, max(64, 65_536 / perRow))
  }

  /// Adds the choices `order[range]` to `totals`, and to `gradients` (where given) the gradient of their summed loss
  /// times `scale`.
  package func run(
    _ order: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?,
    scale: Double, totals: inout Totals
  ) {
    eachBlock(order, parameters: parameters) { choice, logits, outputs, firstRow in
      let options = choices.options(of: choice)
      let targets = choices.targets.baseAddress.map { UnsafePointer($0 + options.lowerBound) }
      let loss = choices.likelihoods[choice].evaluate(
        logits, targets: targets,
        probabilities: UnsafeMutableBufferPointer(start: probabilities, count: options.count),
        gradients: gradients == nil ? nil : logitGradients)
      totals.loss += loss
      totals.count += 1
      let clear = choices.clearTargets[choice]
      if clear >= 0 {
        totals.clear += 1
        let likeliest =
          choices.likelihoods[choice].link == .softmax
          ? isLargest(Int(clear), logits)
          : isLargest(Int(clear), UnsafeBufferPointer(start: probabilities, count: options.count))
        if likeliest { totals.correct += 1 }
      }
      if gradients != nil {
        spread(choice, options, from: firstRow, scale: scale * choices.rationalities[choice])
      }
    } afterBlock: {
      if let gradients {
        pass.backward(parameters, outputGradients: outputGradients, parameterGradients: gradients)
      }
    }
  }

  /// Hands each choice of `order` and the logits of its options to `body`.
  package func logits(
    _ order: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>,
    _ body: (_ choice: Int, _ logits: UnsafeBufferPointer<Double>) -> Void
  ) {
    eachBlock(order, parameters: parameters) { choice, logits, _, _ in
      body(choice, logits)
    } afterBlock: {
    }
  }

  private func isLargest(_ option: Int, _ values: UnsafeBufferPointer<Double>) -> Bool {
    for other in values.indices where other != option && !(values[other] < values[option]) { return false }
    return true
  }

  /// Writes the derivative of the loss with respect to each transition's reward.
  private func spread(_ choice: Int, _ options: Range<Int>, from firstRow: Int, scale: Double) {
    var row = firstRow
    for option in options {
      let gradient = Float(logitGradients[option - options.lowerBound] * scale)
      let count = Int(choices.optionCounts[option])
      let start = Int(choices.multiplierStarts[option])
      if start < 0 {
        (outputGradients + row).update(repeating: gradient, count: count)
      } else {
        for index in 0..<count { outputGradients[row + index] = gradient * choices.multipliers[start + index] }
      }
      row += count
    }
  }

  private func eachBlock(
    _ order: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>,
    _ body: (Int, UnsafeBufferPointer<Double>, UnsafePointer<Float>, Int) -> Void, afterBlock: () -> Void
  ) {
    var first = 0
    while first < order.count {
      var end = first
      var rows = 0
      while end < order.count {
        let more = Int(choices.choiceRows[Int(order[end])])
        if end > first && rows + more > blockRows { break }
        gather(Int(order[end]), to: rows)
        rows += more
        end += 1
      }
      let outputs = UnsafePointer(pass.forward(parameters, inputs: inputs, rows: rows))
      var row = 0
      for position in first..<end {
        let choice = Int(order[position])
        let count = value(choice, outputs + row)
        body(choice, UnsafeBufferPointer(start: logits, count: count), outputs, row)
        row += Int(choices.choiceRows[choice])
      }
      afterBlock()
      first = end
    }
  }

  private func gather(_ choice: Int, to row: Int) {
    let width = choices.width
    var target = inputs + row * width
    for option in choices.options(of: choice) {
      let count = Int(choices.optionCounts[option]) * width
      target.update(from: choices.rows + Int(choices.optionStarts[option]) * width, count: count)
      target += count
    }
  }

  /// Writes β · Σ w r + offset for each option; returns the number of options.
  private func value(_ choice: Int, _ outputs: UnsafePointer<Float>) -> Int {
    var rewards = outputs
    let options = choices.options(of: choice)
    for option in options {
      let count = Int(choices.optionCounts[option])
      let start = Int(choices.multiplierStarts[option])
      var sum = 0.0
      if start < 0 {
        for index in 0..<count { sum += Double(rewards[index]) }
      } else {
        for index in 0..<count { sum += Double(rewards[index]) * Double(choices.multipliers[start + index]) }
      }
      logits[option - options.lowerBound] = sum * choices.rationalities[choice] + Double(choices.offsets[option])
      rewards += count
    }
    return options.count
  }
}
