import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("An agent held near another policy")
struct NearReferenceTests {
  private func ppo<World: Environment>(
    _ world: World, seed: UInt64 = 1, _ change: (inout PPOSettings) -> Void = { _ in }
  ) throws -> PPO {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.hidden, settings.minibatchSize) = (4, 30, [5], 40)
    change(&settings)
    return try PPO(settings: settings, specification: world.specification, random: RandomSource(seed: seed))
  }

  private func batch<World: Environment>(_ world: World, slots: Int = 4) -> any EnvironmentBatch {
    EnvironmentEntry(world).makeBatch(count: slots, random: RandomSource(seed: 3))
  }

  @Test(
    "what a step costs is ln π/π_ref by the densities, continuous and discrete; KL is its mean, χ² that of the ratio")
  func byDensities() throws {
    func check<World: Environment>(_ world: World, _ logProbability: (Policy, [Float], [Float]) -> Double) throws {
      // Episodes so long that no value is added to a reward behind a time limit.
      let (free, held) = (try ppo(world), try ppo(world))
      let reference = try ppo(world, seed: 2) { ($0.initialLogStandardDeviation, $0.learningRate) = (-0.7, 0.03) }
      let other = batch(world)
      for _ in 0..<5 { _ = reference.iterate(other) }
      try held.keepNear(reference.policy, weight: 0.3)
      let agent = held.policy
      _ = free.iterate(batch(world))
      let statistics = held.iterate(batch(world))
      let buffer = held.buffer
      var sums = [Double](repeating: 0, count: 4)
      var excesses = sums
      for row in 0..<buffer.rows {
        let seen = (0..<buffer.observationSize).map { buffer.observations[row * buffer.observationSize + $0] }
        let done = (0..<buffer.actionSize).map { buffer.actions[row * buffer.actionSize + $0] }
        let logRatio = logProbability(agent, seen, done) - logProbability(reference.policy, seen, done)
        sums[row % 4] += logRatio / 30
        excesses[row % 4] += (exp(logRatio) - 1) / 30
        let paid = Double(free.buffer.rewards[row]) - 0.3 * logRatio
        #expect(abs(Double(buffer.rewards[row]) - paid) < 1e-4)
      }
      let divergence = try #require(statistics.referenceDivergence)
      #expect(abs(divergence - Statistics.mean(sums)) < 1e-4 && abs(divergence) > 0.01)
      let interval = try #require(statistics.referenceInterval)
      let wanted = try #require(Statistics.meanInterval(sums))
      #expect(abs(interval.lower - wanted.lower) < 1e-3 && abs(interval.upper - wanted.upper) < 1e-3)
      let chiSquared = try #require(statistics.referenceChiSquared)
      let expected = Statistics.mean(excesses)
      #expect(abs(chiSquared - expected) < 1e-3 * (1 + abs(expected)))
      let around = try #require(statistics.referenceChiSquaredInterval)
      let given = try #require(Statistics.meanInterval(excesses))
      #expect(abs(around.upper - given.upper) < 1e-2 * (1 + abs(given.upper)))
    }
    try check(Target(size: 2, limit: 1000)) { policy, seen, done in
      let means = policy.network(seen, rows: 1)
      return done.indices.reduce(0.0) { sum, index in
        let deviation = exp(Double(policy.logStandardDeviations[index]))
        let distance = (Double(done[index]) - Double(means[index])) / deviation
        return sum - distance * distance / 2 - log(deviation) - log(2 * Double.pi) / 2
      }
    }
    try check(Bandit(actions: 3)) { policy, seen, done in
      let logits = policy.network(seen, rows: 1).map(Double.init)
      return logits[Int(done[0])] - log(logits.reduce(0) { $0 + exp($1) })
    }
  }

  @Test("a weight of 0 changes no bit of the agent, and what is reported is the reward without the cost")
  func onlyMeasured() throws {
    let world = Target(size: 1, limit: 7)
    let agents = try (0..<3).map { _ in try ppo(world) { $0.normalizeRewards = true } }
    let reference = try ppo(world, seed: 2).policy
    try agents[1].keepNear(reference, weight: 0)
    try agents[2].keepNear(reference, weight: 5)
    let batches = agents.map { _ in batch(world) }
    for iteration in 0..<3 {
      let statistics = zip(agents, batches).map { $0.iterate($1) }
      #expect(agents[1].parameterVector == agents[0].parameterVector)
      #expect(statistics[1].meanReward == statistics[0].meanReward)
      #expect(statistics[0].referenceDivergence == nil && statistics[1].referenceDivergence != nil)
      if iteration == 0 { #expect(statistics[2].meanReward == statistics[0].meanReward) }
    }
    #expect(agents[2].parameterVector != agents[0].parameterVector)
  }

  @Test("itself as the reference is at distance 0; one environment has no interval")
  func itself() throws {
    let world = Target(size: 1, limit: 7)
    let agent = try ppo(world) { $0.environments = 1 }
    try agent.keepNear(agent.policy, weight: 1)
    let statistics = agent.iterate(batch(world, slots: 1))
    #expect(abs(try #require(statistics.referenceDivergence)) < 1e-5)
    #expect(statistics.referenceInterval == nil)
  }

  @Test("an agent that is held near stays nearer than one that is not")
  func nearer() throws {
    // All draws are fixed, so that this either holds or does not.
    let world = Target(size: 1, limit: 10)
    let distances = try [0, 1.0].map { weight in
      let agent = try ppo(world) { ($0.learningRate, $0.stepsPerRollout) = (0.01, 40) }
      try agent.keepNear(try ppo(world, seed: 2).policy, weight: weight)
      let batch = batch(world)
      return try #require((0..<40).map { _ in agent.iterate(batch) }.last?.referenceDivergence)
    }
    #expect(distances[0] > 0.2 && distances[1] < distances[0] / 2, "\(distances)")
  }

  @Test("snapshots are the same with a reference, and go on with it bit for bit")
  func snapshots() throws {
    let world = Target(size: 1, limit: 7)
    let reference = try ppo(world, seed: 2).policy
    func agent() throws -> PPO {
      let agent = try ppo(world)
      try agent.keepNear(reference, weight: 0.5)
      return agent
    }
    let (first, second, batch) = (try agent(), try agent(), batch(world))
    _ = first.iterate(batch)
    try second.restore(try first.snapshot())
    let other = self.batch(world)
    try other.restore(try batch.snapshot())
    let statistics = first.iterate(batch)
    #expect(statistics == second.iterate(other))
    #expect(first.parameterVector == second.parameterVector)
  }

  @Test("policies of another world or head, weights that are none, and learners that cannot are refused")
  func refused() throws {
    let agent = try ppo(Target())
    let own = agent.policy
    var elsewhere = own
    elsewhere.environment = "test/Elsewhere"
    #expect(throws: InputError.self) { try agent.keepNear(elsewhere, weight: 1) }
    var other = try ppo(Target(size: 2)).policy
    other.environment = own.environment
    #expect(throws: InputError.self) { try agent.keepNear(other, weight: 1) }
    for weight in [-1, .nan, .infinity] {
      #expect(throws: InputError.self) { try agent.keepNear(own, weight: weight) }
    }
    let sac = try LearnerRegistry.standard.kind("sac").make(
      LearnerRegistry.standard.sections, Target().specification, random: RandomSource(seed: 1))
    #expect(throws: InputError.self) { try sac.keepNear(own, weight: 1) }
    #expect(throws: InputError.self) { try PPOLearner(agent).keepNear(sac.policy, weight: 1) }
  }
}
