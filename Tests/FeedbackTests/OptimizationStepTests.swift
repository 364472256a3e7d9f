import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("The steps of training")
struct OptimizationStepTests {
  @Test("are AdamW's, on shuffled batches whose loss is divided by the full batch size, as PyTorch would take them")
  func trace() throws {
    // A linear reward of three features, seven choices, batches of three: the last batch has one choice.
    let set = try randomChoices(
      7, features: 3, steps: 2, weights: [1, 0, -1], person: SimulatedJudgment.boltzmann(), seed: 41)
    var model = try rewardModel(features: 3, hidden: [])
    let settings = RewardTrainingSettings(
      epochs: 4, batch: 3, learningRate: 0.05, weightDecay: 0.1, lapse: 0.2, temperature: 2)
    let random = RandomSource(seed: 8)

    var parameters = model.network.parameters.map(Double.init)
    var (first, second) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    var step = 0.0
    for epoch in 0..<4 {
      var order = Array(0..<7)
      var stream = random.child("reward/training/0", 0).stream("shuffle", epoch)
      stream.shuffle(&order)
      for batch in [order[0..<3], order[3..<6], order[6..<7]] {
        var gradient = [Double](repeating: 0, count: 4)
        for choice in batch {
          // The difference of summed features; the bias cancels.
          let difference = (0..<3).map { feature -> Double in
            zip(set.options(of: choice), [1.0, -1.0]).reduce(0) { sum, part in
              let start = set.optionStarts[part.0]
              return sum + part.1 * (0..<2).reduce(0) { $0 + Double(set.rows[(start + $1) * 3 + feature]) }
            }
          }
          let logit = (0..<3).reduce(0) { $0 + parameters[$1] * difference[$1] } / 2
          let logistic = 1 / (1 + exp(-logit))
          let probability = 0.1 + 0.8 * logistic
          let target = Double(set.targets[set.options(of: choice).lowerBound])
          let slope = -(target / probability - (1 - target) / (1 - probability)) * 0.8 * logistic * (1 - logistic)
          for feature in 0..<3 { gradient[feature] += slope * difference[feature] / 2 / 3 }
        }
        step += 1
        for index in 0..<3 {
          parameters[index] -= 0.05 * 0.1 * parameters[index]
          first[index] = 0.9 * first[index] + 0.1 * gradient[index]
          second[index] = 0.999 * second[index] + 0.001 * gradient[index] * gradient[index]
          let root = (second[index] / (1 - pow(0.999, step))).squareRoot()
          parameters[index] -= 0.05 / (1 - pow(0.9, step)) * first[index] / (root + 1e-8)
        }
      }
    }

    let report = try RewardTrainer(settings).train(&model, on: set, random: random)
    #expect(report.steps == 12)
    for index in 0..<3 { #expect(abs(Double(model.network.parameters[index]) - parameters[index]) < 1e-5) }
  }

  @Test("a model of several members trains each as if it were alone")
  func independence() throws {
    let set = try randomChoices(
      20, features: 3, steps: 2, weights: [1, 0, -1], person: SimulatedJudgment.boltzmann(), seed: 42)
    let settings = RewardTrainingSettings(batch: 4, bootstrap: false)
    let random = RandomSource(seed: 9)
    var three = try rewardModel(features: 3, hidden: [6], members: 3)
    var one = try rewardModel(features: 3, hidden: [6], members: 1)
    let count = one.network.shape.parameterCount
    #expect(Array(three.network.parameters.prefix(count)) == one.network.parameters)
    try RewardTrainer(settings).train(&three, on: set, random: random)
    try RewardTrainer(settings).train(&one, on: set, random: random)
    #expect(Array(three.network.parameters.prefix(count)) == one.network.parameters)
  }
}
