import Compute

/// The shape of a reward model.
public struct RewardModelSettings: Codable, Sendable, Hashable {
  /// Units of each hidden layer.
  public var hidden: [Int]
  /// Of the hidden layers.
  public var activation: Activation
  /// Which parts of a transition the reward may depend on.
  public var inputs: RewardInputs
  /// Networks in the ensemble.
  public var members: Int
  /// Whether inputs are scaled by the running mean and variance of the transitions that people judged.
  public var normalizeInputs: Bool
  /// The standard deviation to which each member's output is scaled over those transitions (mean 0); nil leaves the
  /// outputs as they come. Christiano et al. use 1 for control tasks and .05 for Atari.
  public var outputStandardDeviation: Double?
  /// How the parameters are drawn.
  public var initialization: Initialization
  /// What a network's last sum passes through; nil for nothing. PEBBLE bounds it by tanh.
  public var outputActivation: Activation?

  /// The defaults are those of `imitation`'s tutorials: 2 × 32 ReLU, one network, normalised inputs, raw outputs.
  public init(
    hidden: [Int] = [32, 32], activation: Activation = .relu, inputs: RewardInputs = RewardInputs(),
    members: Int = 1, normalizeInputs: Bool = true, outputStandardDeviation: Double? = nil,
    initialization: Initialization = .pyTorchDefault, outputActivation: Activation? = nil
  ) {
    self.hidden = hidden
    self.activation = activation
    self.inputs = inputs
    self.members = members
    self.normalizeInputs = normalizeInputs
    self.outputStandardDeviation = outputStandardDeviation
    self.initialization = initialization
    self.outputActivation = outputActivation
  }

  /// - Throws: `InputError` for the first invalid setting.
  public func validate() throws {
    guard members > 0 else { throw InputError("reward.members is \(members)", remedy: "use at least 1") }
    guard hidden.allSatisfy({ $0 > 0 }) else {
      throw InputError("reward.hidden is \(hidden)", remedy: "use positive layer widths")
    }
    if let deviation = outputStandardDeviation, !(deviation > 0 && deviation.isFinite) {
      throw InputError("reward.outputStandardDeviation is \(deviation)", remedy: "use a positive number")
    }
  }
}
