import Agents
import Compute
import Environments
import Rewards
import Testing

/// Told how often it was asked for how many rows; its value and version can be changed.
private final class CountedReward: TransitionReward {
  var value: Float
  var version: UInt64
  private(set) var asked: [Int] = []

  init(_ value: Float, version: UInt64 = 0) { (self.value, self.version) = (value, version) }

  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    asked.append(transitions.count)
    for row in 0..<transitions.count { rewards[row] = value * transitions.withAction(row) { $0[0] } }
  }
}

@Suite("What is remembered is judged by the present reward")
struct RelabellingTests {
  private func learner() throws -> OffPolicyLearner<SAC> {
    var settings = SACSettings()
    (settings.stepsPerRollout, settings.randomSteps, settings.bufferSize) = (10, 15, 25)
    (settings.batchSize, settings.hidden) = (4, [4])
    return try OffPolicyLearner<SAC>(
      settings: settings, specification: Strip().specification, random: RandomSource(seed: 5))
  }

  private func rewards(_ learner: OffPolicyLearner<SAC>) -> [Float] {
    (0..<learner.buffer.count).map { learner.buffer.rewards[$0] }
  }

  private func expected(_ learner: OffPolicyLearner<SAC>, _ value: Float) -> [Float] {
    (0..<learner.buffer.count).map { value * learner.buffer.steppedActions[$0] }
  }

  @Test("a reward that has changed, another one, and none: all rows follow, also where the ring has closed")
  func follows() throws {
    let learner = try learner()
    let world = Batch(Strip(), count: 1, random: RandomSource(seed: 6))
    func iterate(_ reward: CountedReward?) throws {
      _ = try learner.iterate(world, reward: reward, progress: 0, recorder: nil)
    }
    let first = CountedReward(1)
    try iterate(nil)
    try iterate(first)
    #expect(rewards(learner) == expected(learner, 1))
    #expect(first.asked == [10] + [Int](repeating: 1, count: 10), "the old rows at once, the new ones as they come")
    try iterate(first)
    #expect(first.asked.count == 21, "an unchanged reward is asked for nothing old")
    (first.value, first.version) = (2, 1)
    try iterate(first)
    #expect(rewards(learner) == expected(learner, 2))
    let second = CountedReward(-1, version: 1)
    try iterate(second)
    #expect(rewards(learner) == expected(learner, -1), "another reward is noticed even with the same version")
    try iterate(nil)
    #expect(rewards(learner) == (0..<25).map { learner.buffer.ownRewards[$0] })
  }

  @Test("after a restore an unchanged reward is asked for nothing old, and learning goes on bit by bit")
  func resumes() throws {
    let (whole, world) = (try learner(), Batch(Strip(), count: 1, random: RandomSource(seed: 6)))
    let reward = CountedReward(3, version: 7)
    for _ in 0..<3 { _ = try whole.iterate(world, reward: reward, progress: 0, recorder: nil) }
    let (resumed, resumedWorld) = (try learner(), Batch(Strip(), count: 1, random: RandomSource(seed: 6)))
    try resumed.restore(try whole.snapshot())
    try resumedWorld.restore(try world.snapshot())
    let again = CountedReward(3, version: 7)
    _ = try whole.iterate(world, reward: reward, progress: 0.5, recorder: nil)
    _ = try resumed.iterate(resumedWorld, reward: again, progress: 0.5, recorder: nil)
    #expect(again.asked == [Int](repeating: 1, count: 10))
    #expect(try resumed.snapshot() == whole.snapshot())
  }

  @Test("a reward model's version follows from what it is")
  func versions() throws {
    var settings = RewardModelSettings()
    settings.hidden = [4]
    let model = try RewardModel(settings, specification: Strip().specification, random: RandomSource(seed: 1))
    let evaluator = RewardEvaluator(model)
    let before = evaluator.version
    var other = model
    other.network.parameters[3] += 0.001
    evaluator.model = other
    #expect(evaluator.version != before)
    evaluator.model = model
    #expect(evaluator.version == before && RewardEvaluator(model).version == before)
    #expect(NormalizedReward(evaluator).version == before)
  }
}
