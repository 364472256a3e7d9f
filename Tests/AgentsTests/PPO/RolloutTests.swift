import Agents
import Compute
import Environments
import Rewards
import Testing

@Suite("PPO's rollouts")
struct RolloutTests {
  private typealias Made = (ppo: PPO, batch: any EnvironmentBatch, recorder: TrajectoryRecorder)

  private func made(limit: Int = 3, _ change: (inout PPOSettings) -> Void) throws -> Made {
    var settings = PPOSettings()
    settings.environments = 2
    settings.stepsPerRollout = 7
    settings.epochs = 1
    settings.hidden = [5]
    settings.discount = 0.9
    change(&settings)
    let world = Target(limit: limit)
    let random = RandomSource(seed: 11)
    let batch = Batch(world, count: settings.environments, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    return (try PPO(settings: settings, specification: world.specification, random: random), batch, recorder)
  }

  private func valueNetwork(_ ppo: PPO) throws -> Network {
    try Network(ppo.shapes.value, parameters: Array(ppo.parameterVector.suffix(ppo.shapes.value.parameterCount)))
  }

  private func observations(_ ppo: PPO) -> [Float] {
    Array(UnsafeBufferPointer(start: ppo.buffer.observations, count: ppo.buffer.rows * 3))
  }

  private func normalized(_ rows: [Float], _ normalizer: RunningNormalizer, clip: Float?) -> [Float] {
    var result = rows
    normalizer.normalize(rows, rows: rows.count / normalizer.size, into: &result, clip: clip)
    return result
  }

  @Test(
    "each observation's value is the value network's, however many rows there are", arguments: [1, 191, 192, 193, 385])
  func values(rows: Int) throws {
    let (ppo, batch, _) = try made { ($0.environments, $0.stepsPerRollout) = (1, rows) }
    let network = try valueNetwork(ppo)
    _ = ppo.iterate(batch)
    let expected = network(observations(ppo), rows: rows)
    for row in 0..<rows { #expect(abs(ppo.buffer.values[row] - expected[row]) < 1e-5, "row \(row)") }
    let last = network(Array(batch.observations), rows: 1)[0]
    #expect(abs(ppo.buffer.lastValues[0] - last) < 1e-5)
  }

  @Test("what lies behind a time limit is normalised by all that was seen up to it before it is valued")
  func truncatedAndNormalized() throws {
    let (ppo, batch, recorder) = try made { $0.normalizeObservations = true }
    let network = try valueNetwork(ppo)
    _ = ppo.iterate(batch, recorder: recorder)
    var normalizer = RunningNormalizer(size: 3, epsilon: 1e-8)
    var upTo: [RunningNormalizer] = []
    for step in 0..<7 {
      normalizer.update(ppo.buffer.observations + step * 6, rows: 2)
      upTo.append(normalizer)
    }
    normalizer.update(batch.observations.baseAddress!, rows: 2)
    upTo.append(normalizer)
    let trajectories = recorder.take()
    #expect(ppo.buffer.truncatedCount == 4)
    for index in 0..<4 {
      let row = ppo.buffer.truncatedRows[index]
      let seen = normalized(Array(trajectories[index].observations.suffix(3)), upTo[row / 2 + 1], clip: 10)
      let expected = trajectories[index].rewards.last! + 0.9 * network(seen, rows: 1)[0]
      #expect(abs(ppo.buffer.rewards[row] - expected) < 1e-5)
    }
    let last = network(normalized(Array(batch.observations), normalizer, clip: 10), rows: 2)
    for slot in 0..<2 { #expect(abs(ppo.buffer.lastValues[slot] - last[slot]) < 1e-5) }
    for row in 0..<14 {
      let inputs = Array(UnsafeBufferPointer(start: ppo.buffer.inputs + row * 3, count: 3))
      #expect(abs(ppo.buffer.values[row] - network(inputs, rows: 1)[0]) < 1e-5)
    }
  }

  @Test("normalised features are what policy and value network see, by the statistics of the update before")
  func normalizedFeatures() throws {
    let (ppo, batch, recorder) = try made { $0.normalizeFeatures = true }
    _ = ppo.iterate(batch, recorder: recorder)
    let (network, policy) = (try valueNetwork(ppo), ppo.policy)
    let seen = try #require(policy.normalizer)
    #expect(policy.normalizerClip == nil)
    _ = recorder.take()
    _ = ppo.iterate(batch, recorder: recorder)
    let expected = network(normalized(observations(ppo), seen, clip: nil), rows: 14)
    for row in 0..<14 { #expect(abs(ppo.buffer.values[row] - expected[row]) < 1e-4) }
    let last = network(normalized(Array(batch.observations), seen, clip: nil), rows: 2)
    for slot in 0..<2 { #expect(abs(ppo.buffer.lastValues[slot] - last[slot]) < 1e-4) }
    var probabilities = [Float](repeating: 0, count: 14)
    policy.makeActor(count: 14).logProbabilities(
      ppo.buffer.observations, actions: ppo.buffer.actions, rows: 14, into: &probabilities)
    for row in 0..<14 { #expect(abs(ppo.buffer.logProbabilities[row] - probabilities[row]) < 1e-4) }
  }

  @Test("the explained variance is 1 − variance of what is left ÷ variance of the returns; nil for one row")
  func explainedVariance() throws {
    let (ppo, batch, _) = try made { _ in }
    let statistics = ppo.iterate(batch)
    let returns = (0..<14).map { Double(ppo.buffer.returns[$0]) }
    let left = (0..<14).map { Double(ppo.buffer.returns[$0] - ppo.buffer.values[$0]) }
    let expected = 1 - Statistics.variance(left) / Statistics.variance(returns)
    #expect(abs(try #require(statistics.explainedVariance) - expected) < 1e-9)
    let (single, one, _) = try made { ($0.environments, $0.stepsPerRollout) = (1, 1) }
    #expect(single.iterate(one).explainedVariance == nil)
  }

  @Test("a linear schedule takes the share of the run that is done, kept within 0 and 1")
  func schedule() throws {
    let (ppo, batch, _) = try made { ($0.learningRateSchedule, $0.learningRate) = (.linear, 0.5) }
    for (progress, rate) in [(-1.0, 0.5), (0, 0.5), (0.25, 0.375), (1, 0), (1.5, 0)] {
      #expect(ppo.iterate(batch, progress: progress).learningRate == rate)
    }
    let (steady, other, _) = try made { $0.learningRate = 0.5 }
    #expect(steady.iterate(other, progress: 0.75).learningRate == 0.5)
  }

  /// At step size 0 the policy stays the one that collected: ratios are 1, and each loss is that of the whole rollout.
  @Test("at step size 0 the losses are those of the rollout, by the gradient's own reckoning")
  func losses() throws {
    for count in [1, 3] {
      let (ppo, batch, _) = try made {
        $0.stepsPerRollout = 9
        $0.minibatchSize = 18 / count
        $0.epochs = 2
        $0.learningRate = 0
        $0.normalizeAdvantages = false
      }
      let statistics = ppo.iterate(batch)
      func rows(_ pointer: UnsafeMutablePointer<Float>, _ size: Int = 1) -> [Float] {
        Array(UnsafeBufferPointer(start: pointer, count: 18 * size))
      }
      var whole = ppo.settings
      whole.minibatchSize = 18
      let judge = try PPO(
        settings: whole, specification: Target(limit: 3).specification, random: RandomSource(seed: 11))
      judge.parameterVector = ppo.parameterVector
      let loss = judge.lossGradient(
        PPOMinibatch(
          rows: 18, inputs: observations(ppo), actions: rows(ppo.buffer.actions),
          oldLogProbabilities: rows(ppo.buffer.logProbabilities), advantages: rows(ppo.buffer.advantages),
          returns: rows(ppo.buffer.returns), oldValues: rows(ppo.buffer.values)))
      #expect(statistics.gradientSteps == 2 * count)
      #expect(abs(statistics.policyLoss - Double(loss.policyLoss)) < 1e-5)
      #expect(abs(statistics.valueLoss - Double(loss.valueLoss)) < 1e-5)
      #expect(abs(statistics.entropy - Double(loss.entropy)) < 1e-5)
      #expect(abs(statistics.approximateKL) < 1e-6 && statistics.clipFraction == 0)
      let norm = loss.gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      if count == 1 { #expect(abs(statistics.gradientNorm - norm) < 1e-5 * max(1, norm)) }
      #expect(statistics.gradientNorm > 0)
      #expect(statistics.standardDeviation == 1)
    }
  }

  @Test("an update that its target stops at once takes no step, and has no gradient's norm")
  func stoppedAtOnce() throws {
    // The first minibatch is seen by other statistics than the rollout was, so the policy has moved before any step.
    let (ppo, batch, _) = try made { ($0.targetKL, $0.normalizeFeatures) = (0, true) }
    let before = ppo.parameterVector
    let statistics = ppo.iterate(batch)
    #expect(statistics.approximateKL > 0 && statistics.stoppedEarly)
    #expect(statistics.gradientSteps == 0 && statistics.gradientNorm == 0)
    #expect(ppo.parameterVector == before)
  }

  @Test("each episode's return and length are the recorder's")
  func episodes() throws {
    let (ppo, batch, recorder) = try made { $0.stepsPerRollout = 8 }
    let found = ppo.iterate(batch, recorder: recorder).episodes + ppo.iterate(batch, recorder: recorder).episodes
    let ended = recorder.take(includingPartial: false)
    #expect(found.count == 10 && ended.count == 10)
    for (episode, trajectory) in zip(found, ended) {
      #expect(abs(episode.trueReturn - trajectory.trueReturn) < 1e-6)
      #expect(episode.length == 3 && trajectory.count == 3 && !episode.terminated)
    }
  }
}
