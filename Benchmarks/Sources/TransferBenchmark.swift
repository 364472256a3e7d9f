import Agents
import Compute
import Environments
import Rewards

/// A room of 5 × 5 cells with a wall across, open on one side; the goal is beyond. Fixed horizon, 1 for each step that
/// ends on the goal. After Fu, Luo and Levine's shifting maze (2018, §7.1), as a grid.
private struct ShiftingMaze: Environment {
  static let size = 5
  /// The column in which the wall is open.
  var opening: Int

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "benchmark/ShiftingMaze", summary: "a wall with an opening",
      observationSpace: Box(low: [-1, -1], high: [1, 1]), observationNames: ["row", "column"],
      actionSpace: .discrete(names: ["up", "down", "left", "right"]), maximumEpisodeSteps: 30, canTerminate: false,
      source: "after Fu, Luo, Levine 2018")
  }

  func reset(random: inout RandomStream) -> Int { 2 }

  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    var (row, column) = (state / Self.size, state % Self.size)
    switch action {
    case 0: row += 1
    case 1: row -= 1
    case 2: column -= 1
    default: column += 1
    }
    let inside = (0..<Self.size).contains(row) && (0..<Self.size).contains(column)
    if inside, row != 2 || column == opening { state = row * Self.size + column }
    return Outcome(reward: state == 22 ? 1 : 0, terminated: false)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state / Self.size) / 2 - 1
    observation[1] = Float(state % Self.size) / 2 - 1
  }

  func scene(_ state: Int) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}

/// Whether a reward learned in one maze teaches the way in another whose wall is open on the other side.
///
///     pactolus-benchmarks transfer airl --inputs state --seed 0
func measureTransfer(_ options: Options) throws {
  let name = options.words.first ?? "airl"
  guard let method = AdversarialSettings.Method(rawValue: name) else {
    throw Complaint(text: "transfer gail | airl, not \(name)")
  }
  let random = RandomSource(seed: UInt64(try options.count("seed", default: 0)))
  let (here, there) = (EnvironmentEntry(ShiftingMaze(opening: 0)), EnvironmentEntry(ShiftingMaze(opening: 4)))
  var ppo = PPOSettings()
  (ppo.environments, ppo.stepsPerRollout, ppo.minibatchSize) = (8, 120, 240)
  (ppo.learningRate, ppo.entropyCoefficient) = (1e-3, Float(try options.number("entropy", default: 0.02)))
  let steps = try options.count("steps", default: 100_000)

  func agent(_ entry: EnvironmentEntry, _ reward: (any TransitionReward)?, _ source: RandomSource) throws -> Policy {
    let agent = try PPO(settings: ppo, specification: entry.specification, random: source)
    let batch = entry.makeBatch(count: ppo.environments, random: source)
    while agent.totalSteps < steps { _ = agent.iterate(batch, reward: reward) }
    return agent.policy
  }
  func score(_ policy: any ActingPolicy, _ entry: EnvironmentEntry) throws -> Double {
    Statistics.mean(
      try evaluate(policy, in: entry, episodes: 50, random: random.child("score"), deterministic: false)
        .map(\.trueReturn))
  }

  let expert = try agent(here, nil, random.child("expert"))
  let demonstrations = try expert.play(50, in: here, deterministic: false, random: random.child("demonstrations"))
  var settings = AdversarialSettings(method)
  settings.learningRateSchedule = .constant
  settings.inputs = RewardInputs(
    observation: true, action: options.word("inputs", default: "state") == "state-action")
  settings.discount = Double(ppo.discount)
  let learner = try AdversarialImitation(
    demonstrations, settings: settings, ppo: ppo, entry: here, random: random.child("learner"))
  while learner.steps < steps { try learner.iterate() }
  let reward = NormalizedReward(RewardFunctionEvaluator(learner.learnedReward))

  struct Report: Encodable {
    var result: Double
    var expertHere: Double
    var imitatorHere: Double
    var imitatorThere: Double
    var trueRewardThere: Double
  }
  try finish(
    Report(
      result: try score(agent(there, reward, random.child("retrained")), there), expertHere: try score(expert, here),
      imitatorHere: try score(learner.policy, here), imitatorThere: try score(learner.policy, there),
      trueRewardThere: try score(agent(there, nil, random.child("oracle")), there)))
}
