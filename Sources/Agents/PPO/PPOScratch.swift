import Compute

/// The memory that PPO's passes over rollout and minibatch work in.
final class PPOScratch {
  /// Rows per pass when values are estimated for a whole rollout; fixed, so that the results never depend on threads.
  static let chunk = 1024

  let actor: NetworkPass
  let critic: NetworkPass
  let policy: NetworkPass
  let value: NetworkPass
  let normalized: UnsafeMutablePointer<Float>

  // One minibatch, gathered.
  let inputs: UnsafeMutablePointer<Float>
  let actions: UnsafeMutablePointer<Float>
  let logProbabilities: UnsafeMutablePointer<Float>
  let advantages: UnsafeMutablePointer<Float>
  let returns: UnsafeMutablePointer<Float>
  let values: UnsafeMutablePointer<Float>
  let outputGradients: UnsafeMutablePointer<Float>
  let valueGradients: UnsafeMutablePointer<Float>
  var order: [Int]

  private let blocks: [UnsafeMutablePointer<Float>]

  init(settings: PPOSettings, policyShape: NetworkShape, valueShape: NetworkShape, head: ActionHead) {
    let minibatch = min(settings.minibatchSize, settings.rolloutSize)
    let chunk = min(Self.chunk, max(settings.rolloutSize, settings.environments))
    actor = NetworkPass(policyShape, capacity: settings.environments)
    critic = NetworkPass(valueShape, capacity: chunk)
    policy = NetworkPass(policyShape, capacity: minibatch)
    value = NetworkPass(valueShape, capacity: minibatch)
    var blocks: [UnsafeMutablePointer<Float>] = []
    func memory(_ count: Int) -> UnsafeMutablePointer<Float> {
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
      pointer.initialize(repeating: 0, count: max(count, 1))
      blocks.append(pointer)
      return pointer
    }
    normalized = memory(max(chunk, minibatch, settings.environments) * policyShape.inputs)
    inputs = memory(minibatch * policyShape.inputs)
    actions = memory(minibatch * head.rowSize)
    logProbabilities = memory(minibatch)
    advantages = memory(minibatch)
    returns = memory(minibatch)
    values = memory(minibatch)
    outputGradients = memory(minibatch * head.outputs)
    valueGradients = memory(minibatch)
    order = Array(0..<settings.rolloutSize)
    self.blocks = blocks
  }

  deinit { for block in blocks { block.deallocate() } }
}
