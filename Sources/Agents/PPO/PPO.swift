import Compute
import Environments
import Rewards

/// Proximal policy optimisation with separate policy and value networks, for discrete and continuous actions.
///
/// Where the observation is an image (`EnvironmentSpecification.image`) both networks look at it through the
/// convolutions of the Atari papers before their hidden layers; its values are scaled to 0 … 1.
///
/// ```swift
/// let ppo = try PPO(settings: settings, specification: batch.specification, random: RandomSource(seed: 1))
/// batch.reset()
/// for iteration in 0..<100 {
///   let statistics = ppo.iterate(batch, progress: Double(iteration) / 100)
///   print(statistics.totalSteps, statistics.episodes.last?.trueReturn ?? .nan)
/// }
/// let policy = ppo.policy
/// ```
///
/// One iteration collects a rollout and makes `epochs` passes over it in minibatches. All memory is laid out at the
/// start. Every draw comes from a stream named by the iteration (`ppo/action`) or the epoch (`ppo/minibatch`), so the
/// counters in a ``snapshot()`` are the whole state of its randomness. The results do not depend on the number of
/// threads.
///
/// Source: Schulman et al., arXiv 1707.06347; the details that matter as in Stable-Baselines3 2.2 (orthogonal weights
/// with gains √2, 0.01 and 1, Adam's ε 1e-5, values bootstrapped where a time limit cuts). Not thread-safe.
public final class PPO {
  /// What the agent was made by.
  public let settings: PPOSettings
  /// The environment it was made for.
  public let specification: EnvironmentSpecification
  /// Where all its draws come from.
  public let random: RandomSource

  /// Iterations finished, and transitions collected by them.
  public internal(set) var iteration = 0
  /// Transitions collected so far.
  public internal(set) var totalSteps = 0

  let head: ActionHead
  private let initialNetwork: Network
  let policyShape: NetworkShape
  let valueShape: NetworkShape
  let observationSize: Int

  /// Policy network, log standard deviations, value network, one after the other; their gradients likewise.
  let parameterCount: Int
  let parameters: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  var adam: Adam

  /// Running statistics of observations (either kind of normalisation) and of discounted returns.
  var inputNormalizer: RunningNormalizer?
  var returnNormalizer: RunningNormalizer?
  var discountedReturns: [Float]

  /// The episodes under way: their true return and length so far.
  var runningReturns: [Double]
  var runningLengths: [Int]

  package let buffer: RolloutBuffer
  let scratch: PPOScratch
  let sampler: ActionSampler
  let loss: PPOLoss
  /// What the agent is held near; nil for nothing.
  var reference: PPOReference?
  /// What looks at its actions before they are taken.
  var stepGuard: (any StepGuard)? {
    didSet { if stepGuard != nil { buffer.separateSteppedActions() } }
  }

  /// A fresh agent for environments of this specification.
  /// - Throws: `InputError` for settings that cannot work.
  public init(settings: PPOSettings, specification: EnvironmentSpecification, random: RandomSource) throws {
    try settings.validate()
    self.settings = settings
    self.specification = specification
    self.random = random
    head = ActionHead(specification.actionSpace)
    observationSize = specification.observationSpace.count
    let images = specification.imageLayers
    try Self.check(settings, images: images)
    policyShape = NetworkShape(
      inputs: observationSize, hidden: settings.hidden, outputs: head.outputs, activation: settings.activation,
      images: images)
    valueShape = NetworkShape(
      inputs: observationSize, hidden: settings.hidden, outputs: 1, activation: settings.activation, images: images)

    let gain = Float(2).squareRoot()
    let policy = Network(
      policyShape, initialization: .orthogonal(hiddenGain: gain, outputGain: 0.01),
      random: random.child("ppo/initial/policy"))
    let value = Network(
      valueShape, initialization: .orthogonal(hiddenGain: gain, outputGain: 1),
      random: random.child("ppo/initial/value"))
    let initial =
      policy.parameters
      + [Float](repeating: settings.initialLogStandardDeviation, count: head.logStandardDeviationCount)
      + value.parameters
    initialNetwork = policy
    parameterCount = initial.count
    parameters = .allocate(capacity: parameterCount)
    parameters.initialize(from: initial, count: parameterCount)
    gradients = .allocate(capacity: parameterCount)
    gradients.initialize(repeating: 0, count: parameterCount)
    adam = Adam(
      AdamSettings(learningRate: settings.learningRate, epsilon: settings.adamEpsilon), count: parameterCount)

    if settings.normalizeObservations {
      inputNormalizer = RunningNormalizer(size: observationSize, epsilon: 1e-8)
    } else if settings.normalizeFeatures {
      inputNormalizer = RunningNormalizer(size: observationSize, epsilon: 1e-5)
    }
    if settings.normalizeRewards { returnNormalizer = RunningNormalizer(size: 1, epsilon: 1e-8) }
    discountedReturns = [Float](repeating: 0, count: settings.environments)
    runningReturns = [Double](repeating: 0, count: settings.environments)
    runningLengths = [Int](repeating: 0, count: settings.environments)

    buffer = RolloutBuffer(
      steps: settings.stepsPerRollout, slots: settings.environments, observationSize: observationSize,
      actionSize: head.rowSize, separateInputs: settings.normalizeObservations,
      separateSteppedActions: head.isContinuous)
    scratch = PPOScratch(settings: settings, policyShape: policyShape, valueShape: valueShape, head: head)
    sampler = ActionSampler(head)
    loss = PPOLoss(settings)
  }

  /// Pixels are scaled by their bounds; statistics of each would blow up those that hardly ever change.
  private static func check(_ settings: PPOSettings, images: ImageLayers?) throws {
    guard images != nil else { return }
    for (name, isOn) in [
      ("normalizeObservations", settings.normalizeObservations), ("normalizeFeatures", settings.normalizeFeatures),
    ] where isOn {
      throw InputError(
        "the observation is an image, whose pixels are not normalised", at: "ppo.\(name)", remedy: "switch it off")
    }
  }

  deinit { for pointer in [parameters, gradients] { pointer.deallocate() } }

  var policyParameters: UnsafeMutablePointer<Float> { parameters }
  var logStandardDeviations: UnsafeMutablePointer<Float> { parameters + policyShape.parameterCount }
  var valueParameters: UnsafeMutablePointer<Float> { logStandardDeviations + head.logStandardDeviationCount }

  /// The policy as it stands: a value that later training does not change.
  public var policy: Policy {
    let weights = UnsafeBufferPointer(start: parameters, count: policyShape.parameterCount)
    var network = initialNetwork
    network.parameters = Array(weights)
    let deviations = UnsafeBufferPointer(start: logStandardDeviations, count: head.logStandardDeviationCount)
    return Policy(
      environment: specification.id, head: head, network: network,
      logStandardDeviations: Array(deviations), normalizer: inputNormalizer, normalizerClip: inputClip)
  }

  var inputClip: Float? { settings.normalizeObservations ? 10 : nil }

  /// One iteration: a rollout of `environments` × `stepsPerRollout` transitions, then the update.
  ///
  /// - Parameters:
  ///   - batch: of as many slots as `environments`, reset before the first iteration and left alone between two.
  ///   - reward: the reward that the agent maximises; nil for the environment's own reward.
  ///   - progress: the share of the run that is done, 0 to 1, for the learning-rate schedule.
  ///   - recorder: told of every step, if given.
  public func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)? = nil, progress: Double = 0,
    recorder: TrajectoryRecorder? = nil
  ) -> PPOStatistics {
    precondition(batch.count == settings.environments, "a batch of as many slots as the setting `environments`")
    precondition(batch.specification.id == specification.id, "a batch of the environment the agent was made for")
    var statistics = PPOStatistics()
    collect(batch, recorder: recorder, keepTransitions: reward != nil, statistics: &statistics)
    judge(reward, statistics: &statistics)
    estimateValues(&statistics)
    let rate: Float =
      switch settings.learningRateSchedule {
      case .constant: settings.learningRate
      case .linear: settings.learningRate * Float(1 - min(max(progress, 0), 1))
      }
    update(learningRate: rate, statistics: &statistics)
    iteration += 1
    statistics.totalSteps = totalSteps
    return statistics
  }
}
