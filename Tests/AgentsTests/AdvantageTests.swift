import Agents
import Compute
import Environments
import Testing

@Suite("Advantages and bootstrapping")
struct AdvantageTests {
  @Test("match a hand-computed rollout with a termination in one slot")
  func byHand() {
    // Two slots, three steps, γ = 1/2, λ = 1/2. Slot 0 ends after its second step; slot 1 goes on.
    let rewards: [Float] = [1, 2, 1, 2, 1, 2]
    let values: [Float] = [4, 2, 2, 4, 6, 8]
    let ended = [false, false, true, false, false, false]
    var advantages = [Float](repeating: 0, count: 6)
    var returns = advantages
    estimateAdvantages(
      steps: 3, slots: 2, rewards: rewards, values: values, ended: ended, lastValues: [10, 20], discount: 0.5,
      traceDecay: 0.5, advantages: &advantages, returns: &returns)
    // Slot 0: δ = 1 + 1 − 4, 1 + 0 − 2, 1 + 5 − 6; advantages −2 + ¼ · −1, −1 (nothing passes the end), 0.
    // Slot 1: δ = 2 + 2 − 2, 2 + 4 − 4, 2 + 10 − 8; advantages 2 + ¼ · 3, 2 + ¼ · 4, 4.
    #expect(advantages == [-2.25, 2.75, -1, 3, 0, 4])
    #expect(returns == [1.75, 4.75, 1, 7, 6, 12])
  }

  @Test("a time limit costs nothing: γ times the value of the final observation joins the reward before it")
  func truncation() throws {
    var settings = PPOSettings()
    settings.environments = 2
    settings.stepsPerRollout = 7
    settings.discount = 0.9
    settings.epochs = 1
    let world = Target(limit: 3)
    let random = RandomSource(seed: 1)
    let ppo = try PPO(settings: settings, specification: world.specification, random: random)
    let batch = Batch(world, count: 2, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    let before = ppo.parameterVector
    _ = ppo.iterate(batch, recorder: recorder)

    let policyCount = ppo.shapes.policy.parameterCount
    let network = try Network(ppo.shapes.value, parameters: Array(before[(policyCount + 1)...]))
    #expect(ppo.buffer.truncatedCount == 4)
    let trajectories = recorder.take()
    for (index, row) in (0..<ppo.buffer.truncatedCount).map({ ($0, ppo.buffer.truncatedRows[$0]) }) {
      let trajectory = trajectories[index]
      #expect(trajectory.truncated && trajectory.count == 3)
      let value = network(Array(trajectory.observations.suffix(3)), rows: 1)[0]
      #expect(ppo.buffer.rewards[row] == trajectory.rewards.last! + 0.9 * value)
      #expect(ppo.buffer.ended[row] && !ppo.buffer.terminated[row])
    }
  }

  @Test("a termination has no future: its reward stays as it is")
  func termination() throws {
    var settings = PPOSettings()
    settings.environments = 4
    settings.stepsPerRollout = 16
    let random = RandomSource(seed: 2)
    let ppo = try PPO(settings: settings, specification: Bandit().specification, random: random)
    let statistics = ppo.iterate(Batch(Bandit(), count: 4, random: random))
    #expect(ppo.buffer.truncatedCount == 0)
    #expect(statistics.episodes.count == 64)
    for row in 0..<64 {
      #expect(ppo.buffer.rewards[row] == 0 || ppo.buffer.rewards[row] == 1)
      #expect(abs(ppo.buffer.returns[row] - ppo.buffer.rewards[row]) < 1e-6)
    }
  }
}
