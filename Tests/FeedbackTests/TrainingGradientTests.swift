import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Rewards
import Testing

@Suite("The gradient of the training loss")
struct TrainingGradientTests {
  /// Choices of 2, 3 and 4 options, some weighted, some tied, of unequal lengths, with their own β and lapse.
  func choices(_ seed: UInt64, weighted: Bool, lapses: Bool) throws -> ChoiceSet {
    var set = ChoiceSet(try encoding(3))
    var random = RandomSource(seed: seed).stream("gradient")
    for index in 0..<12 {
      let count = 2 + index % 3
      let options = (0..<count).map { _ in
        let steps = 1 + random.below(6)
        let trajectory = randomSegment(features: 3, steps: steps, random: &random)
        let weights = weighted && random.bernoulli(0.7) ? (0..<steps).map { _ in Float(random.normal()) } : nil
        return Choice.Option(trajectory, weights: weights, offset: index % 5 == 0 ? Float(random.normal()) : 0)
      }
      var target = [Float](repeating: 0, count: count)
      if index % 4 == 0 {
        target = [Float](repeating: 1 / Float(count), count: count)
      } else {
        target[random.below(count)] = 1
      }
      try set.append(
        Choice(
          options: options, target: target, rationality: 0.5 + random.uniform(),
          lapse: lapses ? 0.2 * random.uniform() : 0))
    }
    // Ordinal choices, the third option of which is empty, and an ordinary choice with an empty option.
    for index in 0..<4 {
      let clips = (0..<2).map { _ in randomSegment(features: 3, steps: 1 + random.below(6), random: &random) }
      let options = clips.map { Choice.Option($0, offset: 0.3 * Float(random.normal())) } + [.nothing]
      try set.append(
        Choice(
          options: options, picked: random.below(3), rationality: 0.5 + random.uniform(),
          lapse: lapses ? 0.2 * random.uniform() : 0, link: index < 3 ? .ordinal(cutPoints: [-0.4, 0.4]) : .softmax))
    }
    return set
  }

  @Test(
    "equals finite differences of its definition: several options, weights, ties, lapses, discount, temperature",
    arguments: [
      RewardTrainingSettings(), RewardTrainingSettings(lapse: 0.1), RewardTrainingSettings(discount: 0.8),
      RewardTrainingSettings(lapse: 0.3, temperature: 2.5, discount: 0.5),
    ])
  func finiteDifferences(settings: RewardTrainingSettings) throws {
    for (variant, hidden) in [[], [7], [6, 5]].enumerated() {
      let set = try choices(UInt64(variant), weighted: variant != 1, lapses: variant == 2)
      let model = try rewardModel(features: 3, hidden: hidden, members: 3, seed: UInt64(variant))
      let shape = model.network.shape
      let reference = ReferenceLoss(shape: shape, set: set, settings: settings)
      let prepared = PreparedChoices(set, normalizer: nil, settings: settings)
      let order = (0..<Int32(set.count)).map { $0 }
      for member in 0..<3 {
        let parameters = Array(
          model.network.parameters[member * shape.parameterCount..<(member + 1) * shape.parameterCount])
        var gradients = [Float](repeating: 0, count: shape.parameterCount)
        var totals = ChoicePass.Totals()
        let pass = ChoicePass(shape, choices: prepared)
        order.withUnsafeBufferPointer {
          pass.run($0, parameters: parameters, gradients: &gradients, scale: 1, totals: &totals)
        }
        let exact = parameters.map(Double.init)
        let loss = reference.loss(exact)
        #expect(abs(totals.loss - loss) < 1e-4 * loss)
        #expect(totals.count == set.count)
        try expectGradient(
          of: reference.loss, at: exact, is: gradients.map(Double.init), step: 1e-5, tolerance: 5e-5,
          "hidden \(hidden), member \(member)")
      }
    }
  }

  @Test("does not depend on how choices are cut into blocks, but for rounding")
  func blocks() throws {
    var set = ChoiceSet(try encoding(2))
    var random = RandomSource(seed: 9).stream("blocks")
    // 90 × 2 × 100 rows: many blocks of the widest network, few of the narrow one; one choice longer than any block.
    for index in 0..<90 {
      let steps = index == 40 ? 700 : 100
      try set.append(
        Comparison(
          first: randomSegment(features: 2, steps: steps, random: &random),
          second: randomSegment(features: 2, steps: steps, random: &random)), index % 2 == 0 ? .first : .second)
    }
    let settings = RewardTrainingSettings(temperature: 20)
    let prepared = PreparedChoices(set, normalizer: nil, settings: settings)
    let shape = try rewardModel(features: 2, hidden: [32]).network.shape
    let parameters = try rewardModel(features: 2, hidden: [32]).network.parameters
    func gradient(_ parts: [[Int32]]) -> [Float] {
      var gradients = [Float](repeating: 0, count: shape.parameterCount)
      var totals = ChoicePass.Totals()
      let pass = ChoicePass(shape, choices: prepared)
      for part in parts {
        part.withUnsafeBufferPointer {
          pass.run($0, parameters: parameters, gradients: &gradients, scale: 1, totals: &totals)
        }
      }
      return gradients
    }
    let all = (0..<Int32(set.count)).map { $0 }
    let whole = gradient([all])
    let single = gradient(all.map { [$0] })
    let scale = whole.map(abs).max() ?? 0
    for (a, b) in zip(whole, single) { #expect(abs(a - b) < 1e-5 * scale) }
  }
}
