import Agents
import Compute
import Foundation
import Testing

@Suite("Drawing actions")
struct DistributionTests {
  @Test("the categorical's log-probabilities are the logits minus their log-sum-exp, and draws follow them")
  func categorical() {
    let logits: [Float] = [0.3, -1, 2, 0]
    let logSum = log(logits.map { exp(Double($0)) }.reduce(0, +))
    let sampler = ActionSampler(.categorical(count: 4))
    var random = RandomSource(seed: 1).stream("test")
    var counts = [Double](repeating: 0, count: 4)
    let draws = 40_000
    for _ in 0..<draws {
      var (action, stepped, logProbability): (Float, Float, Float) = (0, 0, 0)
      sampler.sample(
        logits, logStandardDeviations: logits, rows: 1, actions: &action, steppedActions: &stepped,
        logProbabilities: &logProbability, random: &random)
      #expect(abs(Double(logProbability) - (Double(logits[Int(action)]) - logSum)) < 1e-6)
      #expect(stepped == action)
      counts[Int(action)] += 1
    }
    // χ² with 3 degrees of freedom: above 21.1 one time in 10,000.
    var statistic = 0.0
    for (count, logit) in zip(counts, logits) {
      let expected = exp(Double(logit) - logSum) * Double(draws)
      statistic += (count - expected) * (count - expected) / expected
    }
    #expect(statistic < 21.1)
  }

  @Test("the Gaussian's log-probability is that of the draw itself, while the environment gets it clipped")
  func gaussian() {
    let means: [Float] = [0.9, -0.2]
    let logDeviations: [Float] = [0.1, -0.7]
    let sampler = ActionSampler(.gaussian(low: [-1, -1], high: [1, 1]))
    var random = RandomSource(seed: 2).stream("test")
    var clipped = 0
    var sums = [0.0, 0.0]
    let draws = 20_000
    for _ in 0..<draws {
      var action: [Float] = [0, 0]
      var stepped: [Float] = [0, 0]
      var logProbability: Float = 0
      sampler.sample(
        means, logStandardDeviations: logDeviations, rows: 1, actions: &action, steppedActions: &stepped,
        logProbabilities: &logProbability, random: &random)
      var expected = 0.0
      for index in 0..<2 {
        let distance = Double(action[index] - means[index]) / exp(Double(logDeviations[index]))
        expected -= distance * distance / 2 + Double(logDeviations[index]) + log(2 * Double.pi) / 2
        #expect(stepped[index] == min(max(action[index], -1), 1))
        sums[index] += distance
      }
      #expect(abs(Double(logProbability) - expected) < 1e-4)
      if stepped != action { clipped += 1 }
    }
    // Means of 20,000 standard normals: beyond 4 standard errors one time in 16,000.
    for sum in sums { #expect(abs(sum / Double(draws)) < 4 / Double(draws).squareRoot()) }
    #expect(clipped > draws / 4)
  }

  @Test("entropies are the closed forms")
  func entropy() throws {
    var settings = PPOSettings()
    settings.hidden = []
    settings.initialLogStandardDeviation = 0.4
    settings.minibatchSize = 1
    func entropy(_ ppo: PPO, inputs: Int, actionSize: Int) -> Float {
      ppo.lossGradient(
        PPOMinibatch(
          rows: 1, inputs: [Float](repeating: 0, count: inputs), actions: [Float](repeating: 0, count: actionSize),
          oldLogProbabilities: [0], advantages: [1], returns: [0], oldValues: [0])
      ).entropy
    }
    let discrete = try PPO(
      settings: settings, specification: Bandit(actions: 3).specification, random: RandomSource(seed: 0))
    // Zero inputs and biases: every action alike.
    #expect(abs(entropy(discrete, inputs: 2, actionSize: 1) - logf(3)) < 1e-6)
    let continuous = try PPO(
      settings: settings, specification: Target(size: 2).specification, random: RandomSource(seed: 0))
    let expected = 2 * (0.5 * logf(2 * .pi * expf(1)) + 0.4)
    #expect(abs(entropy(continuous, inputs: 3, actionSize: 2) - expected) < 1e-5)
  }

  @Test("the mode is the most probable action, the first among equals, clipped to the action space")
  func mode() {
    var actions: [Float] = [0, 0]
    ActionSampler(.categorical(count: 3)).mode([0, 2, 2, 5, 1, 0], rows: 2, steppedActions: &actions)
    #expect(actions == [1, 0])
    ActionSampler(.gaussian(low: [-2], high: [2])).mode([-3, 1.5], rows: 2, steppedActions: &actions)
    #expect(actions == [-2, 1.5])
  }
}
