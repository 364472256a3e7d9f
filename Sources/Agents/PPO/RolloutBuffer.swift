import Compute

/// One rollout's transitions in flat, preallocated memory; row t · slots + slot.
///
/// `inputs` and `steppedActions` share memory with `observations` and `actions` where there is nothing to tell apart.
package final class RolloutBuffer {
  package let steps: Int
  package let slots: Int
  package let observationSize: Int
  package let actionSize: Int
  package var rows: Int { steps * slots }

  /// What the environments showed, and where the steps led; [rows × observation size].
  package let observations: UnsafeMutablePointer<Float>
  package let nextObservations: UnsafeMutablePointer<Float>
  /// What the networks were given: observations, normalised by the statistics of that moment.
  package let inputs: UnsafeMutablePointer<Float>
  /// What the policy drew, and what the environments were given: the same, clipped to the action space.
  package let actions: UnsafeMutablePointer<Float>
  package private(set) var steppedActions: UnsafeMutablePointer<Float>

  package let logProbabilities: UnsafeMutablePointer<Float>
  package let rewards: UnsafeMutablePointer<Float>
  package let values: UnsafeMutablePointer<Float>
  package let advantages: UnsafeMutablePointer<Float>
  package let returns: UnsafeMutablePointer<Float>
  package let terminated: UnsafeMutablePointer<Bool>
  /// Terminated or truncated.
  package let ended: UnsafeMutablePointer<Bool>

  /// Rows cut by a time limit, with the networks' view of the observation they led to.
  package let truncatedRows: UnsafeMutablePointer<Int>
  package let truncatedInputs: UnsafeMutablePointer<Float>
  package var truncatedCount = 0

  /// What the networks see after the last step, [slots × observation size], and its value.
  package let lastInputs: UnsafeMutablePointer<Float>
  package let lastValues: UnsafeMutablePointer<Float>

  private var blocks: [UnsafeMutableRawPointer] = []

  init(
    steps: Int, slots: Int, observationSize: Int, actionSize: Int, separateInputs: Bool, separateSteppedActions: Bool
  ) {
    self.steps = steps
    self.slots = slots
    self.observationSize = observationSize
    self.actionSize = actionSize
    let rows = steps * slots
    var blocks: [UnsafeMutableRawPointer] = []
    /// Zeros: the bytes of 0 and of false.
    func memory<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
      let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: count * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
      bytes.initializeMemory(as: UInt8.self, repeating: .zero)
      blocks.append(bytes.baseAddress!)
      return bytes.baseAddress!.bindMemory(to: Element.self, capacity: count)
    }
    observations = memory(rows * observationSize)
    nextObservations = memory(rows * observationSize)
    inputs = separateInputs ? memory(rows * observationSize) : observations
    actions = memory(rows * actionSize)
    steppedActions = separateSteppedActions ? memory(rows * actionSize) : actions
    logProbabilities = memory(rows)
    rewards = memory(rows)
    values = memory(rows)
    advantages = memory(rows)
    returns = memory(rows)
    terminated = memory(rows)
    ended = memory(rows)
    truncatedRows = memory(rows)
    truncatedInputs = memory(rows * observationSize)
    lastInputs = memory(slots * observationSize)
    lastValues = memory(slots)
    self.blocks = blocks
  }

  /// From now on what the environments are given can be another thing than what the policy drew.
  func separateSteppedActions() {
    guard steppedActions == actions else { return }
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: rows * actionSize * MemoryLayout<Float>.stride, alignment: MemoryLayout<Float>.alignment)
    bytes.initializeMemory(as: UInt8.self, repeating: .zero)
    blocks.append(bytes.baseAddress!)
    steppedActions = bytes.baseAddress!.bindMemory(to: Float.self, capacity: rows * actionSize)
  }

  deinit { for block in blocks { block.deallocate() } }
}
