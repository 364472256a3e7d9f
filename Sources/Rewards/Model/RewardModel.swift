import Compute
import Environments

/// A learned reward: an ensemble of equal networks over encoded transitions, each normalised, then averaged.
///
/// ```swift
/// var model = try RewardModel(RewardModelSettings(members: 3), specification: world.specification, random: random)
/// // …train it (`RewardTrainer`, module Feedback)…
/// let reward = RewardEvaluator(model)          // what PPO asks
/// ```
///
/// r(x) = mean over members m of (f_m(x̂) − mean_m) · scale_m, where x̂ is the normalised input. Only differences of
/// the f_m are identified by choices, so `outputMeans` and `outputScales` fix the zero and the unit; without an output
/// standard deviation in the settings they stay 0 and 1.
///
/// Source: Christiano et al. 2017, §2.2; `imitation`'s `RewardEnsemble`, `NormalizedRewardNet`.
public struct RewardModel: Codable, Sendable, Hashable {
  /// What the model was made by.
  public let settings: RewardModelSettings
  /// How a transition becomes the networks' input.
  public let encoding: TransitionEncoding
  /// The members' networks.
  public var network: Network
  /// The statistics by which inputs are normalised; nil if they are not.
  public var inputNormalizer: RunningNormalizer?
  /// One for each member: the mean of its raw output over the judged transitions.
  public var outputMeans: [Double]
  /// One for each member: what its centred output is multiplied by.
  public var outputScales: [Double]

  /// How many networks vote.
  public var members: Int { network.members }

  /// - Throws: `InputError` for impossible settings, among them two images.
  public init(_ settings: RewardModelSettings, specification: EnvironmentSpecification, random: RandomSource) throws {
    guard specification.rewardImageLayers == nil || !(settings.inputs.observation && settings.inputs.nextObservation)
    else {
      throw InputError(
        "a reward looks at one image, and two are chosen", at: "reward.useNextObservation",
        remedy: "choose the observation or the next one")
    }
    try self.init(
      settings, encoding: TransitionEncoding(settings.inputs, specification: specification), random: random)
  }

  /// A new model; every member's parameters are drawn from streams of its own.
  public init(_ settings: RewardModelSettings, encoding: TransitionEncoding, random: RandomSource) throws {
    try settings.validate()
    try self.init(
      settings, encoding: encoding,
      network: Network(
        Self.shape(settings, encoding), members: settings.members, initialization: settings.initialization,
        random: random.child("reward/network")))
  }

  /// The networks' shape: convolutions for an image, then the hidden layers.
  static func shape(_ settings: RewardModelSettings, _ encoding: TransitionEncoding) -> NetworkShape {
    NetworkShape(
      inputs: encoding.width, hidden: settings.hidden, outputs: 1, activation: settings.activation,
      outputActivation: settings.outputActivation ?? .identity, images: encoding.images)
  }

  /// A model around a network that exists already.
  public init(_ settings: RewardModelSettings, encoding: TransitionEncoding, network: Network) throws {
    guard network.shape.inputs == encoding.width, network.shape.outputs == 1 else {
      throw InputError(
        "the network reads \(network.shape.inputs) numbers and writes \(network.shape.outputs); the reward needs "
          + "\(encoding.width) and 1")
    }
    self.settings = settings
    self.encoding = encoding
    self.network = network
    // Pixels are scaled by their bounds and not normalised.
    let normalizes = settings.normalizeInputs && network.shape.images == nil
    inputNormalizer = normalizes ? RunningNormalizer(size: encoding.width, epsilon: 1e-5) : nil
    outputMeans = [Double](repeating: 0, count: network.members)
    outputScales = [Double](repeating: 1, count: network.members)
  }
}

extension RewardModel: RewardFunction {
  /// One reward per transition, allocating its scratch; in a loop use ``RewardEvaluator``.
  public func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    RewardEvaluator(self).evaluate(transitions, into: &rewards)
  }

  /// The rewards of a trajectory's transitions, in order.
  public func rewards(of trajectory: Trajectory, specification: EnvironmentSpecification) -> [Float] {
    var rewards = [Float](repeating: 0, count: trajectory.count)
    trajectory.withTransitionRows(specification) { self.rewards($0, into: &rewards) }
    return rewards
  }
}
