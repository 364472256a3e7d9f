import Compute

/// Transitions drawn for one gradient step, gathered side by side.
package final class ReplayBatch {
  package let capacity: Int
  package private(set) var rows = 0
  /// [rows × observation size]
  package let observations: UnsafeMutablePointer<Float>
  /// [rows × action size]: as the networks know them.
  package let actions: UnsafeMutablePointer<Float>
  /// The discounted sum of the rewards of `returnSteps` steps, or of as many as the episode went on.
  package let rewards: UnsafeMutablePointer<Float>
  /// [rows × observation size]: what was seen after the last of these steps.
  package let nextObservations: UnsafeMutablePointer<Float>
  /// What the value of that observation is worth: γ^steps, and 0 behind an end.
  package let discounts: UnsafeMutablePointer<Float>
  /// What each row's gradient is multiplied by; 1 but for prioritised replay.
  package let weights: UnsafeMutablePointer<Float>
  /// Size of each row's error, written by the learner.
  package let errors: UnsafeMutablePointer<Float>
  /// The row of the buffer.
  package let order: UnsafeMutablePointer<Int32>

  private let blocks: [UnsafeMutablePointer<Float>]

  package init(capacity: Int, observationSize: Int, actionSize: Int) {
    self.capacity = capacity
    var blocks: [UnsafeMutablePointer<Float>] = []
    func memory(_ count: Int) -> UnsafeMutablePointer<Float> {
      let block = zeroedFloats(count)
      blocks.append(block)
      return block
    }
    observations = memory(capacity * observationSize)
    actions = memory(capacity * actionSize)
    rewards = memory(capacity)
    nextObservations = memory(capacity * observationSize)
    discounts = memory(capacity)
    weights = memory(capacity)
    errors = memory(capacity)
    order = .allocate(capacity: capacity)
    order.initialize(repeating: 0, count: capacity)
    self.blocks = blocks
  }

  deinit {
    for block in blocks { block.deallocate() }
    order.deallocate()
  }

  /// Says how many rows there are.
  package func setRows(_ rows: Int) {
    precondition(rows <= capacity, "at most as many rows as there is room for")
    self.rows = rows
  }
}

/// Floats on a cache line's boundary, all 0.
func zeroedFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  let block = UnsafeMutableRawPointer.allocate(
    byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64
  ).bindMemory(to: Float.self, capacity: max(count, 1))
  block.initialize(repeating: 0, count: max(count, 1))
  return block
}
