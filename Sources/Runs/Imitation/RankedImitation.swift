import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// How ``RankedImitation`` learns.
public struct RankedImitationSettings: Codable, Sendable, Hashable {
  /// Comparisons of segments that the ranking is turned into.
  public var comparisons = 3000
  /// The segments' shortest and longest length.
  public var shortest = 20
  /// See ``shortest``.
  public var longest = 50
  /// The probability that a comparison of segments contradicts the ranking.
  public var lapse = 0.1
  /// The shape of the reward model.
  public var reward = RewardModelSettings(
    hidden: [64, 64], inputs: RewardInputs(observation: true, action: false), members: 3)
  /// The loss's own lapse is left at 0: each comparison carries ``lapse``.
  public var training = RewardTrainingSettings(epochs: 20, weightDecay: 0.01, heldOutShare: 0.1)
  /// Shares of random actions at which D-REX plays the clone, and how often each.
  public var noiseLevels = [1.0, 0.75, 0.5, 0.25, 0.02]
  /// Episodes at each of ``noiseLevels``.
  public var episodesPerLevel = 20
  /// How D-REX clones the demonstrations.
  public var cloning = CloningSettings()
  /// How the agent learns, unless another learner is given.
  public var ppo: PPOSettings
  /// Steps of the agent on the learned reward, rounded up to whole rollouts.
  public var steps: Int

  /// Defaults for everything else.
  public init(ppo: PPOSettings, steps: Int) {
    self.ppo = ppo
    self.steps = steps
  }

  /// - Throws: `InputError` for the first invalid setting.
  public func validate() throws {
    func require(_ holds: Bool, _ name: String, _ value: Any, _ remedy: String) throws {
      if !holds { throw InputError("\(name) is \(value)", at: "ranked.\(name)", remedy: remedy) }
    }
    try require(comparisons > 0, "comparisons", comparisons, "use at least 1")
    try require(shortest > 0 && shortest <= longest, "shortest", shortest, "use 1 ... longest (\(longest))")
    try require(lapse >= 0 && lapse < 0.5, "lapse", lapse, "use 0 or more, below one half")
    try require(
      Set(noiseLevels).count > 1 && noiseLevels.allSatisfy { (0...1).contains($0) }, "noiseLevels", noiseLevels,
      "use at least two different shares of 0 ... 1")
    try require(episodesPerLevel > 0, "episodesPerLevel", episodesPerLevel, "use at least 1")
    try require(steps > 0, "steps", steps, "use at least 1")
    try training.validate()
    try cloning.validate()
    try ppo.validate()
  }
}

/// A reward learned from a ranking of demonstrations, and an agent that is trained on it: T-REX, D-REX.
///
/// ```swift
/// let learned = try RankedImitation.trex(ranked, settings: settings, entry: entry, random: random)
/// let learned = try RankedImitation.drex(demonstrations, settings: settings, entry: entry, random: random)
/// ```
///
/// The aim is to do better than the best demonstration: the reward extrapolates what makes one better than another.
/// Whether it does depends on the reward being nearly monotone in what separates the ranks; it is not guaranteed.
///
/// Sources: Brown et al. 2019 (both), see `DemonstrationRanking`.
public struct RankedImitation: Sendable {
  /// The reward learned from the ranking.
  public let reward: RewardModel
  /// How well it fits.
  public let training: TrainingReport
  /// How the agent acts that was trained on it.
  public let policy: any ActingPolicy
  /// Steps that this agent took: those of the settings, rounded up to whole rollouts.
  public let steps: Int
  /// D-REX only: the clone's mean true return at each share of random actions. D-REX assumes that it falls.
  public let noise: [(share: Double, meanTrueReturn: Double)]

  /// From a ranking that is given, with the settings' PPO or another learner.
  ///
  /// - Throws: `InputError` for settings or demonstrations that do not fit.
  public static func trex(
    _ ranked: DemonstrationRanking, settings: RankedImitationSettings, entry: EnvironmentEntry,
    learner: LearnerFactory? = nil, random: RandomSource, progress: (Int) -> Void = { _ in }
  ) throws -> RankedImitation {
    try learn(ranked, noise: [], settings, entry, learner, random, progress)
  }

  /// From demonstrations alone: a clone of them, played with more and more random actions, ranks itself. The agent is
  /// the settings' PPO or another learner.
  ///
  /// - Throws: `InputError` for settings or demonstrations that do not fit.
  public static func drex(
    _ demonstrations: [Trajectory], settings: RankedImitationSettings, entry: EnvironmentEntry,
    learner: LearnerFactory? = nil, random: RandomSource, progress: (Int) -> Void = { _ in }
  ) throws -> RankedImitation {
    try settings.validate()
    var cloning = BehavioralCloning(settings.cloning)
    let clone = try cloning.train(
      DemonstrationRows(demonstrations, specification: entry.specification), random: random.child("drex/clone"))
    var trajectories: [Trajectory] = []
    var ranks: [Int] = []
    var noise: [(share: Double, meanTrueReturn: Double)] = []
    for (rank, share) in settings.noiseLevels.sorted(by: >).enumerated() {
      let played = try clone.play(
        settings.episodesPerLevel, in: entry, randomActions: share, random: random.child("drex/noise", rank))
      trajectories += played
      ranks += played.map { _ in rank }
      noise.append((share, played.reduce(0) { $0 + $1.trueReturn } / Double(played.count)))
    }
    return try learn(
      DemonstrationRanking(trajectories, ranks: ranks), noise: noise, settings, entry, learner, random, progress)
  }

  private static func learn(
    _ ranked: DemonstrationRanking, noise: [(share: Double, meanTrueReturn: Double)],
    _ settings: RankedImitationSettings, _ entry: EnvironmentEntry, _ learner: LearnerFactory?,
    _ random: RandomSource, _ progress: (Int) -> Void
  ) throws -> RankedImitation {
    try settings.validate()
    var model = try RewardModel(
      settings.reward, specification: entry.specification, random: random.child("ranked/reward"))
    var choices = ChoiceSet(model.encoding)
    var draws = random.stream("ranked/pairs")
    let comparisons = try ranked.comparisons(
      settings.comparisons, lengths: settings.shortest...settings.longest, lapse: settings.lapse, random: &draws)
    for comparison in comparisons { try choices.append(comparison) }
    let report = try RewardTrainer(settings.training).train(
      &model, on: choices, random: random.child("ranked/training"))

    let agent = try (learner ?? .ppo(settings.ppo)).make(entry.specification, random: random.child("ranked/agent"))
    let batch = entry.makeBatch(count: agent.slots, random: random.child("ranked/experience"))
    let reward = NormalizedReward(RewardEvaluator(model))
    var taken = 0
    while taken < settings.steps {
      let share = Double(taken) / Double(settings.steps)
      taken += try agent.iterate(batch, reward: reward, progress: share, recorder: nil).steps
      progress(taken)
    }
    return RankedImitation(reward: model, training: report, policy: agent.policy, steps: taken, noise: noise)
  }

  private init(
    reward: RewardModel, training: TrainingReport, policy: any ActingPolicy, steps: Int,
    noise: [(share: Double, meanTrueReturn: Double)]
  ) {
    self.reward = reward
    self.training = training
    self.policy = policy
    self.steps = steps
    self.noise = noise
  }
}
