import CKernels
import Compute

/// Forward, likelihood and backward of one network over choices, block by block.
///
/// A block is as many whole choices as fit in `blockRows` transitions, so that all layers of a block stay in the second
/// level cache between forward and backward; a longer choice is a block of its own. Which choices share a block depends
/// on their order and sizes alone.
///
/// With a pool of several threads the blocks of a minibatch run side by side. Gradients are sums over chains of
/// ``NetworkPass/chunkRows`` rows; each block writes its chains apart, and they are added up in the order of the rows, as
/// one thread would: the bits are the same. Not thread-safe itself: one for each caller.
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

    mutating func add(_ outcome: ChoiceLane.Outcome) {
      loss += outcome.loss
      count += 1
      clear += outcome.isClear ? 1 : 0
      correct += outcome.isCorrect ? 1 : 0
    }
  }

  private var choices: PreparedChoices
  private let shape: NetworkShape
  private let blockRows: Int
  private let pool: ThreadPool?
  private var lanes: [ChoiceLane]
  /// What a lane has room for.
  private var room: (options: Int, rows: Int)
  /// The blocks of the minibatch at hand, as places in its order, and where each block's chains begin.
  private var blocks: [Range<Int>] = []
  private var chunkStarts: [Int] = []
  private var chunks: [Float] = []
  private var outcomes: [ChoiceLane.Outcome] = []

  /// - Parameter pool: runs the blocks of a minibatch side by side; nil for the calling thread alone.
  package init(_ shape: NetworkShape, choices: PreparedChoices, pool: ThreadPool? = nil) {
    self.choices = choices
    self.shape = shape
    self.pool = pool
    blockRows = Self.blockRows(for: shape)
    room = (choices.mostOptions, max(blockRows, choices.mostRows))
    lanes = [ChoiceLane(shape, choices: choices, capacity: room.rows)]
  }

  /// Goes over to other choices; memory is laid out anew only where they need more of it.
  func take(_ choices: PreparedChoices) {
    self.choices = choices
    if choices.mostOptions > room.options || choices.mostRows > room.rows {
      room = (max(room.options, choices.mostOptions), max(room.rows, choices.mostRows))
      lanes = [ChoiceLane(shape, choices: choices, capacity: room.rows)]
    }
    for lane in lanes { lane.take(choices) }
  }

  /// Rows whose activations fill about a quarter of a megabyte, within 64 ... 1024.
  package static func blockRows(for shape: NetworkShape) -> Int {
    let perRow = shape.hidden.reduce(shape.inputs + 1, +)
    return min(1024, max(64, 65_536 / perRow))
  }

  /// Adds the choices of `order` to `totals`, and to `gradients` (where given) the gradient of their summed loss times
  /// `scale`.
  package func run(
    _ order: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?,
    scale: Double, totals: inout Totals
  ) {
    cut(order)
    if let pool, blocks.count > 1, pool.lanes > 1 {
      runSideBySide(pool, order, parameters: parameters, gradients: gradients, scale: scale, totals: &totals)
      return
    }
    let lane = lanes[0]
    for block in blocks {
      let places = UnsafeBufferPointer(rebasing: order[block])
      lane.forward(places, parameters: parameters)
      for place in places.indices { totals.add(lane.judge(place, scale: gradients == nil ? nil : scale)) }
      if let gradients { lane.backward(parameters, gradients: gradients, chunkStride: nil) }
    }
  }

  /// Hands each choice of `order` and the logits of its options to `body`.
  package func logits(
    _ order: [Int32], parameters: UnsafePointer<Float>, _ body: (_ choice: Int, _ logits: [Double]) -> Void
  ) {
    order.withUnsafeBufferPointer { order in
      cut(order)
      let lane = lanes[0]
      for block in blocks {
        let places = UnsafeBufferPointer(rebasing: order[block])
        lane.forward(places, parameters: parameters)
        for place in places.indices { body(Int(places[place]), Array(lane.logits(of: place))) }
      }
    }
  }

  private func cut(_ order: UnsafeBufferPointer<Int32>) {
    blocks.removeAll(keepingCapacity: true)
    var first = 0
    while first < order.count {
      var end = first
      var rows = 0
      while end < order.count {
        let more = Int(choices.choiceRows[Int(order[end])])
        if end > first && rows + more > blockRows { break }
        rows += more
        end += 1
      }
      blocks.append(first..<end)
      first = end
    }
  }

  // MARK: Side by side

  private func runSideBySide(
    _ pool: ThreadPool, _ order: UnsafeBufferPointer<Int32>, parameters: UnsafePointer<Float>,
    gradients: UnsafeMutablePointer<Float>?, scale: Double, totals: inout Totals
  ) {
    while lanes.count < pool.lanes {
      lanes.append(ChoiceLane(shape, choices: choices, capacity: room.rows))
    }
    if outcomes.count < order.count {
      outcomes = [ChoiceLane.Outcome](repeating: ChoiceLane.Outcome(), count: order.count)
    }
    // So many blocks at a time that their chains fill about a megabyte, but enough to keep every lane busy.
    let wave = max(2 * pool.lanes, 262_144 / shape.parameterCount)
    for first in stride(from: 0, to: blocks.count, by: wave) {
      let taken = Array(blocks[first..<min(first + wave, blocks.count)])
      if gradients != nil {
        layChunks(of: taken, order)
      } else {
        chunkStarts = [Int](repeating: 0, count: taken.count + 1)
      }
      chunks.withUnsafeMutableBufferPointer { chunks in
        outcomes.withUnsafeMutableBufferPointer { outcomes in
          // Each part has its own block's outcomes and chains; a lane's scratch is used by one part at a time.
          let shared = Disjoint(
            (lanes: lanes, chunks: chunks.baseAddress, outcomes: outcomes, order: order, parameters: parameters))
          let (starts, count) = (chunkStarts, shape.parameterCount)
          let scale = gradients == nil ? nil : scale
          pool.runInLanes(taken.count, lanes: lanes.count) { part, number in
            let (lane, block) = (shared.value.lanes[number], taken[part])
            let (parameters, outcomes) = (shared.value.parameters, shared.value.outcomes)
            let places = UnsafeBufferPointer(rebasing: shared.value.order[block])
            lane.forward(places, parameters: parameters)
            for place in places.indices { outcomes[block.lowerBound + place] = lane.judge(place, scale: scale) }
            guard scale != nil, let chunks = shared.value.chunks else { return }
            let target = chunks + starts[part] * count
            target.update(repeating: 0, count: (starts[part + 1] - starts[part]) * count)
            lane.backward(parameters, gradients: target, chunkStride: count)
          }
          if let gradients, let chunks = chunks.baseAddress {
            addUp(chunks, count: starts[taken.count], to: gradients, pool)
          }
        }
      }
    }
    for place in order.indices { totals.add(outcomes[place]) }
  }

  /// Gives each block room for its chains.
  private func layChunks(of blocks: [Range<Int>], _ order: UnsafeBufferPointer<Int32>) {
    chunkStarts = [0]
    for block in blocks {
      let rows = order[block].reduce(0) { $0 + Int(choices.choiceRows[Int($1)]) }
      chunkStarts.append(
        chunkStarts[chunkStarts.count - 1] + (rows + NetworkPass.chunkRows - 1) / NetworkPass.chunkRows)
    }
    let needed = chunkStarts[blocks.count] * shape.parameterCount
    if chunks.count < needed { chunks = [Float](repeating: 0, count: needed) }
  }

  /// Adds the chains in their order. Each parameter is a sum of its own, so stretches of parameters run side by side.
  private func addUp(
    _ chunks: UnsafeMutablePointer<Float>, count: Int, to gradients: UnsafeMutablePointer<Float>, _ pool: ThreadPool
  ) {
    let parameters = shape.parameterCount
    let stretch = max(1024, (parameters + pool.lanes - 1) / pool.lanes)
    let shared = Disjoint((chunks, gradients))
    pool.run((parameters + stretch - 1) / stretch) { part in
      let (chunks, gradients) = shared.value
      let start = part * stretch
      let size = min(stretch, parameters - start)
      for chunk in 0..<count { pk_add(chunks + chunk * parameters + start, gradients + start, size) }
    }
  }
}
