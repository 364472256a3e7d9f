import Agents
import Compute
import Environments
import Testing

@Suite("Running normalisation inside PPO")
struct NormalizationTests {
  private func settings(_ change: (inout PPOSettings) -> Void) -> PPOSettings {
    var settings = PPOSettings()
    settings.environments = 3
    settings.stepsPerRollout = 8
    settings.epochs = 1
    settings.discount = 0.5
    change(&settings)
    return settings
  }

  @Test("rewards are divided by the deviation of all discounted returns so far, each reset where its episode ends")
  func rewards() throws {
    let random = RandomSource(seed: 1)
    let world = Target(limit: 3)
    let batch = Batch(world, count: 3, random: random)
    let ppo = try PPO(
      settings: settings { ($0.normalizeRewards, $0.traceDecay) = (true, 0) }, specification: world.specification,
      random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    _ = ppo.iterate(batch, recorder: recorder)

    var raw = [[Float]](repeating: [], count: 3)
    for trajectory in recorder.take() { raw[trajectory.start!.slot] += trajectory.rewards }
    var returns = [Double](repeating: 0, count: 3)
    var seen: [Double] = []
    for step in 0..<8 {
      for slot in 0..<3 { returns[slot] = returns[slot] * 0.5 + Double(raw[slot][step]) }
      seen += returns
      let mean = seen.reduce(0, +) / Double(seen.count)
      let variance = seen.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(seen.count)
      for slot in 0..<3 {
        let row = step * 3 + slot
        let expected = min(max(Double(raw[slot][step]) / (variance + 1e-8).squareRoot(), -10), 10)
        // Where the time limit cut, the value of what lay behind it has been added.
        if !ppo.buffer.ended[row] {
          #expect(abs(Double(ppo.buffer.rewards[row]) - expected) < 1e-4 * max(1, abs(expected)))
        }
        if ppo.buffer.ended[row] { returns[slot] = 0 }
      }
    }
  }

  @Test("a reward of 16 deviations is cut to 10, up or down", arguments: [1000.0, -1000])
  func clipped(reward: Double) throws {
    // 255 returns of 0 and one of r: its own deviation is r √255 / 256, so that r is 16.03 of them.
    let random = RandomSource(seed: 1)
    let world = Windfall(reward: reward)
    var settings = settings { ($0.normalizeRewards, $0.environments, $0.stepsPerRollout) = (true, 1, 256) }
    settings.minibatchSize = 64
    let batch = Batch(world, count: 1, random: random)
    let ppo = try PPO(settings: settings, specification: world.specification, random: random)
    _ = ppo.iterate(batch)
    #expect(ppo.buffer.rewards[254] == 0)
    #expect(ppo.buffer.rewards[255] == (reward > 0 ? 10 : -10))
  }

  @Test("observations are normalised by all that was seen up to them, and the policy keeps the statistics")
  func observations() throws {
    let random = RandomSource(seed: 2)
    let world = Target(limit: 3)
    let batch = Batch(world, count: 3, random: random)
    let ppo = try PPO(
      settings: settings { $0.normalizeObservations = true }, specification: world.specification, random: random)
    _ = ppo.iterate(batch)
    var normalizer = RunningNormalizer(size: 3, epsilon: 1e-8)
    var expected = [Float](repeating: 0, count: 9)
    for step in 0..<8 {
      let rows = ppo.buffer.observations + step * 9
      normalizer.update(rows, rows: 3)
      normalizer.normalize(rows, rows: 3, into: &expected, clip: 10)
      for index in 0..<9 { #expect(ppo.buffer.inputs[step * 9 + index] == expected[index]) }
    }
    normalizer.update(batch.observations.baseAddress!, rows: 3)
    #expect(ppo.policy.normalizer == normalizer)
  }

  @Test("normalised features take in every minibatch of every epoch")
  func features() throws {
    let random = RandomSource(seed: 3)
    let world = Target(limit: 3)
    let batch = Batch(world, count: 3, random: random)
    let ppo = try PPO(
      settings: settings { ($0.normalizeFeatures, $0.epochs, $0.minibatchSize) = (true, 4, 10) },
      specification: world.specification, random: random)
    _ = ppo.iterate(batch)
    var normalizer = RunningNormalizer(size: 3, epsilon: 1e-5)
    for _ in 0..<4 { normalizer.update(ppo.buffer.observations, rows: 24) }
    let seen = try #require(ppo.policy.normalizer)
    #expect(seen.count == 96)
    #expect(zip(seen.mean, normalizer.mean).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(seen.variance, normalizer.variance).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}

/// Nothing, and on the 256th step of an episode of 300 a reward.
private struct Windfall: Environment {
  var reward: Double

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Windfall-v0", summary: "wait", observationSpace: Box(low: [0], high: [1]), observationNames: ["step"],
      actionSpace: .discrete(names: ["wait", "see"]), maximumEpisodeSteps: 300, canTerminate: false, source: "here")
  }

  func reset(random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: state == 256 ? reward : 0, terminated: false)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) / 300 }
}
