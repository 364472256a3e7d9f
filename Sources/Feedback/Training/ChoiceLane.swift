import Compute

/// What one thread needs to take a block of choices through a network: the scratch of ``ChoicePass``.
///
/// `forward` gathers a block and evaluates it, `judge` compares one of its choices with what was chosen and notes the
/// derivatives, `backward` takes those through the network.
final class ChoiceLane {
  /// How one choice went.
  struct Outcome {
    var loss = 0.0
    var isClear = false
    var isCorrect = false
  }

  private var choices: PreparedChoices
  private let pass: NetworkPass
  private let inputs: UnsafeMutablePointer<Float>
  private let outputGradients: UnsafeMutablePointer<Float>
  private let logits: UnsafeMutablePointer<Double>
  private let probabilities: UnsafeMutablePointer<Double>
  private let logitGradients: UnsafeMutablePointer<Double>
  private var block = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  private var firstRows: [Int] = []
  private var outputs: UnsafePointer<Float>

  /// - Parameter capacity: the most rows of a block.
  init(_ shape: NetworkShape, choices: PreparedChoices, capacity: Int) {
    self.choices = choices
    let options = max(1, choices.mostOptions)
    pass = NetworkPass(shape, members: 1, capacity: capacity)
    inputs = .allocate(capacity: max(1, capacity * shape.inputs))
    outputGradients = .allocate(capacity: max(1, capacity))
    outputs = UnsafePointer(outputGradients)
    logits = .allocate(capacity: options)
    probabilities = .allocate(capacity: options)
    logitGradients = .allocate(capacity: options)
  }

  /// Goes over to other choices, with no more options each than those that it was made for, and no more rows in a block.
  func take(_ choices: PreparedChoices) { self.choices = choices }

  deinit {
    inputs.deallocate()
    outputGradients.deallocate()
    logits.deallocate()
    probabilities.deallocate()
    logitGradients.deallocate()
  }

  /// Evaluates a block, which must stay in place until its last `judge`.
  func forward(_ block: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>) {
    self.block = block
    firstRows.removeAll(keepingCapacity: true)
    var rows = 0
    for choice in block {
      firstRows.append(rows)
      gather(Int(choice), to: rows)
      rows += Int(choices.choiceRows[Int(choice)])
    }
    outputs = UnsafePointer(pass.forward(parameters, inputs: inputs, rows: rows))
  }

  /// The loss of one choice of the block; with `scale`, notes the derivatives of the loss times `scale`.
  func judge(_ place: Int, scale: Double?) -> Outcome {
    let choice = Int(block[place])
    let logits = self.logits(of: place)
    let options = choices.options(of: choice)
    let probabilities = UnsafeMutableBufferPointer(start: probabilities, count: options.count)
    var outcome = Outcome()
    outcome.loss = choices.targets.withUnsafeBufferPointer { targets in
      choices.likelihoods[choice].evaluate(
        logits, targets: targets.baseAddress.map { $0 + options.lowerBound }, probabilities: probabilities,
        gradients: scale == nil ? nil : logitGradients)
    }
    let clear = Int(choices.clearTargets[choice])
    if clear >= 0 {
      outcome.isClear = true
      outcome.isCorrect =
        choices.likelihoods[choice].link == .softmax
        ? isLargest(clear, logits) : isLargest(clear, UnsafeBufferPointer(probabilities))
    }
    if let scale { spread(choice, options, from: firstRows[place], scale: scale * choices.rationalities[choice]) }
    return outcome
  }

  /// Adds the gradient of what was judged; with `chunkStride` as in ``NetworkPass``.
  func backward(_ parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>, chunkStride: Int?) {
    pass.backward(
      parameters, outputGradients: outputGradients, parameterGradients: gradients, chunkStride: chunkStride)
  }

  /// β · Σ w r + offset for each option of a choice of the block; valid until the next call.
  func logits(of place: Int) -> UnsafeBufferPointer<Double> {
    let choice = Int(block[place])
    var rewards = outputs + firstRows[place]
    let options = choices.options(of: choice)
    let multipliers = choices.multipliers
    for option in options {
      let count = Int(choices.optionCounts[option])
      let start = Int(choices.multiplierStarts[option])
      var sum = 0.0
      if start < 0 {
        for index in 0..<count { sum += Double(rewards[index]) }
      } else {
        for index in 0..<count { sum += Double(rewards[index]) * Double(multipliers[start + index]) }
      }
      logits[option - options.lowerBound] = sum * choices.rationalities[choice] + Double(choices.offsets[option])
      rewards += count
    }
    return UnsafeBufferPointer(start: logits, count: options.count)
  }

  private func isLargest(_ option: Int, _ values: UnsafeBufferPointer<Double>) -> Bool {
    for other in values.indices where other != option && !(values[other] < values[option]) { return false }
    return true
  }

  /// Writes the derivative of the loss with respect to each transition's reward.
  private func spread(_ choice: Int, _ options: Range<Int>, from firstRow: Int, scale: Double) {
    var row = firstRow
    let multipliers = choices.multipliers
    for option in options {
      let gradient = Float(logitGradients[option - options.lowerBound] * scale)
      let count = Int(choices.optionCounts[option])
      let start = Int(choices.multiplierStarts[option])
      if start < 0 {
        (outputGradients + row).update(repeating: gradient, count: count)
      } else {
        for index in 0..<count { outputGradients[row + index] = gradient * multipliers[start + index] }
      }
      row += count
    }
  }

  private func gather(_ choice: Int, to row: Int) {
    let width = choices.width
    var target = inputs + row * width
    choices.rows.withUnsafeBufferPointer { rows in
      for option in choices.options(of: choice) {
        let (start, count) = (Int(choices.optionStarts[option]) * width, Int(choices.optionCounts[option]) * width)
        guard let source = UnsafeBufferPointer(rebasing: rows[start..<start + count]).baseAddress else { continue }
        target.update(from: source, count: count)
        target += count
      }
    }
  }
}
