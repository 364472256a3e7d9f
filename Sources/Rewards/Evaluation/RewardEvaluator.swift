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
/// Works in blocks of rows that stay in cache, all members in one pass; blocks run side by side on the thread pool, and a
/// row's reward depends on that row alone. Not thread-safe itself: one for each caller.
public final class RewardEvaluator: TransitionReward {
  /// Rows in one pass.
  package let blockRows: Int
  private var lanes: [Lane] = []

  /// What is asked; may be replaced by a model of the same or another shape.
  public var model: RewardModel {
    didSet {
      if model.network.shape != oldValue.network.shape || model.members != oldValue.members { prepare() }
      known = nil
    }
  }
  private var known: UInt64?

  /// The model's fingerprint, computed when it is first asked for.
  public var version: UInt64 {
    if let known { return known }
    let version = model.fingerprint
    known = version
    return version
  }

  /// An evaluator that works in blocks of `blockRows` rows.
  public init(_ model: RewardModel, blockRows: Int = 128) {
    precondition(blockRows > 0, "a block has rows")
    self.model = model
    self.blockRows = blockRows
    prepare()
  }

  private func prepare() { lanes = [Lane(model, blockRows: blockRows)] }

  /// The scratch of one thread.
  private final class Lane {
    let pass: NetworkPass
    let encoded: UnsafeMutablePointer<Float>
    /// One for each member.
    let values: UnsafeMutablePointer<Double>

    init(_ model: RewardModel, blockRows: Int) {
      pass = NetworkPass(model.network.shape, members: model.members, capacity: blockRows)
      encoded = .allocate(capacity: max(1, blockRows * model.encoding.width))
      encoded.initialize(repeating: 0, count: max(1, blockRows * model.encoding.width))
      values = .allocate(capacity: model.members)
      values.initialize(repeating: 0, count: model.members)
    }

    deinit {
      encoded.deallocate()
      values.deallocate()
    }
  }

  /// The mean over members of their normalised outputs.
  public func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    precondition(rewards.count == transitions.count, "room for one reward per transition")
    rewards.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { evaluate(transitions, into: start, disagreement: nil) }
    }
  }

  /// The mean over members, and their (population) standard deviation: [transitions.count] each.
  public func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>
  ) {
    precondition(rewards.count == transitions.count, "room for one reward per transition")
    precondition(disagreement.count == transitions.count, "room for one deviation per transition")
    rewards.withUnsafeMutableBufferPointer { rewards in
      disagreement.withUnsafeMutableBufferPointer { deviations in
        if let start = rewards.baseAddress {
          evaluate(transitions, into: start, disagreement: deviations.baseAddress)
        }
      }
    }
  }

  /// The mean over members, and their (population) standard deviation where `disagreement` is given.
  package func evaluate(
    _ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>,
    disagreement: UnsafeMutablePointer<Float>?
  ) {
    let members = model.members
    eachBlock(transitions) { start, rows, raw, _ in
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
  package func evaluateMembers(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    let count = transitions.count
    eachBlock(transitions) { start, rows, raw, _ in
      for member in 0..<model.members {
        for row in 0..<rows {
          rewards[member * count + start + row] = Float(normalized(raw[member * rows + row], member))
        }
      }
    }
  }

  /// Each member's output before normalisation, what choices are predicted from: [members × transitions.count].
  package func evaluateRaw(_ transitions: TransitionRows, into rewards: UnsafeMutablePointer<Float>) {
    let count = transitions.count
    eachBlock(transitions) { start, rows, raw, _ in
      for member in 0..<model.members {
        (rewards + member * count + start).update(from: raw + member * rows, count: rows)
      }
    }
  }

  private func normalized(_ output: Float, _ member: Int) -> Double {
    (Double(output) - model.outputMeans[member]) * model.outputScales[member]
  }

  /// Calls `body(first row, rows, [members × rows] raw outputs, room for a number of each member)` for each block,
  /// blocks side by side.
  func eachBlock(
    _ transitions: TransitionRows,
    _ body: (Int, Int, UnsafePointer<Float>, UnsafeMutablePointer<Double>) -> Void
  ) {
    precondition(
      transitions.specification.observationSpace.count == model.encoding.observationSize
        && transitions.specification.actionSpace.rowSize == model.encoding.actionRowSize,
      "the reward was made for another environment")
    let pool = ThreadPool.shared
    while lanes.count < pool.lanes { lanes.append(Lane(model, blockRows: blockRows)) }
    model.network.parameters.withUnsafeBufferPointer { parameters in
      guard let parameters = parameters.baseAddress else { return }
      // A block writes the rewards of its own rows, a lane is used by one block at a time; all else is only read.
      withoutActuallyEscaping(body) { body in
        let model = model
        let shared = Disjoint((lanes: lanes, transitions: transitions, body: body, parameters: parameters))
        let (count, blockRows) = (transitions.count, blockRows)
        pool.runInLanes((count + blockRows - 1) / blockRows, lanes: lanes.count) { block, number in
          let (start, lane) = (block * blockRows, shared.value.lanes[number])
          let rows = min(blockRows, count - start)
          model.encoding.encode(shared.value.transitions, start..<start + rows, into: lane.encoded)
          model.inputNormalizer?.normalize(lane.encoded, rows: rows, into: lane.encoded, clip: nil)
          let outputs = lane.pass.forward(shared.value.parameters, inputs: lane.encoded, rows: rows)
          shared.value.body(start, rows, outputs, lane.values)
        }
      }
    }
  }
}
