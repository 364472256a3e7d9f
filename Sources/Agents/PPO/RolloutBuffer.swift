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
  package let steppedActions: UnsafeMutablePointer<Float>

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
    func memory<Element: BitwiseCopyable>(_ count: Int, of zero: Element) -> UnsafeMutablePointer<Element> {
      let pointer = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
      pointer.initialize(repeating: zero, count: max(count, 1))
      blocks.append(UnsafeMutableRawPointer(pointer))
      return pointer
    }
    observations = memory(rows * observationSize, of: Float(0))
    nextObservations = memory(rows * observationSize, of: Float(0))
    inputs = separateInputs ? memory(rows * observationSize, of: Float(0)) : observations
    actions = memory(rows * actionSize, of: Float(0))
    steppedActions = separateSteppedActions ? memory(rows * actionSize, of: Float(0)) : actions
    logProbabilities = memory(rows, of: Float(0))
    rewards = memory(rows, of: Float(0))
    values = memory(rows, of: Float(0))
    advantages = memory(rows, of: Float(0))
    returns = memory(rows, of: Float(0))
    terminated = memory(rows, of: false)
    ended = memory(rows, of: false)
    truncatedRows = memory(rows, of: 0)
    truncatedInputs = memory(rows * observationSize, of: Float(0))
    lastInputs = memory(slots * observationSize, of: Float(0))
    lastValues = memory(slots, of: Float(0))
    self.blocks = blocks
  }

  deinit { for block in blocks { block.deallocate() } }
}
