import Compute

/// Asks a ``RewardModel`` for the rewards of many transitions, again and again, without allocating.
///
/// ```swift
/// let evaluator = RewardEvaluator(model)
/// evaluator.evaluate(rows, into: rewards)                              // mean over members
/// evaluator.evaluate(rows, into: rewards, disagreement: deviations)    // and their standard deviation
/// evaluator.model = trained                                            // after each training
/// ```
///
/// Works in blocks of rows that stay in cache, all members in one pass. Not thread-safe: one for each thread.
public final class RewardEvaluator: TransitionReward {
  /// Rows in one pass.
  package let blockRows: Int
  private var pass: NetworkPass
  private var encoded: [Float]

  /// What is asked; may be replaced by a model of the same or another shape.
  public var model: RewardModel {
    didSet { if model.network.shape != oldValue.network.shape || model.members != oldValue.members { prepare() } }
  }

  public init(_ model: RewardModel, blockRows: Int = 128) {
    precondition(blockRows > 0, "a block has rows")
    self.model = model
    self.blockRows = blockRows
    pass = NetworkPass(model.network.shape, members: model.members, capacity: blockRows)
    encoded = [Float](repeating: 0, count: blockRows * model.encoding.width)
  }

  private func prepare() {
    pass = NetworkPass(model.network.shape, members: model.members, capacity: blockRows)
    encoded = [Float](repeating: 0, count: blockRows * model.encoding.width)
  }

  /// The mean over members of their normalised outputs.
  public func evaluate(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    evaluate(transitions, into: rewards, disagreement: nil)
  }

  /// The mean over members, and their (population) standard deviation where `disagreement` is given.
  public func evaluate(
    _ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>,
    disagreement: UnsafeMutablePointer<Float>?
  ) {
    let members = model.members
    eachBlock(transitions) { start, rows, raw in
      for row in 0..<rows {
        var sum = 0.0
        var sumOfSquares = 0.0
        for member in 0..<members {
          let value = normalized(raw[member * rows + row], member)
          sum += value
          sumOfSquares += value * value
        }
        let mean = sum / Double(members)
        rewards[start + row] = Float(mean)
        if let disagreement {
          disagreement[start + row] = Float(max(0, sumOfSquares / Double(members) - mean * mean).squareRoot())
        }
      }
    }
  }

  /// Each member's normalised output: [members × transitions.count].
  public func evaluateMembers(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    let count = transitions.count
    eachBlock(transitions) { start, rows, raw in
      for member in 0..<model.members {
        for row in 0..<rows {
          rewards[member * count + start + row] = Float(normalized(raw[member * rows + row], member))
        }
      }
    }
  }

  /// Each member's output before normalisation, what choices are predicted from: [members × transitions.count].
  public func evaluateRaw(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    let count = transitions.count
    eachBlock(transitions) { start, rows, raw in
      for member in 0..<model.members {
        (rewards + member * count + start).update(from: raw + member * rows, count: rows)
      }
    }
  }

  private func normalized(_ output: Float, _ member: Int) -> Double {
    (Double(output) - model.outputMeans[member]) * model.outputScales[member]
  }

  /// Calls `body(first row, rows, [members × rows] raw outputs)` for each block.
  private func eachBlock(
    _ transitions: TransitionRows, _ body: (Int, Int, UnsafePointer<Float>) -> Void
  ) {
    precondition(
      transitions.specification.observationSpace.count == model.encoding.observationSize
        && transitions.specification.actionSpace.rowSize == model.encoding.actionRowSize,
      "the reward was made for another environment")
    encoded.withUnsafeMutableBufferPointer { encoded in
      model.network.parameters.withUnsafeBufferPointer { parameters in
        guard let inputs = encoded.baseAddress, let parameters = parameters.baseAddress else { return }
        for start in stride(from: 0, to: transitions.count, by: blockRows) {
          let rows = min(blockRows, transitions.count - start)
          model.encoding.encode(transitions, start..<start + rows, into: inputs)
          model.inputNormalizer?.normalize(inputs, rows: rows, into: inputs, clip: nil)
          body(start, rows, pass.forward(parameters, inputs: inputs, rows: rows))
        }
      }
    }
  }
}
