import Agents
import Compute
import Testing

@Suite("Settings of agents and imitators")
struct SettingsTests {
  private static let notNumbers: [Double] = [-1, -.infinity, .infinity, .nan]

  /// Each change is refused, and by the name of the setting that it changed.
  private func expectRefused<Settings>(
    _ settings: Settings, _ name: String, _ validate: (Settings) throws -> Void, _ change: (inout Settings) -> Void
  ) {
    var changed = settings
    change(&changed)
    let error = #expect(throws: InputError.self, "\(name)") { try validate(changed) }
    #expect(error?.place?.hasSuffix("." + name) == true, "\(name): \(String(describing: error))")
  }

  @Test("cloning takes its limits and refuses what lies beyond them")
  func cloning() throws {
    let settings = CloningSettings()
    try settings.validate()
    func refuse(_ name: String, _ change: (inout CloningSettings) -> Void) {
      expectRefused(settings, name, { try $0.validate() }, change)
    }
    for bad in Self.notNumbers {
      refuse("learningRate") { $0.learningRate = bad }
      refuse("entropyWeight") { $0.entropyWeight = bad }
      refuse("weightDecay") { $0.weightDecay = bad }
      refuse("heldOutShare") { $0.heldOutShare = bad }
    }
    refuse("learningRate") { $0.learningRate = 0 }
    refuse("heldOutShare") { $0.heldOutShare = 1 }
    refuse("hidden") { $0.hidden = [4, 0] }
    refuse("batch") { $0.batch = 0 }
    refuse("epochs") { $0.epochs = 0 }
    refuse("patience") { $0.patience = 0 }
    var least = settings
    (least.batch, least.epochs, least.patience, least.hidden) = (1, 1, 1, [1])
    (least.entropyWeight, least.weightDecay, least.heldOutShare) = (0, 0, 0)
    try least.validate()
  }

  @Test("adversarial imitation takes its limits and refuses what lies beyond them")
  func adversarial() throws {
    let settings = AdversarialSettings()
    try settings.validate()
    func refuse(_ name: String, _ change: (inout AdversarialSettings) -> Void) {
      expectRefused(settings, name, { try $0.validate() }, change)
    }
    for bad in Self.notNumbers {
      refuse("learningRate") { $0.learningRate = bad }
      refuse("weightDecay") { $0.weightDecay = bad }
      refuse("discount") { $0.discount = bad }
    }
    refuse("learningRate") { $0.learningRate = 0 }
    refuse("discount") { $0.discount = 1.5 }
    refuse("hidden") { $0.hidden = [4, 0] }
    refuse("batch") { $0.batch = 0 }
    refuse("steps") { $0.steps = 0 }
    var least = settings
    (least.batch, least.steps, least.hidden, least.weightDecay, least.discount) = (1, 1, [1], 0, 0)
    try least.validate()
    least.discount = 1
    try least.validate()
  }

  @Test("DAgger takes its limits and refuses what lies beyond them")
  func dagger() throws {
    let settings = DAggerSettings()
    try settings.validate()
    func refuse(_ name: String, _ change: (inout DAggerSettings) -> Void) {
      expectRefused(settings, name, { try $0.validate() }, change)
    }
    refuse("episodes") { $0.episodes = 0 }
    refuse("mixture") { $0.mixture = .linear(rounds: 0) }
    for bad in [-0.1, 1.1, .nan] { refuse("mixture") { $0.mixture = .exponential(base: bad) } }
    refuse("batch") { $0.cloning.batch = 0 }
    for good in [DAggerSettings.Mixture.linear(rounds: 1), .exponential(base: 0), .exponential(base: 1)] {
      var least = settings
      (least.episodes, least.mixture) = (1, good)
      try least.validate()
    }
  }

  @Test("PPO takes its limits and refuses what lies beyond them")
  func ppo() throws {
    let settings = PPOSettings()
    try settings.validate()
    func refuse(_ name: String, _ change: (inout PPOSettings) -> Void) {
      expectRefused(settings, name, { try $0.validate() }, change)
    }
    refuse("environments") { $0.environments = 0 }
    refuse("stepsPerRollout") { $0.stepsPerRollout = 0 }
    refuse("minibatchSize") { $0.minibatchSize = 0 }
    refuse("epochs") { $0.epochs = 0 }
    refuse("hidden") { $0.hidden = [3, 0] }
    for bad: Float in [-1, .infinity, .nan] {
      refuse("learningRate") { $0.learningRate = bad }
      refuse("discount") { $0.discount = bad }
      refuse("traceDecay") { $0.traceDecay = bad }
      refuse("clipRange") { $0.clipRange = bad }
      refuse("valueClipRange") { $0.valueClipRange = bad }
      refuse("valueCoefficient") { $0.valueCoefficient = bad }
      refuse("targetKL") { $0.targetKL = bad }
      refuse("adamEpsilon") { $0.adamEpsilon = bad }
    }
    refuse("adamEpsilon") { $0.adamEpsilon = 0 }
    refuse("maximumGradientNorm") { $0.maximumGradientNorm = 0 }
    refuse("maximumGradientNorm") { $0.maximumGradientNorm = .nan }
    refuse("entropyCoefficient") { $0.entropyCoefficient = .infinity }
    refuse("initialLogStandardDeviation") { $0.initialLogStandardDeviation = .nan }
    refuse("normalizeFeatures") { ($0.normalizeFeatures, $0.normalizeObservations) = (true, true) }
    refuse("discount") { $0.discount = 1.001 }
    refuse("traceDecay") { $0.traceDecay = 1.001 }
    var least = settings
    (least.learningRate, least.discount, least.traceDecay, least.clipRange) = (0, 1, 0, 0)
    (least.environments, least.stepsPerRollout, least.minibatchSize, least.epochs) = (1, 1, 1, 1)
    (least.valueCoefficient, least.targetKL, least.valueClipRange, least.entropyCoefficient) = (0, 0, 0, -1)
    try least.validate()
  }
}
