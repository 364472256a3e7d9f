import Agents
import Compute
import Environments
import Feedback
import Rewards

/// One result of learning from demonstrations, in the same form for all methods.
///
/// ```swift
/// let imitation = Imitation(
///   .gail, entry: entry, learner: .ppo(PPOSettings()), steps: 200_000, random: RandomSource(seed: 1))
/// let learned = try imitation.learn(from: demonstrations)
/// ```
///
/// The methods' own types (`BehavioralCloning`, `DAgger`, `AdversarialImitation`, ``RankedImitation``) have all their
/// settings; here most stand at their defaults.
public struct Imitation {
  /// How it learns.
  public let method: ImitationMethod
  /// Where the agent acts.
  public let entry: EnvironmentEntry
  /// Makes the agent, for methods that train one.
  public var learner: LearnerFactory
  /// Steps of that agent, rounded up to whole rollouts.
  public var steps: Int
  /// Rounds of DAgger.
  public var rounds = 8
  /// Decides everything that is drawn.
  public let random: RandomSource

  /// A learning by PPO with these settings; the rest stands at its defaults.
  public init(_ method: ImitationMethod, entry: EnvironmentEntry, ppo: PPOSettings, steps: Int, random: RandomSource) {
    self.init(method, entry: entry, learner: .ppo(ppo), steps: steps, random: random)
  }

  /// A learning by any learner.
  public init(
    _ method: ImitationMethod, entry: EnvironmentEntry, learner: LearnerFactory, steps: Int, random: RandomSource
  ) {
    self.method = method
    self.entry = entry
    self.learner = learner
    self.steps = steps
    self.random = random
  }

  /// What was learned.
  public struct Learned: Sendable {
    /// How to act.
    public var policy: any ActingPolicy
    /// T-REX, D-REX: the reward model.
    public var reward: RewardModel?
    /// Steps in the environment that the learner took or had labelled.
    public var steps: Int
    /// D-REX: the clone's mean true return at each share of random actions.
    public var noise: [(share: Double, meanTrueReturn: Double)] = []
  }

  /// - Parameters:
  ///   - demonstrations: whole episodes; T-REX ranks them by their true returns.
  ///   - expert: who answers DAgger; not needed otherwise.
  ///   - progress: called with the agent's steps.
  /// - Throws: `InputError` for demonstrations or settings that do not fit, or if DAgger has no expert to ask.
  public func learn(
    from demonstrations: [Trajectory], expert: Expert? = nil, progress: (Int) -> Void = { _ in }
  ) throws -> Learned {
    switch method {
    case .bc:
      let rows = try DemonstrationRows(demonstrations, specification: entry.specification)
      var cloning = BehavioralCloning()
      return Learned(policy: try cloning.train(rows, random: random), steps: 0)
    case .dagger:
      guard let expert else {
        throw InputError("DAgger asks the expert, and there is none to ask", remedy: "give an expert, not a file")
      }
      var dagger = try DAgger(entry: entry, random: random)
      for _ in 0..<rounds { try dagger.iterate(expert: expert, in: entry) }
      guard let policy = dagger.policy else { throw InputError("DAgger made no round", remedy: "use at least 1") }
      return Learned(policy: policy, steps: dagger.labels)
    case .gail, .airl:
      let imitator = try AdversarialImitation(
        demonstrations, settings: AdversarialSettings(method == .gail ? .gail : .airl), learner: learner, entry: entry,
        random: random)
      while imitator.steps < steps {
        try imitator.iterate(progress: Double(imitator.steps) / Double(steps))
        progress(imitator.steps)
      }
      return Learned(policy: imitator.policy, steps: imitator.steps)
    case .trex:
      let learned = try RankedImitation.trex(
        DemonstrationRanking(byTrueReturn: demonstrations), settings: rankedSettings, entry: entry, learner: learner,
        random: random, progress: progress)
      return Learned(policy: learned.policy, reward: learned.reward, steps: learned.steps)
    case .drex:
      let learned = try RankedImitation.drex(
        demonstrations, settings: rankedSettings, entry: entry, learner: learner, random: random, progress: progress)
      return Learned(
        policy: learned.policy, reward: learned.reward, steps: learned.steps, noise: learned.noise)
    }
  }

  private var rankedSettings: RankedImitationSettings { RankedImitationSettings(ppo: PPOSettings(), steps: steps) }
}
