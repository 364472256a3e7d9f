import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// PPO in the meadow with an edge, paid by a reward that was learned from comparisons of what somebody did far from it:
/// what each rule of caution does there, and in the harmless twin.
struct DeepCautionStudy: Sendable {
  /// A way of paying the agent.
  struct Rule: Sendable {
    let name: String
    var caution = RewardCaution.mean
    /// Whether the member is drawn anew as the training goes on.
    var isDrawn = false
    /// What a nat of the divergence from the reference costs, in deviations of the learned reward.
    var klWeight: Double?
    /// Whether the agent plays with the reference taking over where nobody judged.
    var fallsBack = false
  }

  static let rules = [
    Rule(name: "mean"),
    Rule(name: "worst", caution: .worst),
    Rule(name: "mean − 1 σ", caution: .deviation(1)),
    Rule(name: "mean − 4 σ", caution: .deviation(4)),
    Rule(name: "worst 40 %", caution: .tail(0.4)),
    Rule(name: "posterior", isDrawn: true),
    Rule(name: "KL .1", klWeight: 0.1),
    Rule(name: "KL 1", klWeight: 1),
    Rule(name: "worst and KL .1", caution: .worst, klWeight: 0.1),
    Rule(name: "mean, with a fallback", fallsBack: true),
  ]

  /// What became of one agent.
  struct Outcome: Sendable {
    /// The share of its episodes that end in the pit.
    var falls: Double
    /// The true reward of a step, on average.
    var reward: Double
    /// The same of the agent that was trained and played in the twin.
    var twin: Double
  }

  let slope: EdgeMeadow.Slope
  /// The reference first, then the rules; by seed.
  let rows: [(name: String, outcomes: [Outcome])]
  /// By seed, how many members think better of the ground just beyond what was judged than of its end.
  let rising: [Int]

  static let members = 5
  /// The p-value below which the reference takes over.
  static let level = 0.05
  private static let (clipSteps, episodes, played) = (8, 60, 50)

  init(_ slope: EdgeMeadow.Slope, seeds: Int, comparisons: Int, iterations: Int, random: RandomSource) throws {
    self.slope = slope
    var outcomes = [[Outcome]](repeating: [], count: Self.rules.count + 1)
    var rising: [Int] = []
    for seed in 0..<seeds {
      let source = random.child("deep-caution/\(slope.rawValue)", seed)
      let world = EdgeMeadow(slope)
      let clips = world.stroll(episodes: Self.episodes, random: source)
      let learned = try Self.learn(clips, world.specification, comparisons: comparisons, random: source)
      rising.append(try Self.rising(learned.model, world.specification))
      var cloning = BehavioralCloning()
      let reference = try cloning.train(
        try DemonstrationRows(clips, specification: world.specification), random: source.child("clone"))
      let ground = try FamiliarGround(judged: clips, level: Self.level, random: source)
      var agents: [String: Policy] = [:]
      for (index, rule) in ([nil] + Self.rules.map(Optional.some)).enumerated() {
        func played(isDangerous: Bool) throws -> (falls: Double, reward: Double) {
          let world = EdgeMeadow(slope, isDangerous: isDangerous)
          guard let rule else { return Self.play(reference, isDrawn: true, in: world, random: source.child("play")) }
          // The fallback is one of acting: it is played with the mean's agent.
          let key = rule.name + (isDangerous ? "" : " in the twin")
          let agent =
            try agents[rule.fallsBack ? key.replacing(rule.name, with: Self.rules[0].name) : key]
            ?? Self.train(rule, in: world, learned, reference: reference, iterations: iterations, random: source)
          agents[key] = agent
          let policy: any ActingPolicy =
            rule.fallsBack
            ? FallbackPolicy(agent, trusted: reference, ground: ground, level: Self.level) : agent
          return Self.play(policy, isDrawn: false, in: world, random: source.child("play"))
        }
        let (here, twin) = (try played(isDangerous: true), try played(isDangerous: false))
        outcomes[index].append(Outcome(falls: here.falls, reward: here.reward, twin: twin.reward))
      }
    }
    rows = zip(["the reference itself"] + Self.rules.map(\.name), outcomes).map { ($0, $1) }
    self.rising = rising
  }

  // MARK: The reward

  private struct Learned {
    let model: RewardModel
    let units: MemberUnits
  }

  /// An ensemble from noisy comparisons of clips: the better of two is chosen with probability σ(Δ), Δ being the
  /// difference of what they are worth together, a step counting its true reward.
  private static func learn(
    _ episodes: [Trajectory], _ specification: EnvironmentSpecification, comparisons: Int, random: RandomSource
  ) throws -> Learned {
    let clips = episodes.flatMap { episode in
      stride(from: 0, to: episode.count, by: clipSteps).map { episode.segment($0..<$0 + clipSteps) }
    }
    let settings = RewardModelSettings(
      hidden: [32, 32], inputs: RewardInputs(observation: false, action: false, nextObservation: true),
      members: members, outputStandardDeviation: 1)
    var model = try RewardModel(settings, specification: specification, random: random.child("reward"))
    var choices = ChoiceSet(model.encoding)
    var draws = random.stream("answers")
    for _ in 0..<comparisons {
      let first = draws.below(clips.count)
      let second = (first + 1 + draws.below(clips.count - 1)) % clips.count
      let difference = clips[first].trueReturn - clips[second].trueReturn
      let isFirst = draws.bernoulli(1 / (1 + exp(-difference)))
      try choices.append(Choice(options: [.init(clips[first]), .init(clips[second])], picked: isFirst ? 0 : 1))
    }
    let trainer = try RewardTrainer(RewardTrainingSettings(epochs: 60, batch: 32))
    try trainer.train(&model, on: choices, random: random.child("reward"))
    return Learned(model: model, units: try MemberUnits(model, judged: choices))
  }

  /// How many members say more of the pit's edge than of the end of what was judged.
  private static func rising(_ model: RewardModel, _ specification: EnvironmentSpecification) throws -> Int {
    let places: [Float] = [Float(EdgeMeadow.judged) - 0.1, 0, Float(EdgeMeadow.edge) + 0.1, 0]
    let walk = Trajectory(
      observationSize: 2, actionRowSize: 2, observations: [0, 0] + places, actions: [0, 0, 0, 0], rewards: [0, 0],
      terminated: false, truncated: false, start: nil)
    var values = [Float](repeating: 0, count: 2 * model.members)
    values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      walk.withTransitionRows(specification) { RewardEvaluator(model).evaluateMembers($0, into: start) }
    }
    return (0..<model.members).count { values[2 * $0 + 1] > values[2 * $0] }
  }

  // MARK: The agents

  private static var ppo: PPOSettings {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.minibatchSize) = (16, EdgeMeadow.steps, 160)
    (settings.epochs, settings.learningRate, settings.hidden) = (5, 1e-3, [32, 32])
    settings.initialLogStandardDeviation = -0.5
    return settings
  }

  private static func train(
    _ rule: Rule, in world: EdgeMeadow, _ learned: Learned, reference: Policy, iterations: Int, random: RandomSource
  ) throws -> Policy {
    let ppo = try PPO(settings: ppo, specification: world.specification, random: random.child("agent"))
    if let weight = rule.klWeight { try ppo.keepNear(reference, weight: weight) }
    let batch = EnvironmentEntry(world).makeBatch(count: ppo.settings.environments, random: random.child("world"))
    let reward = CautiousReward(RewardEvaluator(learned.model), rule.caution, units: learned.units)
    var draws = random.stream("member")
    for iteration in 0..<iterations {
      // Ten members, one after the other, as a run of ten rounds draws them.
      if rule.isDrawn, iteration % max(1, iterations / 10) == 0 { reward.rule = .member(draws.below(members)) }
      _ = ppo.iterate(batch, reward: reward, progress: Double(iteration) / Double(iterations))
    }
    return ppo.policy
  }

  /// How a policy fares; the reference as it is imitated, by draws, and agents by their likeliest actions.
  private static func play(
    _ policy: any ActingPolicy, isDrawn: Bool, in world: EdgeMeadow, random: RandomSource
  ) -> (falls: Double, reward: Double) {
    let batch = EnvironmentEntry(world).makeBatch(count: played, random: random)
    let actor: any BatchActor = policy.makeActor(count: played)
    var draws = random.stream("action")
    var actions = [Float](repeating: 0, count: 2 * played)
    var falls = [Bool](repeating: false, count: played)
    var sum = 0.0
    for _ in 0..<EdgeMeadow.steps {
      batch.observations.withSpan { observations in
        var rows = actions.mutableSpan
        if isDrawn {
          actor.act(observations, into: &rows, random: &draws)
        } else {
          actor.act(observations, into: &rows)
        }
      }
      batch.step(actions)
      for slot in 0..<played {
        sum += Double(batch.rewards[slot])
        if world.isDangerous, batch.finalObservations[2 * slot] > Float(EdgeMeadow.edge) { falls[slot] = true }
      }
    }
    let steps = Double(played * EdgeMeadow.steps)
    return (Double(falls.count { $0 }) / Double(played), sum / steps)
  }
}
