import Agents
import Audits
import Compute
import Environments
import Foundation
import Rewards
import Testing

/// Episodes of a policy that is one layer over two numbers, with three actions or two Gaussian components.
private struct Played {
  let policy: Policy
  let episodes: [Trajectory]
  let encoding: TransitionEncoding
  private let isDiscrete: Bool

  init(_ count: Int, steps: [Int], isDiscrete: Bool = true, seed: UInt64) throws {
    let outputs = isDiscrete ? 3 : 2
    var draws = RandomSource(seed: seed).stream("played")
    let shape = NetworkShape(inputs: 2, hidden: [], outputs: outputs)
    let parameters = (0..<shape.parameterCount).map { _ in Float(0.5 * draws.normal()) }
    let policy = Policy(
      environment: "test", head: isDiscrete ? .categorical(count: 3) : .gaussian(low: [-9, -9], high: [9, 9]),
      network: try Network(shape, parameters: parameters), logStandardDeviations: isDiscrete ? [] : [-0.3, 0.2])
    let actor = policy.makeActor(count: 1)
    let rowSize = isDiscrete ? 1 : 2
    episodes = (0..<count).map { episode in
      let steps = steps[episode % steps.count]
      let observations = (0..<2 * (steps + 1)).map { _ in Float(draws.normal()) }
      var actions: [Float] = []
      for step in 0..<steps {
        var row = [Float](repeating: 0, count: rowSize)
        var target = row.mutableSpan
        actor.act(Array(observations[step * 2..<step * 2 + 2]).span, into: &target, random: &draws)
        actions += row
      }
      return Trajectory(
        observationSize: 2, actionRowSize: rowSize, observations: observations, actions: actions,
        rewards: [Float](repeating: 0, count: steps), terminated: true, truncated: false, start: nil)
    }
    encoding = try TransitionEncoding(
      RewardInputs(), observationSize: 2, actionRowSize: rowSize, discreteActions: isDiscrete ? 3 : nil)
    (self.policy, self.isDiscrete) = (policy, isDiscrete)
  }

  /// ∇ log π by hand: the layer's weights in the order of its outputs, its biases, the deviations.
  func score(_ episode: Int, _ step: Int) -> [Double] {
    let clip = episodes[episode]
    let seen = [Double(clip.observations[step * 2]), Double(clip.observations[step * 2 + 1])]
    let (parameters, outputs) = (policy.network.parameters.map(Double.init), isDiscrete ? 3 : 2)
    // Found by moving each parameter of the density, written out.
    func logProbability(_ parameters: [Double], _ logs: [Double]) -> Double {
      let network = policy.network.shape.layers[0]
      let values = (0..<outputs).map { output in
        parameters[network.biasOffset + output] + seen[0] * parameters[network.weightOffset + output]
          + seen[1] * parameters[network.weightOffset + outputs + output]
      }
      if isDiscrete { return values[Int(clip.actions[step])] - log(values.reduce(0) { $0 + exp($1) }) }
      return (0..<2).reduce(0) { sum, index in
        let distance = (Double(clip.actions[step * 2 + index]) - values[index]) / exp(logs[index])
        return sum - distance * distance / 2 - logs[index]
      }
    }
    let logs = policy.logStandardDeviations.map(Double.init)
    let small = 1e-5
    return parameters.indices.map { index in
      var (up, down) = (parameters, parameters)
      up[index] += small
      down[index] -= small
      return (logProbability(up, logs) - logProbability(down, logs)) / (2 * small)
    }
      + logs.indices.map { index in
        var (up, down) = (logs, logs)
        up[index] += small
        down[index] -= small
        return (logProbability(parameters, up) - logProbability(parameters, down)) / (2 * small)
      }
  }

  /// Each episode's own gradient of its return, less what episodes earn in the mean from the same step on.
  func gradients(_ rewards: [[Double]], discount: Double) -> [[Double]] {
    func after(_ episode: Int, _ step: Int) -> Double {
      (step..<rewards[episode].count).reduce(0) { $0 + pow(discount, Double($1 - step)) * rewards[episode][$1] }
    }
    return episodes.indices.map { episode in
      var sum = [Double](repeating: 0, count: score(0, 0).count)
      for step in 0..<episodes[episode].count {
        let alive = episodes.indices.filter { episodes[$0].count > step }
        let usual = alive.reduce(0) { $0 + after($1, step) } / Double(alive.count)
        for (index, slope) in score(episode, step).enumerated() { sum[index] += slope * (after(episode, step) - usual) }
      }
      return sum
    }
  }
}

@Suite("Where a reward pushes a policy")
struct PolicyPushTests {
  private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test(
    "weighted sums of any other reward are what its gradient shares with the reward's, products of unlike episodes alone"
  )
  func bilinear() throws {
    for isDiscrete in [true, false] {
      let played = try Played(10, steps: [20, 12, 16], isDiscrete: isDiscrete, seed: 3)
      // Paid for the action, so that there is a push.
      let rewards = played.episodes.map { clip in
        (0..<clip.count).map { Double(clip.actions[$0 * clip.actionRowSize]) * 3 }
      }
      let push = try PolicyPush(
        played.policy, episodes: played.episodes, encoding: played.encoding, discount: 0.5
      ) { _ in rewards.flatMap(\.self) }
      #expect(push.episodes == 10 && push.weights.count == rewards.reduce(0) { $0 + $1.count })
      #expect(abs(Self.product(push.weights, rewards.flatMap(\.self)) - 1) < 1e-4)
      #expect(push.interval.lower > 0 && push.interval.contains(push.strength))

      var draws = RandomSource(seed: 9).stream("other")
      let other = rewards.map { $0.map { _ in draws.normal() } }
      let own = played.gradients(rewards, discount: 0.5)
      let others = played.gradients(other, discount: 0.5)
      func shared(_ first: [[Double]], _ second: [[Double]]) -> Double {
        var sum = 0.0
        for a in 0..<10 { for b in 0..<10 where a != b { sum += Self.product(first[a], second[b]) } }
        return sum
      }
      let expected = shared(others, own) / shared(own, own)
      #expect(abs(Self.product(push.weights, other.flatMap(\.self)) - expected) < 1e-3 * (1 + abs(expected)))
    }
  }

  @Test(
    "a reward that has nothing to do with what is done pushes nowhere, in at least 95 of 100 cases; one that has, does")
  func noise() throws {
    var (found, real) = (0, 0)
    for seed in 0..<200 {
      let played = try Played(20, steps: [6], seed: UInt64(seed))
      var draws = RandomSource(seed: UInt64(seed)).stream("rewards")
      func pushes(_ reward: @escaping (Trajectory, Int) -> Double) throws -> Bool {
        do {
          _ = try PolicyPush(played.policy, episodes: played.episodes, encoding: played.encoding, discount: 1) { _ in
            played.episodes.flatMap { clip in (0..<clip.count).map { reward(clip, $0) } }
          }
          return true
        } catch is PushProblem { return false }
      }
      if try pushes({ _, _ in draws.normal() }) { found += 1 }
      if try pushes({ clip, step in clip.actions[step] == 2 ? 1 : 0 }) { real += 1 }
    }
    // Promised are 2.5 %; more than twelve of 200 are one chance in 500 then.
    #expect(found <= 12)
    #expect(real >= 150)
  }

  @Test("too few episodes, and a reward that does not vary, are not measurable")
  func refused() throws {
    let played = try Played(3, steps: [4], seed: 1)
    #expect(throws: NotMeasurable.self) {
      try PolicyPush(played.policy, episodes: played.episodes, encoding: played.encoding, discount: 1) { rows in
        rows.map(Double.init)
      }
    }
    let enough = try Played(6, steps: [4], seed: 1)
    #expect(throws: NotMeasurable.self) {
      try PolicyPush(enough.policy, episodes: enough.episodes, encoding: enough.encoding, discount: 1) { _ in
        [Double](repeating: 2, count: 24)
      }
    }
  }
}
