import Agents
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// A reward learned from comparisons of what happens in training levels, with and without questions about levels that
/// are never met in training, and what agents make of it in levels where the coin is elsewhere.
struct HypotheticalLevelsStudy: Sendable {
  /// What is asked about, and where the agent learns.
  enum Arm: String, CaseIterable, Sendable {
    /// Clips of training levels; the agent learns there too.
    case preferences = "preferences only"
    /// Half of the clips are of levels with the coin elsewhere, made up for the question; the agent never meets one.
    case hypothetical = "hypothetical states"
    /// Both, clips and learning, in levels with the coin anywhere.
    case randomised = "randomised levels"
  }

  /// One seed of one arm.
  struct Cell: Sendable {
    /// What the trained policy does in test levels.
    let policy: LevelAgent.Outcomes
    /// What one does there who plans by the learned reward, knowing the level.
    let planner: LevelAgent.Outcomes
    /// What the policy does in training levels, the coin at the end.
    let training: LevelAgent.Outcomes
  }

  static let family = LevelFamily.corridor
  private static let (clipSteps, certainty) = (4, 4.0)

  /// By arm and seed.
  let cells: [[Cell]]

  init(seeds: Int, answers: Int, iterations: Int, levels: Int, random: RandomSource) throws {
    let arms = Arm.allCases
    let results = ThreadPool.shared.map(arms.count * seeds) { part in
      Result {
        try Self.cell(
          arms[part / seeds], answers: answers, iterations: iterations, levels: levels,
          random: random.child("hypothetical-levels", part % seeds))
      }
    }
    let all = try results.map { try $0.get() }
    cells = arms.indices.map { Array(all[$0 * seeds..<($0 + 1) * seeds]) }
  }

  private static func cell(
    _ arm: Arm, answers: Int, iterations: Int, levels: Int, random: RandomSource
  ) throws -> Cell {
    let share: Double = arm == .randomised ? 1 : 0
    var clips = try self.clips(varied: share, random: random.child("clips"))
    if arm == .hypothetical { clips.append(contentsOf: try self.clips(varied: 1, random: random.child("made up"))) }
    let reward = RewardEvaluator(try learn(clips, answers: answers, random: random))
    let agent = try LevelAgent(in: entry(varied: share), family, iterations: iterations, reward: reward, random: random)
    return Cell(
      policy: agent.play(family, .testing, levels: levels, random: random.child("test")),
      planner: try plan(by: reward, levels: levels, random: random.child("test")),
      training: agent.play(family, .training(varied: 0), levels: levels, random: random.child("fresh")))
  }

  /// The corridor without an end: who has the coin rests there until the time is over, so that a learned reward, which has no
  /// zero, pays all episodes for as long.
  private static func entry(varied: Double) -> EnvironmentEntry {
    EnvironmentEntry(FixedHorizon(LevelWorld<CorridorRules>(.training(varied: varied))))
  }

  /// Windows of random play; those in which the agent is at the coin, and others.
  private struct Clips {
    var found: [Trajectory] = []
    var others: [Trajectory] = []

    mutating func append(contentsOf more: Clips) {
      found += more.found
      others += more.others
    }

    /// Either kind is as likely, so that most questions have an answer.
    func draw(_ random: inout RandomStream) -> Trajectory {
      let pool = random.bernoulli(0.5) ? found : others
      return pool[random.below(pool.count)]
    }
  }

  /// As many of either kind, whatever the levels, so that arms differ by where the clips are from alone.
  private static func clips(varied: Double, random: RandomSource) throws -> Clips {
    var clips = Clips()
    for episode in entry(varied: varied).randomClips(400, steps: CorridorRules(.testing).maximumSteps, random: random) {
      for first in stride(from: 0, through: episode.count - clipSteps, by: 2 * clipSteps) {
        let clip = episode.segment(first..<first + clipSteps)
        if worth(clip) > 0 { clips.found.append(clip) } else { clips.others.append(clip) }
      }
    }
    let count = min(400, clips.found.count, clips.others.count)
    guard count > 0 else { throw InputError("random play never comes to the coin") }
    return Clips(found: Array(clips.found.prefix(count)), others: Array(clips.others.prefix(count)))
  }

  /// What a clip is worth to who is asked: the steps after which the agent is at the coin.
  private static func worth(_ clip: Trajectory) -> Double {
    clip.mapTransitions { _, _, after in after[0] == after[1] ? 1 : 0 }.reduce(0, +)
  }

  /// From noisy answers that prefer what is worth more; the model sees where a step leads alone.
  private static func learn(_ clips: Clips, answers: Int, random: RandomSource) throws -> RewardModel {
    let settings = RewardModelSettings(
      hidden: [32, 32], inputs: RewardInputs(observation: false, action: false, nextObservation: true), members: 3,
      outputStandardDeviation: 1)
    var model = try RewardModel(
      settings, specification: entry(varied: 0).specification, random: random.child("reward"))
    var choices = ChoiceSet(model.encoding)
    var draws = random.stream("answers")
    for _ in 0..<answers {
      let (first, second) = (clips.draw(&draws), clips.draw(&draws))
      let isFirst = draws.bernoulli(1 / (1 + exp(-certainty * (worth(first) - worth(second)))))
      try choices.append(Choice(options: [.init(first), .init(second)], picked: isFirst ? 0 : 1))
    }
    try RewardTrainer(RewardTrainingSettings(epochs: 60, batch: 32)).train(
      &model, on: choices, random: random.child("reward"))
    return model
  }

  /// Plans exactly in each test level, by the learned reward of where each step leads, the end being a place to rest in.
  private static func plan(by reward: RewardEvaluator, levels: Int, random: RandomSource) throws -> LevelAgent.Outcomes
  {
    let world = LevelWorld<CorridorRules>(.testing)
    var outcomes = LevelAgent.Outcomes()
    for level in 0..<levels {
      var chance = random.child("levels").stream("environment/\(level)", 0)
      let table = LevelTable(world, from: world.reset(random: &chance))
      let observations = table.states.map { world.observation(of: $0) }
      let rewards = reward.values(observations, table.successors, world.specification)
      let mdp = try TabularMDP(
        stateCount: table.states.count, actionCount: table.actionCount, rowStarts: Array(0...table.successors.count),
        successors: table.successors, probabilities: table.successors.map { _ in 1 }, rewards: rewards,
        start: table.start, isTerminal: table.states.map { _ in false }, discount: 0.95)
      let policy = try ValueIteration.solve(mdp).policy
      var (state, first) = (0, Reached.neither)
      for _ in 0..<world.rules.maximumSteps where first == .neither {
        let row = state * table.actionCount + policy.likeliestAction(state)
        outcomes.meanReturn += table.steps[row].reward / Double(levels)
        first = table.steps[row].reached ?? .neither
        state = table.successors[row]
      }
      outcomes.reached[first, default: 0] += 1
    }
    return outcomes
  }
}

extension RewardEvaluator {
  /// The reward of every (state, action) of a deterministic world, by what is seen before and after.
  fileprivate func values(
    _ observations: [[Float]], _ successors: [Int], _ specification: EnvironmentSpecification
  ) -> [Double] {
    let actions = successors.count / observations.count
    return successors.indices.map { row in
      let step = Trajectory(
        observationSize: specification.observationSpace.count, actionRowSize: 1,
        observations: observations[row / actions] + observations[successors[row]], actions: [Float(row % actions)],
        rewards: [0], terminated: false, truncated: false, start: nil)
      return step.withTransitionRows(specification) { rows in
        var value: [Float] = [0]
        var span = value.mutableSpan
        evaluate(rows, into: &span)
        return Double(value[0])
      }
    }
  }
}

extension TabularPolicy {
  /// The first of the most probable actions.
  fileprivate func likeliestAction(_ state: Int) -> Int {
    let row = Array(probabilities[state * actionCount..<(state + 1) * actionCount])
    return row.firstIndex(of: row.max() ?? 0) ?? 0
  }
}
