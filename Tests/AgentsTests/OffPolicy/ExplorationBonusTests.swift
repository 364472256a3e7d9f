import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

/// Worth `value`, with members that are apart by `spread` times the action's size.
private final class DisputedReward: TransitionReward {
  var value: Float
  var spread: Float
  var version: UInt64

  init(_ value: Float, spread: Float, version: UInt64 = 0) {
    (self.value, self.spread, self.version) = (value, spread, version)
  }

  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count { rewards[row] = value }
  }

  func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>
  ) {
    evaluate(transitions, into: &rewards)
    for row in 0..<transitions.count { disagreement[row] = spread * abs(transitions.withAction(row) { $0[0] }) }
  }
}

/// All that is trained, without what is remembered.
private func trained(_ learner: OffPolicyLearner<SAC>) throws -> [Float] {
  try learner.snapshot().tensors.filter { !$0.name.hasPrefix("replay") }.flatMap(\.values)
}

@Suite("Paid besides where the reward's members disagree")
struct ExplorationBonusTests {
  private func learner(bonus: Float? = 0.5, decay: Float? = 0.01) throws -> OffPolicyLearner<SAC> {
    var settings = SACSettings()
    (settings.stepsPerRollout, settings.randomSteps, settings.bufferSize) = (10, 15, 25)
    (settings.batchSize, settings.hidden) = (8, [4])
    (settings.explorationBonus, settings.explorationDecay) = (bonus, decay)
    return try OffPolicyLearner<SAC>(
      settings: settings, specification: Strip().specification, random: RandomSource(seed: 5))
  }

  @Test("β falls as β₀ (1 − ρ)^t; without ρ it stays")
  func weight() {
    let bonus = ExplorationBonus(scale: 0.05, decay: 1e-3)
    #expect(bonus.weight(after: 0) == 0.05)
    // .05 · exp(1000 · ln .999)
    #expect(abs(bonus.weight(after: 1000) - 0.018_384_771) < 1e-7)
    #expect(ExplorationBonus(scale: 0.05, decay: 0).weight(after: 1_000_000) == 0.05)
  }

  @Test("reward and spread are both remembered and judged again; a batch has their sum, reports the reward alone")
  func remembered() throws {
    let learner = try learner()
    let world = Batch(Strip(), count: 1, random: RandomSource(seed: 6))
    let reward = DisputedReward(2, spread: 3)
    let report = try learner.iterate(world, reward: reward, progress: 0, recorder: nil)
    #expect(report.meanReward == 2)
    let disagreements = try #require(learner.buffer.disagreements)
    let sizes = (0..<10).map { abs(learner.buffer.steppedActions[$0]) }
    #expect((0..<10).map { disagreements[$0] } == sizes.map { 3 * $0 })
    let expected = (0..<10).reduce(0.0) { $0 + 0.5 * pow(0.99, Double($1)) * 3 * Double(sizes[$1]) } / 10
    #expect(abs((report.scalars["sac/exploration_bonus"] ?? 0) - expected) < 1e-5)

    (reward.value, reward.spread, reward.version) = (-1, 10, 1)
    _ = try learner.iterate(world, reward: reward, progress: 0, recorder: nil)
    #expect((0..<10).map { disagreements[$0] } == sizes.map { 10 * $0 })
    #expect(learner.buffer.rewards[3] == -1)
    let batch = ReplayBatch(capacity: 8, observationSize: learner.buffer.observationSize, actionSize: 1)
    var random = RandomSource(seed: 1).stream("draw")
    learner.buffer.draw(batch, discount: 0.9, returnSteps: 1, bonus: 0.25, random: &random)
    for row in 0..<8 { #expect(batch.rewards[row] == -1 + 0.25 * disagreements[Int(batch.order[row])]) }

    _ = try learner.iterate(world, reward: nil, progress: 0, recorder: nil)
    #expect((0..<learner.buffer.count).allSatisfy { disagreements[$0] == 0 }, "the environment's own reward is one")
  }

  @Test("an agent with a bonus learns other weights, one with a bonus of 0 the same as without")
  func counts() throws {
    func weights(_ bonus: Float?) throws -> [Float] {
      let learner = try learner(bonus: bonus, decay: nil)
      let world = Batch(Strip(), count: 1, random: RandomSource(seed: 6))
      for _ in 0..<4 {
        _ = try learner.iterate(world, reward: DisputedReward(1, spread: 1), progress: 0, recorder: nil)
      }
      return try trained(learner)
    }
    let plain = try weights(nil)
    #expect(try weights(0) == plain)
    #expect(try weights(0.5) != plain)
  }

  @Test("it goes on bit by bit after a restore")
  func resumes() throws {
    let (whole, world) = (try learner(), Batch(Strip(), count: 1, random: RandomSource(seed: 6)))
    let reward = DisputedReward(1, spread: 2, version: 4)
    for _ in 0..<3 { _ = try whole.iterate(world, reward: reward, progress: 0, recorder: nil) }
    let (resumed, resumedWorld) = (try learner(), Batch(Strip(), count: 1, random: RandomSource(seed: 6)))
    try resumed.restore(try whole.snapshot())
    try resumedWorld.restore(try world.snapshot())
    _ = try whole.iterate(world, reward: reward, progress: 0.5, recorder: nil)
    _ = try resumed.iterate(resumedWorld, reward: reward, progress: 0.5, recorder: nil)
    #expect(try resumed.snapshot() == whole.snapshot())
    #expect(throws: InputError.self) { try learner(bonus: nil, decay: nil).restore(try whole.snapshot()) }
  }

  @Test("a fall without a bonus, and a negative bonus, are refused")
  func refusals() {
    #expect(throws: InputError.self) { try learner(bonus: nil, decay: 0.1) }
    #expect(throws: InputError.self) { try learner(bonus: -1, decay: nil) }
  }
}

@Suite("Exploring before a reward is known")
struct PreparationTests {
  @Test("it lasts the random steps and those of pre-training; what is told meanwhile changes no weight")
  func withoutReward() throws {
    func learner() throws -> OffPolicyLearner<SAC> {
      var settings = SACSettings()
      (settings.stepsPerRollout, settings.randomSteps, settings.pretrainingSteps) = (10, 10, 20)
      (settings.batchSize, settings.hidden, settings.pretrainingUpdates) = (8, [4], 5)
      return try OffPolicyLearner<SAC>(
        settings: settings, specification: Strip().specification, random: RandomSource(seed: 5))
    }
    func explored(_ reward: DisputedReward) throws -> (OffPolicyLearner<SAC>, Batch<Strip>) {
      let (learner, world) = (try learner(), Batch(Strip(), count: 1, random: RandomSource(seed: 6)))
      #expect(learner.preparationSteps == 30)
      for _ in 0..<3 { _ = try learner.iterate(world, reward: reward, progress: 0, recorder: nil) }
      return (learner, world)
    }
    let (one, oneWorld) = try explored(DisputedReward(1, spread: 0))
    let (other, otherWorld) = try explored(DisputedReward(-7, spread: 0))
    #expect(try trained(one) == trained(other))
    // From here on the two learn one reward, by which what they remember is judged before fresh critics look at it.
    let learned = DisputedReward(3, spread: 0, version: 9)
    _ = try one.iterate(oneWorld, reward: learned, progress: 0, recorder: nil)
    _ = try other.iterate(otherWorld, reward: learned, progress: 0, recorder: nil)
    #expect(try trained(one) == trained(other))
    #expect((0..<40).allSatisfy { one.buffer.rewards[$0] == 3 })
  }
}
