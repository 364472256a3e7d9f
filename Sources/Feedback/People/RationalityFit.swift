import Compute
import Foundation
import Rewards

/// How much more, or less, decided each group of choices was than assumed: one factor on the rationality of each, for
/// whatever kind of feedback, by the reward learned so far.
///
/// ```swift
/// for _ in 0..<3 {
///   _ = try trainer.train(&model, on: choices, random: random)
///   let fit = try RationalityFit(choices, groups: groups, model: model, settings: settings)   // (person, kind) → 0, 1
///   … choices.scaleRationalities(by: fit.factors, groups: groups)
/// }
/// ```
///
/// Alternating with the reward, this fits a rationality per person and per kind outside the one training loop. Only
/// ratios can be known, as a larger reward does what a larger rationality does: the factors' geometric mean is 1.
/// Prior: ln factor ~ N(0, 1). Choices that the reward was trained on flatter it, most where it fits them best; with
/// few answers use a model trained on others.
public struct RationalityFit: Codable, Sendable, Hashable {
  /// One for each group.
  public let factors: [Double]
  /// Of each factor before the mean is taken off: normal in its logarithm.
  public let intervals: [Interval?]

  /// - Parameters:
  ///   - set: the choices; their lapses and rationalities are kept, the factors come on top.
  ///   - groups: [set.count], counted from 0.
  ///   - model: the reward learned so far.
  ///   - settings: as it was trained with.
  ///   - level: of the intervals.
  /// - Throws: `InputError` if the set was encoded for another model.
  public init(
    _ set: ChoiceSet, groups: [Int], model: RewardModel, settings: RewardTrainingSettings, level: Double = 0.95
  ) throws {
    precondition(groups.count == set.count && !groups.isEmpty, "a group for each choice")
    // Logits are linear in the factor, so that the likelihood needs them only once.
    guard set.encoding == model.encoding else {
      throw InputError("the choices were encoded for another reward model")
    }
    let logits = Self.logits(set, model: model, settings: settings)
    let count = groups.max()! + 1
    var modes: [PosteriorMode] = []
    for group in 0..<count {
      let own = groups.indices.filter { groups[$0] == group }
      modes.append(
        PosteriorMode(from: [0]) { point, gradient in
          let factor = exp(point[0])
          var sum = point[0] * point[0] / 2
          gradient[0] += point[0]
          for choice in own {
            let (loss, slope) = Self.loss(set, choice, logits[choice], factor: factor)
            sum += loss
            gradient[0] += slope * factor
          }
          return sum
        })
    }
    let centre = modes.reduce(0) { $0 + $1.point[0] } / Double(count)
    factors = modes.map { exp($0.point[0] - centre) }
    intervals = modes.map { $0.interval(0, level: level, through: { exp($0 - centre) }) }
  }

  /// β · value of each option, the mean over members, and its offset.
  private static func logits(
    _ set: ChoiceSet, model: RewardModel, settings: RewardTrainingSettings
  ) -> [(values: [Double], offsets: [Double])] {
    let prepared = PreparedChoices(set, normalizer: model.inputNormalizer, settings: settings)
    let shape = model.network.shape
    let order = (0..<set.count).map(Int32.init)
    var result = (0..<set.count).map { choice in
      let options = set.options(of: choice)
      return (
        values: [Double](repeating: 0, count: options.count), offsets: set.optionOffsets[options].map(Double.init)
      )
    }
    for member in 0..<model.members {
      let pass = ChoicePass(shape, choices: prepared)
      pass.logits(order, parameters: Array(model.network.parameters(of: member))) { choice, logits in
        for option in logits.indices {
          let value = logits[option] - result[choice].offsets[option]
          result[choice].values[option] += value / Double(model.members)
        }
      }
    }
    return result
  }

  /// The cross-entropy of one choice with its logits multiplied, and the derivative by the factor.
  private static func loss(
    _ set: ChoiceSet, _ choice: Int, _ logits: (values: [Double], offsets: [Double]), factor: Double
  ) -> (Double, Double) {
    let utilities = zip(logits.values, logits.offsets).map { factor * $0 + $1 }
    let likelihood = ChoiceLikelihood(lapse: set.lapses[choice], link: set.links[choice])
    let (loss, _, gradients) = likelihood.evaluate(utilities, targets: Array(set.targets[set.options(of: choice)]))
    return (loss, zip(gradients, logits.values).reduce(0) { $0 + $1.0 * $1.1 })
  }
}

extension ChoiceSet {
  /// Multiplies the rationality of each choice by its group's factor.
  public mutating func scaleRationalities(by factors: [Double], groups: [Int]) {
    precondition(groups.count == count, "a group for each choice")
    for choice in 0..<count { rationalities[choice] *= factors[groups[choice]] }
  }
}
