import Compute
import Environments
import Rewards
import Testing

@Suite("Reward functions")
struct RewardFunctionTests {
  @Test("a table over states and actions, with and without the next state, is read by index")
  func tabular() throws {
    let world = specification(observations: 1, discrete: 2)
    let episode = Trajectory(
      observationSize: 1, actionRowSize: 1, observations: [0, 2, 1, 1], actions: [1, 0, 1], rewards: [0, 0, 0],
      terminated: false, truncated: true, start: nil)
    let byAction = try TabularReward(states: 3, actions: 2, values: [0, 1, 2, 3, 4, 5])
    let byNext = try TabularReward(states: 3, actions: 2, usesNextState: true, values: (0..<18).map(Float.init))
    var rewards = [Float](repeating: 0, count: 3)
    episode.withTransitionRows(world) { byAction.rewards($0, into: &rewards) }
    #expect(rewards == [1, 4, 3])
    episode.withTransitionRows(world) { byNext.rewards($0, into: &rewards) }
    #expect(rewards == [5, 13, 10])
    #expect(throws: InputError.self) { try TabularReward(states: 3, actions: 2, values: [0]) }
    #expect(throws: InputError.self) { try TabularReward(states: 1, actions: 1, values: [.nan]) }
  }

  @Test("a linear reward is the inner product with the encoded transition")
  func linear() throws {
    let world = specification(observations: 2, discrete: 2)
    let encoding = try TransitionEncoding(RewardInputs(termination: true), specification: world)
    let reward = try LinearReward(encoding, weights: [1, 10, 100, 1000, 10000], bias: 0.5)
    let episode = Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [1, 2, 3, 4, 5, 6], actions: [1, 0], rewards: [0, 0],
      terminated: true, truncated: false, start: nil)
    var rewards = [Float](repeating: 0, count: 2)
    let evaluator = RewardFunctionEvaluator(reward)
    episode.withTransitionRows(world) { evaluator.evaluate($0, into: &rewards) }
    #expect(rewards == [1021.5, 10143.5])
    #expect(throws: InputError.self) { try LinearReward(encoding, weights: [1]) }
  }

  @Test("a normalised reward uses the statistics before the call, and then learns from the call")
  func normalized() throws {
    let world = specification(observations: 1)
    let encoding = try TransitionEncoding(RewardInputs(action: false), specification: world)
    let base = RewardFunctionEvaluator(try LinearReward(encoding, weights: [1]))
    let reward = NormalizedReward(base, statistics: RunningNormalizer(size: 1, epsilon: 0))
    func ask(_ values: [Float]) -> [Float] {
      let episode = Trajectory(
        observationSize: 1, actionRowSize: 1, observations: values + [0],
        actions: [Float](repeating: 0, count: values.count), rewards: [Float](repeating: 0, count: values.count),
        terminated: false, truncated: false, start: nil)
      var rewards = [Float](repeating: 0, count: values.count)
      episode.withTransitionRows(world) { reward.evaluate($0, into: &rewards) }
      return rewards
    }
    #expect(ask([2, 4]) == [2, 4])  // nothing seen yet
    #expect(ask([3, 5]) == [0, 2])  // mean 3, deviation 1
    reward.learns = false
    let before = reward.statistics
    _ = ask([100])
    #expect(reward.statistics == before)
    #expect(reward.statistics.count == 4)
  }
}
