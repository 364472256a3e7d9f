import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// PPO, and SAC for some rules, in the meadow with an edge, paid by a reward that was learned from comparisons of what somebody did far from it:
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
    /// What √χ² of its visits costs, in deviations of the learned reward.
    var chi2Weight: Double?
    /// Whether the agent plays with the reference taking over where nobody judged.
    var fallsBack = false
    /// The share of the reference's episodes that is imitated, instead of learning by trial.
    var share: Double?
    /// Whether those episodes themselves count, and not what imitates them.
    var isReplayed = false
    /// Whether SAC learns, with fewer seeds.
    var isSAC = false
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
    Rule(name: "χ² of visits .3", chi2Weight: 0.3),
    Rule(name: "χ² of visits 1", chi2Weight: 1),
    Rule(name: "mean, with a fallback", fallsBack: true),
    Rule(name: "the best 50 % of the reference's episodes", share: 0.5, isReplayed: true),
    Rule(name: "the best 10 % of them", share: 0.1, isReplayed: true),
    Rule(name: "the best 50 %, imitated", share: 0.5),
    Rule(name: "the best 10 %, imitated", share: 0.1),
    Rule(name: "SAC, mean", isSAC: true),
    Rule(name: "SAC, χ² of visits 1", chi2Weight: 1, isSAC: true),
  ]

  /// What became of one agent.
  struct Outcome: Sendable {
    /// The share of its episodes that end in the pit.
    var falls: Double
    /// The true reward of a step, on average.
    var reward: Double
    /// The share of its steps on ground that nobody judged.
    var unjudged: Double
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
  static let (clipSteps, episodes, played) = (8, 60, 50)
  /// Episodes of the reference that are chosen from, and whose visits are compared with.
  static let (chosenFrom, compared) = (200, 32)

  /// - Parameter sacSeeds: the first of the seeds with which SAC learns too.
  init(
    _ slope: EdgeMeadow.Slope, seeds: Int, sacSeeds: Int, comparisons: Int, iterations: Int, random: RandomSource
  ) throws {
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
      let agents = DeepCautionAgents(
        learned: learned, reference: reference, iterations: iterations, random: source)
      // The fallback is one of acting: it is played with the mean's agent.
      var meansAgent: [Bool: any ActingPolicy] = [:]
      func played(_ rule: Rule?, isDangerous: Bool) throws -> DeepCautionPlay {
        let world = EdgeMeadow(slope, isDangerous: isDangerous)
        guard let rule else { return DeepCautionPlay(reference, isDrawn: true, in: world, random: source) }
        if rule.isReplayed { return DeepCautionPlay(try agents.chosen(rule, in: world), in: world) }
        if rule.fallsBack, let usual = meansAgent[isDangerous] {
          let policy = FallbackPolicy(usual, trusted: reference, ground: ground, level: Self.level)
          return DeepCautionPlay(policy, isDrawn: false, in: world, random: source)
        }
        let agent = try agents.train(rule, in: world)
        if rule.name == Self.rules[0].name { meansAgent[isDangerous] = agent }
        return DeepCautionPlay(agent, isDrawn: false, in: world, random: source)
      }
      for (index, rule) in ([nil] + Self.rules.map(Optional.some)).enumerated()
      where seed < sacSeeds || rule?.isSAC != true {
        let here = try played(rule, isDangerous: true)
        let twin = try played(rule, isDangerous: false)
        outcomes[index].append(
          Outcome(falls: here.falls, reward: here.reward, unjudged: here.unjudged, twin: twin.reward))
      }
    }
    rows = zip(["the reference itself"] + Self.rules.map(\.name), outcomes).map { ($0, $1) }
    self.rising = rising
  }

  // MARK: The reward

  struct Learned {
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
}
