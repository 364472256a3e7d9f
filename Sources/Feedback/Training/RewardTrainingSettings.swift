import Compute

/// How a reward model learns from choices.
public struct RewardTrainingSettings: Codable, Sendable, Hashable {
  /// Passes over the choices in one training.
  public var epochs: Int
  /// Choices in one optimisation step. An incomplete last batch counts less, as in `imitation`.
  public var batch: Int
  /// AdamW's step size.
  public var learningRate: Double
  /// AdamW's decoupled weight decay; where `adaptiveRegularization` is on, its start.
  public var weightDecay: Double
  /// The assumed probability that an answer was given without looking (Christiano et al.: .1), besides each choice's
  /// own.
  public var lapse: Double
  /// The assumed temperature of the person: every choice's rationality is divided by it.
  public var temperature: Double
  /// γ: transition t of a clip counts γ^t, from the clip's first (or the option's, if that begins within a clip).
  public var discount: Double
  /// The largest difference of logits that still makes a difference.
  public var threshold: Double
  /// The share of choices that is never trained on and measures generalisation (Christiano et al.: 1/e).
  public var heldOutShare: Double
  /// Whether each member of an ensemble sees its own resample of the choices. Without effect for one member.
  public var bootstrap: Bool
  /// Adapts the weight decay; nil keeps it. Needs a held-out share.
  public var adaptiveRegularization: AdaptiveRegularization?
  /// Training ends after an epoch in which the members' mean accuracy was above this; nil makes every pass.
  public var stopAccuracy: Double?
  /// Learning from unlabelled pairs too; nil for answers alone.
  public var pseudoLabels: PseudoLabeling?
  /// Segments are cut, or drawn out into the steps around them, by up to so many steps, anew in every pass; nil for none.
  public var cropping: Int?

  /// The defaults are `imitation`'s: 3 epochs (its command line and tutorials), AdamW with PyTorch's defaults.
  public init(
    epochs: Int = 3, batch: Int = 32, learningRate: Double = 1e-3, weightDecay: Double = 0.01, lapse: Double = 0,
    temperature: Double = 1, discount: Double = 1, threshold: Double = 50, heldOutShare: Double = 0,
    bootstrap: Bool = true, adaptiveRegularization: AdaptiveRegularization? = nil, stopAccuracy: Double? = nil,
    pseudoLabels: PseudoLabeling? = nil, cropping: Int? = nil
  ) {
    self.epochs = epochs
    self.batch = batch
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.lapse = lapse
    self.temperature = temperature
    self.discount = discount
    self.threshold = threshold
    self.heldOutShare = heldOutShare
    self.bootstrap = bootstrap
    self.adaptiveRegularization = adaptiveRegularization
    self.stopAccuracy = stopAccuracy
    self.pseudoLabels = pseudoLabels
    self.cropping = cropping
  }

  /// - Throws: `InputError` for the first invalid setting.
  public func validate() throws {
    func require(_ holds: Bool, _ name: String, _ value: Any, _ remedy: String) throws {
      if !holds { throw InputError("\(name) is \(value)", remedy: remedy) }
    }
    try require(epochs >= 0, "epochs", epochs, "use 0 or more")
    try require(batch > 0, "batch", batch, "use at least 1")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "use a positive number")
    try require(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "use 0 or more")
    try require(lapse >= 0 && lapse < 1, "lapse", lapse, "use 0 or more, below 1: at 1 answers carry no information")
    try require(temperature > 0 && temperature.isFinite, "temperature", temperature, "use a positive number")
    try require(discount >= 0 && discount <= 1, "discount", discount, "use a number of 0 ... 1")
    try require(threshold > 0, "threshold", threshold, "use a positive number")
    try require(heldOutShare >= 0 && heldOutShare < 1, "heldOutShare", heldOutShare, "use 0 or more, below 1")
    if let stopAccuracy {
      try require(stopAccuracy >= 0 && stopAccuracy <= 1, "stopAccuracy", stopAccuracy, "use a number of 0 ... 1")
    }
    try pseudoLabels?.validate()
    if let cropping { try require(cropping >= 1, "cropping", cropping, "use at least 1 step, or none") }
    if let adaptiveRegularization {
      try adaptiveRegularization.validate()
      try require(
        heldOutShare > 0, "heldOutShare", heldOutShare, "use a positive share: adaptive regularisation looks at it")
      try require(
        weightDecay > 0, "weightDecay", weightDecay, "use a positive start: adaptive regularisation multiplies it")
    }
  }
}
