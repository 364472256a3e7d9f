import Compute
import Rewards

/// The reward model and its training: the section `reward`.
public struct RewardSettings: Sendable, Hashable {
  /// Widths of the reward network's hidden layers.
  public var hidden = [32, 32]
  /// Between the reward network's layers.
  public var activation = Activation.relu
  /// Networks in the reward ensemble; they are averaged.
  public var members = 5
  /// The reward may depend on the observation.
  public var useObservation = true
  /// The reward may depend on the action.
  public var useAction = true
  /// The reward may depend on the next observation.
  public var useNextObservation = false
  /// The reward may depend on whether the episode ended for good.
  public var useTermination = false
  /// Normalise the reward network's inputs by running statistics.
  public var normalizeInputs = true
  /// Scale every member's output to this deviation over the judged transitions.
  public var outputStandardDeviation: Double?
  /// Give the agent rewards normalised by running statistics.
  public var normalizeForAgent = false
  /// Passes over all answers in each round.
  public var epochs = 3
  /// How many times more passes the first round makes.
  public var initialEpochMultiplier = 200.0
  /// Comparisons in one gradient step.
  public var batch = 32
  /// AdamW's step size for the reward.
  public var learningRate = 1e-3
  /// AdamW's weight decay.
  public var weightDecay = 0.01
  /// Assumed share of answers given without looking; Christiano et al. 2017 use 0.1.
  public var lapse = 0.0
  /// Assumed temperature of the person's choices.
  public var temperature = 1.0
  /// Assumed discount of later steps within a segment.
  public var discount = 1.0
  /// The largest difference of returns that still makes a difference.
  public var threshold = 50.0
  /// Share of answers never trained on; Christiano et al. 2017 hold out 1/e.
  public var heldOutShare = 0.0
  /// Each member of an ensemble sees its own resample of the answers.
  public var bootstrap = true
  /// Adapt the weight decay so that held-out loss stays within 1.1 to 1.5 of the training loss.
  public var adaptiveRegularization = false
  /// What a network's output passes through.
  public var outputActivation = OutputActivation.identity
  /// A round's training ends once the members' mean accuracy is above this.
  public var stopAccuracy: Double?
  /// The probability from which a member learns from its own guess about an unlabelled pair.
  public var pseudoThreshold: Double?
  /// Unlabelled pairs looked at for each answer.
  public var pseudoRatio = 4
  /// What their loss counts.
  public var pseudoWeight = 1.0
  /// Steps by which segments are cut or drawn out.
  public var cropping: Int?

  /// What a reward network's last sum passes through.
  public enum OutputActivation: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case identity
    /// tanh, so that a step is worth −1 to 1.
    case tanh
  }

  /// All defaults.
  public init() {}
}

private let imitation = "imitation 1.0, PreferenceComparisons"
private let trainer = "imitation 1.0, BasicRewardTrainer"
private let network = "imitation 1.0, BasicRewardNet"
private let christiano = "Christiano et al. 2017"
private let surf = "SURF, arXiv 2203.10050"

extension RewardSettings: SettingsSection {
  public static let section = "reward"

  public static let settings: [Setting<Self>] = [
    .integers("hidden", \.hidden, 1...65_536, "Widths of the reward network's hidden layers.", network),
    .choice("activation", \.activation, "Between the reward network's layers.", network),
    .integer(
      "members", \.members, 1...1000, "Networks in the reward ensemble; they are averaged.", christiano
    ).meaning(whereAbsent: .integer(1)),
    .boolean("useObservation", \.useObservation, "The reward may depend on the observation.", network),
    .boolean("useAction", \.useAction, "The reward may depend on the action.", network),
    .boolean(
      "useNextObservation", \.useNextObservation, "The reward may depend on the next observation.",
      network),
    .boolean(
      "useTermination", \.useTermination, "The reward may depend on whether the episode ended for good.",
      network + " (use_done)"),
    .boolean(
      "normalizeInputs", \.normalizeInputs,
      "Normalise the reward network's inputs by running statistics.",
      network + " with RunningNorm"),
    .number(
      "outputStandardDeviation", \.outputStandardDeviation, 1e-9...1e9,
      "Scale every member's output to this deviation over the judged transitions.", christiano),
    .boolean(
      "normalizeForAgent", \.normalizeForAgent,
      "Give the agent rewards normalised by running statistics.", "imitation 1.0, NormalizedRewardNet"),
    .integer("epochs", \.epochs, 0...100_000, "Passes over all answers in each round.", trainer),
    .number(
      "initialEpochMultiplier", \.initialEpochMultiplier, 0...100_000,
      "How many times more passes the first round makes.", imitation),
    .integer("batch", \.batch, 1...1_000_000, "Comparisons in one gradient step.", trainer),
    .number("learningRate", \.learningRate, 1e-12...10, "AdamW's step size for the reward.", trainer),
    .number(
      "weightDecay", \.weightDecay, 0...100, "AdamW's weight decay.", trainer + " (PyTorch's default)"),
    .number(
      "lapse", \.lapse, 0...0.999,
      "Assumed share of answers given without looking; \(christiano) use 0.1.", imitation + " (noise_prob)"),
    .number(
      "temperature", \.temperature, 1e-9...1e9,
      "Assumed temperature of the person's choices.", imitation),
    .number(
      "discount", \.discount, 0...1, "Assumed discount of later steps within a segment.", imitation),
    .number(
      "threshold", \.threshold, 1e-9...1e9, "The largest difference of returns that still makes a difference.",
      imitation),
    .number(
      "heldOutShare", \.heldOutShare, 0...0.9,
      "Share of answers never trained on; \(christiano) hold out 1/e.", imitation),
    .boolean(
      "bootstrap", \.bootstrap, "Each member of an ensemble sees its own resample of the answers.",
      christiano),
    .boolean(
      "adaptiveRegularization", \.adaptiveRegularization,
      "Adapt the weight decay so that held-out loss stays within 1.1 to 1.5 of the training loss.", christiano),
    .choice(
      "outputActivation", \.outputActivation,
      "What a reward network's output passes through: nothing, or tanh, by which a step is worth −1 to 1.",
      network + "; tanh in B-Pref"),
    .number(
      "stopAccuracy", \.stopAccuracy, 0...1,
      "A round's training ends early, after a pass in which the members were right more often than this on average.",
      "B-Pref (0.97 there); off"),
    .number(
      "pseudoThreshold", \.pseudoThreshold, 0.5...1,
      "Each member learns also from pairs that nobody was asked about, where it gives one of the two at least this "
        + "probability; none: from answers alone.", surf + " (τ; .99 there); off"),
    .integer(
      "pseudoRatio", \.pseudoRatio, 1...1000, "Such pairs looked at for each answer of a batch.", surf + " (μ)"),
    .number(
      "pseudoWeight", \.pseudoWeight, 0...1000, "What their loss counts beside that of the answers.", surf + " (λ)"),
    .integer(
      "cropping", \.cropping, 1...100_000,
      "In every pass segments are cut, or drawn out into the steps around them, by up to so many steps.",
      surf + " (5 there); off"),
  ]

  public func validate() throws {
    guard useObservation || useAction || useNextObservation || useTermination else {
      throw InputError(
        "the reward would depend on nothing", at: "reward.useObservation",
        remedy: "switch on at least one of reward.use…")
    }
    guard !adaptiveRegularization || (heldOutShare > 0 && weightDecay > 0) else {
      throw InputError(
        "it needs held-out answers and a weight decay to start from", at: "reward.adaptiveRegularization",
        remedy: "set reward.heldOutShare to 0.37 and reward.weightDecay above 0")
    }
    guard pseudoThreshold != nil || (pseudoRatio == 4 && pseudoWeight == 1) else {
      throw InputError(
        "there are no pseudo-labels", at: pseudoRatio == 4 ? "reward.pseudoWeight" : "reward.pseudoRatio",
        remedy: "set reward.pseudoThreshold too, to 0.99 for example")
    }
  }
}

extension RewardSettings {
  /// The shape of the reward model.
  public var model: RewardModelSettings {
    RewardModelSettings(
      hidden: hidden, activation: activation,
      inputs: RewardInputs(
        observation: useObservation, action: useAction, nextObservation: useNextObservation,
        termination: useTermination),
      members: members, normalizeInputs: normalizeInputs, outputStandardDeviation: outputStandardDeviation,
      outputActivation: outputActivation == .tanh ? .tanh : nil)
  }

  /// How the reward model learns.
  public var training: RewardTrainingSettings {
    RewardTrainingSettings(
      epochs: epochs, batch: batch, learningRate: learningRate, weightDecay: weightDecay, lapse: lapse,
      temperature: temperature, discount: discount, threshold: threshold, heldOutShare: heldOutShare,
      bootstrap: bootstrap, adaptiveRegularization: adaptiveRegularization ? AdaptiveRegularization() : nil,
      stopAccuracy: stopAccuracy,
      pseudoLabels: pseudoThreshold.map { PseudoLabeling(threshold: $0, ratio: pseudoRatio, weight: pseudoWeight) },
      cropping: cropping)
  }
}
