import Agents
import Compute
import Environments
import Rewards

/// An agent that PPO trained in the levels of a procedural world, and what it does in others.
struct LevelAgent: Sendable {
  /// What became of some episodes.
  struct Outcomes: Sendable, Hashable {
    /// How many came first to the thing, to the place, or to neither, where the two part.
    var reached: [Reached: Int] = [:]
    /// The mean true return.
    var meanReturn = 0.0

    /// The share of episodes that came to this first.
    func share(_ what: Reached) -> Double {
      let all = reached.values.reduce(0, +)
      return all > 0 ? Double(reached[what, default: 0]) / Double(all) : 0
    }
  }

  let policy: Policy

  /// Trained in fresh levels all the time, by the world's own reward.
  init(_ family: LevelFamily, varied: Double, iterations: Int, random: RandomSource) throws {
    try self.init(
      in: family.entry(.training(varied: varied)), family, iterations: iterations, reward: nil, random: random)
  }

  /// Trained in this world, by this reward; nil for its own.
  init(
    in entry: EnvironmentEntry, _ family: LevelFamily, iterations: Int, reward: (any TransitionReward)?,
    random: RandomSource
  ) throws {
    let ppo = try PPO(
      settings: Self.settings(family), specification: entry.specification, random: random.child("agent"))
    let batch = entry.makeBatch(count: ppo.settings.environments, random: random.child("levels"))
    for iteration in 0..<iterations {
      _ = ppo.iterate(batch, reward: reward, progress: Double(iteration) / Double(iterations))
    }
    policy = ppo.policy
  }

  static let stepsPerIteration = 16 * 64

  /// Few environments and short rollouts, so that what is learnt early is used soon.
  static func settings(_ family: LevelFamily) -> PPOSettings {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.minibatchSize) = (16, 64, 256)
    (settings.epochs, settings.learningRate, settings.discount) = (4, 1e-3, 0.95)
    // With less, one seed in six or so never comes to the end of a level and learns nothing.
    settings.entropyCoefficient = family == .coinRun ? 0.03 : 0.01
    return settings
  }

  /// Plays one episode in each of so many levels, by draws; equal sources give equal levels.
  func play(_ family: LevelFamily, _ layout: LevelLayout, levels: Int, random: RandomSource) -> Outcomes {
    func play<Rules: LevelRules>(_ rules: Rules) -> Outcomes {
      self.play(LevelWorld<Rules>(layout), levels: levels, random: random)
    }
    return play(family.rules(layout))
  }

  private func play<Rules: LevelRules>(
    _ world: LevelWorld<Rules>, levels: Int, random: RandomSource
  ) -> Outcomes {
    let batch = Batch(world, count: levels, random: random.child("levels"))
    let actor = policy.makeActor(count: levels)
    let size = world.specification.observationSpace.count
    var draws = random.stream("action")
    var actions = [Float](repeating: 0, count: levels)
    var (isOver, sum) = ([Bool](repeating: false, count: levels), 0.0)
    var first = [Reached?](repeating: nil, count: levels)
    for _ in 0..<world.rules.maximumSteps where isOver.contains(false) {
      let before = Array(batch.observations)
      before.withUnsafeBufferPointer { observations in
        var rows = actions.mutableSpan
        actor.act(observations.span, into: &rows, random: &draws)
      }
      batch.step(actions)
      let after = Array(batch.finalObservations)
      for slot in 0..<levels where !isOver[slot] {
        let row = slot * size..<(slot + 1) * size
        if first[slot] == nil {
          first[slot] = Rules.seen(before.span.extracting(row), after.span.extracting(row)).reached
        }
        sum += Double(batch.rewards[slot])
        isOver[slot] = batch.terminated[slot] || batch.truncated[slot]
      }
    }
    var outcomes = Outcomes(meanReturn: sum / Double(levels))
    for what in first { outcomes.reached[what ?? .neither, default: 0] += 1 }
    return outcomes
  }
}
