import Agents
import Compute
import Environments
import Foundation
import Recorded
import Rewards
import Testing

/// Short runs of every learner, digit for digit. Right values have tests of their own; these keep the rest as it is.
@Suite("Learners, digit for digit")
struct RecordedAgentTests {
  private static func text(_ statistics: PPOStatistics) -> String {
    let numbers = [
      statistics.valueLoss, statistics.entropy, statistics.clipFraction, statistics.gradientNorm,
      statistics.explainedVariance ?? -99, statistics.meanReward, statistics.standardDeviation ?? -99,
      statistics.learningRate,
    ]
    // Differences of nearly equal numbers: two digits are theirs.
    let small = [statistics.policyLoss, statistics.approximateKL].map { String(format: "%.2g", $0) }
    return """
      \(statistics.steps) of \(statistics.totalSteps), \(statistics.gradientSteps) \(statistics.stoppedEarly): \
      \(Recorded.short(numbers)) \(small)
      episodes: \(statistics.episodes.map { "\(Recorded.short($0.trueReturn))/\($0.length)/\($0.terminated)" })

      """
  }

  private static func text(_ snapshot: AgentSnapshot) -> String {
    snapshot.tensors.map { tensor in
      let sum = tensor.values.reduce(0) { $0 + abs($1) }
      let first = tensor.name.hasPrefix("adam") ? "" : Recorded.short(tensor.values.prefix(3))
      return "\(tensor.name) \(tensor.shape): \(first) … \(Recorded.short(sum))\n"
    }.joined()
  }

  private static func text(_ policy: Policy) -> String {
    let parameters = policy.network.parameters
    return """
      \(Recorded.short(parameters.prefix(6))) … \(Recorded.short(parameters.reduce(0) { $0 + abs($1) })) \
      \(Recorded.short(policy.logStandardDeviations)) \(policy.normalizerClip ?? -1)

      """
  }

  static let variants: [(name: String, change: @Sendable (inout PPOSettings) -> Void)] = [
    ("plain", { $0.entropyCoefficient = 0.01 }),
    ("vec-normalize", { ($0.normalizeObservations, $0.normalizeRewards, $0.valueClipRange) = (true, true, 0.1) }),
    ("features", { ($0.normalizeFeatures, $0.normalizeAdvantages) = (true, false) }),
    ("target", { ($0.targetKL, $0.clipRange) = (1e-3, 0.02) }),
  ]

  @Test("PPO", arguments: variants.map(\.name), [Imitated.cartPole, "pactolus/Pendulum-v1"])
  func ppo(variant: String, id: String) throws {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.minibatchSize, settings.epochs) = (3, 20, 16, 2)
    (settings.hidden, settings.learningRate, settings.learningRateSchedule) = ([4], 1e-2, .linear)
    Self.variants.first { $0.name == variant }?.change(&settings)
    let entry = try Imitated.entry(id)
    let random = RandomSource(seed: 21)
    let ppo = try PPO(settings: settings, specification: entry.specification, random: random)
    let batch = entry.makeBatch(count: 3, random: random)
    var text = ""
    for iteration in 0..<3 { text += Self.text(ppo.iterate(batch, progress: Double(iteration) / 4)) }
    text += Self.text(try ppo.snapshot()) + Self.text(ppo.policy)
    if let normalizer = ppo.policy.normalizer {
      text += "\(normalizer.count) \(Recorded.short(normalizer.mean)) \(Recorded.short(normalizer.variance))\n"
    }
    try Recorded.check(text, as: "ppo-\(variant)-\(id.contains("Cart") ? "discrete" : "continuous")")
  }

  @Test("evaluation and play")
  func played() throws {
    var text = ""
    for id in [Imitated.cartPole, "pactolus/Pendulum-v1"] {
      let entry = try Imitated.entry(id)
      let policy = try PPO(
        settings: PPOSettings(), specification: entry.specification, random: RandomSource(seed: 1)
      ).policy
      for (episodes, deterministic, limit) in [(3, true, nil), (70, false, 15), (34, true, 9), (0, true, 9)]
        as [(
          Int, Bool, Int?
        )]
      {
        let results = try evaluate(
          policy, in: entry, episodes: episodes, random: RandomSource(seed: 2), deterministic: deterministic,
          maximumSteps: limit)
        text += results.map { "\(Recorded.short($0.trueReturn))/\($0.length)/\($0.terminated)" }.joined(separator: " ")
        text += "\n"
      }
      // The environment's own limit, given again, cuts nothing short.
      let again = try evaluate(policy, in: entry, episodes: 40, random: RandomSource(seed: 2))
      #expect(
        try evaluate(
          policy, in: entry, episodes: 40, random: RandomSource(seed: 2),
          maximumSteps: entry.specification.maximumEpisodeSteps) == again)
      for (deterministic, share) in [(true, 0), (false, 0), (true, 0.4)] {
        let trajectories = try policy.play(
          3, in: entry, deterministic: deterministic, randomActions: share, random: RandomSource(seed: 3))
        for trajectory in trajectories {
          text += "\(trajectory.count) \(trajectory.terminated) \(trajectory.truncated) "
          text += Recorded.short(trajectory.actions.prefix(12)) + " | " + Recorded.short([trajectory.trueReturn]) + "\n"
        }
      }
    }
    try Recorded.check(text, as: "played")
  }

  @Test("cloning")
  func cloning() throws {
    var text = ""
    for id in [Imitated.cartPole, "pactolus/Pendulum-v1"] {
      let specification = try Imitated.entry(id).specification
      var stream = RandomSource(seed: 5).stream("cloning")
      let rows = try DemonstrationRows(
        [
          Imitated.noise(specification, count: 70, random: &stream),
          Imitated.noise(specification, count: 31, random: &stream),
        ],
        specification: specification)
      for (share, patience, normalized, decay) in [(0.25, 2, true, 0.0), (0, 10, false, 0.1), (0.9, 3, true, 0)] {
        var settings = CloningSettings()
        (settings.hidden, settings.epochs, settings.learningRate) = ([4], 12, 1e-2)
        (settings.heldOutShare, settings.patience, settings.normalizeInputs) = (share, patience, normalized)
        settings.weightDecay = decay
        var cloning = BehavioralCloning(settings)
        let policy = try cloning.train(rows, random: RandomSource(seed: 6))
        text += "\(cloning.epochs) \(Recorded.short([cloning.trainingLoss, cloning.heldOutLoss ?? -99])) "
        text += Self.text(policy)
      }
    }
    try Recorded.check(text, as: "cloning")
  }

  @Test("DAgger", arguments: [DAggerSettings.Mixture.linear(rounds: 3), .exponential(base: 0.4)])
  func dagger(mixture: DAggerSettings.Mixture) throws {
    let entry = try Imitated.entry()
    var settings = DAggerSettings()
    (settings.episodes, settings.mixture, settings.cloning.epochs, settings.cloning.hidden) = (3, mixture, 2, [4])
    let before = try Imitated.demonstrations(1).map { $0.segment(0..<20) }
    var dagger = try DAgger(settings, demonstrations: before, entry: entry, random: RandomSource(seed: 8))
    var text = ""
    for _ in 0..<3 {
      let round = try dagger.iterate(expert: Imitated.expert, in: entry)
      text += "\(round.labels) \(Recorded.short([round.expertShare, round.meanTrueReturn, round.trainingLoss])) "
      text += "\(Recorded.short(round.heldOutLoss ?? -99)) \(dagger.labels) " + Self.text(try #require(dagger.policy))
    }
    let expert = Expert(try #require(dagger.policy))
    let other = Expert(try #require(dagger.policy), in: entry.specification)
    for expert in [expert, other] {
      var asked = try DAgger(settings, entry: entry, random: RandomSource(seed: 9))
      text += "\(try asked.iterate(expert: expert, in: entry).labels)\n"
    }
    try Recorded.check(text, as: "dagger-\(mixture)".replacing(/[^a-z0-9]+/, with: "-"))
  }

  @Test("adversarial imitation", arguments: ["gail-positive", "gail-negative", "gail-logit", "airl"])
  func adversarial(name: String) throws {
    var settings = AdversarialSettings(name == "airl" ? .airl : .gail)
    settings.pay = AdversarialSettings.Pay.allCases.first { name.hasSuffix($0.rawValue) } ?? .positive
    (settings.hidden, settings.batch, settings.weightDecay) = ([5], 24, 0.01)
    settings.learningRateSchedule = name == "gail-logit" ? .constant : .linear
    settings.inputs = RewardInputs(observation: true, action: name != "airl", nextObservation: name == "gail-logit")
    var ppo = PPOSettings()
    (ppo.environments, ppo.stepsPerRollout, ppo.minibatchSize, ppo.epochs, ppo.hidden) = (2, 30, 30, 2, [4])
    let learner = try AdversarialImitation(
      Imitated.demonstrations(2), settings: settings, ppo: ppo, entry: Imitated.entry(), random: RandomSource(seed: 5))
    #expect(learner.discriminatorLoss.isNaN && learner.discriminatorAccuracy.isNaN)
    var text = ""
    for iteration in 0..<3 {
      let report = try learner.iterate(progress: Double(iteration) / 2.5)
      let numbers = [learner.discriminatorLoss, learner.discriminatorAccuracy, report.meanReward]
      text +=
        "\(learner.steps) \(Recorded.short(numbers)) \(Recorded.short(report.scalars["ppo/value_loss"] ?? -99))\n"
    }
    let snapshot = String(decoding: try JSONEncoder().encode(learner.snapshot()), as: UTF8.self)
    #expect(snapshot.contains("\"rounds\":3"))
    let rows = try DemonstrationRows(
      Imitated.demonstrations(1, seed: 4).map { $0.segment(480..<500) }, specification: Imitated.entry().specification)
    var rewards = [Float](repeating: 0, count: rows.count)
    rows.withRows { rows in
      var span = rewards.mutableSpan
      learner.learnedReward.rewards(rows, into: &span)
    }
    text += Recorded.short(rewards) + "\n" + Recorded.short(learner.discriminator.parameters) + "\n"
    let encoded = rows.withRows { learner.discriminator.encode($0, logProbabilities: nil) }
    text += Recorded.short(learner.discriminator.logits(encoded)) + "\n"
    text += Self.text(try #require(learner.policy as? Policy))
    try Recorded.check(text, as: "adversarial-\(name)")
  }
}
