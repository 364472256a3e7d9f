import Compute

/// The memory that PPO's passes over rollout and minibatch work in.
final class PPOScratch {
  /// Rows per pass when values are estimated for a whole rollout; fixed, so that the results never depend on threads.
  static let chunk = 192

  let actor: NetworkPass
  /// One for each lane of the thread pool.
  private(set) var critics: [Critic]
  let policy: NetworkPass
  let value: NetworkPass
  let normalized: UnsafeMutablePointer<Float>
  private let valueShape: NetworkShape
  private let chunk: Int

  // One minibatch, gathered.
  let inputs: UnsafeMutablePointer<Float>
  /// The value network's own copy, so that the halves of an update share nothing.
  let valueInputs: UnsafeMutablePointer<Float>
  let actions: UnsafeMutablePointer<Float>
  let logProbabilities: UnsafeMutablePointer<Float>
  let advantages: UnsafeMutablePointer<Float>
  let returns: UnsafeMutablePointer<Float>
  let values: UnsafeMutablePointer<Float>
  let outputGradients: UnsafeMutablePointer<Float>
  let valueGradients: UnsafeMutablePointer<Float>
  /// The rollout's rows in the order of an epoch.
  let order: UnsafeMutablePointer<Int32>
  private let rows: Int
  /// The losses of the two halves of a minibatch.
  private let halves: UnsafeMutablePointer<PPOLoss.Sums>

  private let blocks: [UnsafeMutablePointer<Float>]

  init(settings: PPOSettings, policyShape: NetworkShape, valueShape: NetworkShape, head: ActionHead) {
    let minibatch = min(settings.minibatchSize, settings.rolloutSize)
    let chunk = min(Self.chunk, max(settings.rolloutSize, settings.environments))
    actor = NetworkPass(policyShape, capacity: settings.environments)
    self.valueShape = valueShape
    self.chunk = chunk
    critics = [Critic(valueShape, chunk: chunk)]
    policy = NetworkPass(policyShape, capacity: minibatch)
    value = NetworkPass(valueShape, capacity: minibatch)
    var blocks: [UnsafeMutablePointer<Float>] = []
    func memory(_ count: Int) -> UnsafeMutablePointer<Float> {
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
      pointer.initialize(repeating: 0, count: max(count, 1))
      blocks.append(pointer)
      return pointer
    }
    normalized = memory(settings.environments * policyShape.inputs)
    inputs = memory(minibatch * policyShape.inputs)
    valueInputs = memory(minibatch * policyShape.inputs)
    actions = memory(minibatch * head.rowSize)
    logProbabilities = memory(minibatch)
    advantages = memory(minibatch)
    returns = memory(minibatch)
    values = memory(minibatch)
    outputGradients = memory(minibatch * head.outputs)
    valueGradients = memory(minibatch)
    rows = settings.rolloutSize
    order = .allocate(capacity: rows)
    order.initialize(repeating: 0, count: rows)
    halves = .allocate(capacity: PPO.Half.allCases.count)
    halves.initialize(repeating: PPOLoss.Sums(), count: PPO.Half.allCases.count)
    self.blocks = blocks
  }

  /// Makes sure that there is a critic for each lane.
  func prepareCritics(lanes: Int) {
    while critics.count < lanes { critics.append(Critic(valueShape, chunk: chunk)) }
  }

  /// What one lane needs to estimate values.
  final class Critic {
    let pass: NetworkPass
    let normalized: UnsafeMutablePointer<Float>

    init(_ shape: NetworkShape, chunk: Int) {
      pass = NetworkPass(shape, capacity: chunk)
      normalized = .allocate(capacity: max(1, chunk * shape.inputs))
      normalized.initialize(repeating: 0, count: max(1, chunk * shape.inputs))
    }

    deinit { normalized.deallocate() }
  }

  deinit {
    for block in blocks { block.deallocate() }
    order.deallocate()
    halves.deallocate()
  }

  func keep(_ sums: PPOLoss.Sums, of half: PPO.Half) { halves[half.rawValue] = sums }

  /// Both halves' losses; each has its own terms.
  var sums: PPOLoss.Sums {
    var sums = halves[PPO.Half.policy.rawValue]
    sums.valueLoss = halves[PPO.Half.value.rawValue].valueLoss
    return sums
  }

  /// A uniformly random order (Fisher–Yates), from the identity each time, so that it depends on the stream alone.
  func shuffle(random: inout RandomStream) {
    for index in 0..<rows { order[index] = Int32(truncatingIfNeeded: index) }
    var last = rows - 1
    while last > 0 {
      let other = random.below(last + 1)
      let kept = order[last]
      order[last] = order[other]
      order[other] = kept
      last -= 1
    }
  }
}
