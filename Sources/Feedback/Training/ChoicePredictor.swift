import Compute
import Foundation
import Rewards

/// What a model expects a person to choose.
public struct ChoicePrediction: Codable, Sendable, Hashable {
  /// The choice's number in its set.
  public var choice: Int
  /// The probability of each option: mean over members.
  public var probabilities: [Double]
  /// The same for each member.
  public var memberProbabilities: [[Double]]
  /// What the person chose.
  public var target: [Float]
  /// The option or grade that was taken, where accuracy counts it; nil for a tie.
  public var clear: Int?
}

/// Predicts choices with the likelihood that the trainer maximises.
public struct ChoicePredictor {
  /// The model that predicts.
  public let model: RewardModel
  /// The likelihood's lapse, temperature, discount and threshold; the rest plays no part.
  public let settings: RewardTrainingSettings

  /// Takes the parts as they are.
  public init(_ model: RewardModel, settings: RewardTrainingSettings) {
    self.model = model
    self.settings = settings
  }

  /// Predictions for some choices of the set (by default all), in this order.
  ///
  /// - Throws: `InputError` if the set was encoded for another model.
  public func predictions(_ set: ChoiceSet, choices: [Int]? = nil) throws -> [ChoicePrediction] {
    guard set.encoding == model.encoding else {
      throw InputError("the choices were encoded for another reward model")
    }
    let prepared = PreparedChoices(set, normalizer: model.inputNormalizer, settings: settings)
    return Self.predict(model, prepared, choices: choices ?? Array(0..<set.count))
  }

  package static func predict(
    _ model: RewardModel, _ prepared: PreparedChoices, choices: [Int], pool: ThreadPool = .shared
  ) -> [ChoicePrediction] {
    let shape = model.network.shape
    let order = choices.map(Int32.init)
    let byMember = pool.map(model.members) { member in
      var probabilities: [[Double]] = []
      let parameters = Array(model.network.parameters(of: member))
      ChoicePass(shape, choices: prepared).logits(order, parameters: parameters) { choice, logits in
        probabilities.append(prepared.likelihoods[choice].probabilities(logits))
      }
      return probabilities
    }
    return choices.enumerated().map { position, choice in
      let members = byMember.map { $0[position] }
      let mean = members[0].indices.map { option in
        members.reduce(0) { $0 + $1[option] } / Double(members.count)
      }
      return ChoicePrediction(
        choice: choice, probabilities: mean, memberProbabilities: members,
        target: Array(prepared.targets[prepared.options(of: choice)]),
        clear: prepared.clearTargets[choice] < 0 ? nil : Int(prepared.clearTargets[choice]))
    }
  }
}

/// How good predictions are.
public struct ChoiceScores: Codable, Sendable, Hashable {
  /// Cross-entropy of the mean probability, in nats.
  public var loss: Double
  /// The share of choices with a clear target whose likeliest option is the target's; nil if no target was clear.
  public var accuracy: Double?
  /// Choices with a clear target.
  public var clear: Int
  /// Those of them whose likeliest option is the target's.
  public var correct: Int
  /// Cross-entropy of each member.
  public var memberLosses: [Double]

  /// Scores predictions against what was chosen; without predictions all numbers are 0.
  public init(_ predictions: [ChoicePrediction]) {
    loss = 0
    clear = 0
    correct = 0
    memberLosses = [Double](repeating: 0, count: predictions.first?.memberProbabilities.count ?? 0)
    for prediction in predictions {
      loss += Self.crossEntropy(prediction.target, prediction.probabilities)
      for (member, probabilities) in prediction.memberProbabilities.enumerated() {
        memberLosses[member] += Self.crossEntropy(prediction.target, probabilities)
      }
      if let target = prediction.clear {
        clear += 1
        if Self.clearMaximum(prediction.probabilities) == target { correct += 1 }
      }
    }
    let count = Double(max(1, predictions.count))
    loss /= count
    memberLosses = memberLosses.map { $0 / count }
    accuracy = clear > 0 ? Double(correct) / Double(clear) : nil
  }

  static func crossEntropy(_ target: [Float], _ probabilities: [Double]) -> Double {
    zip(target, probabilities).reduce(0) { sum, pair in
      pair.0 == 0 ? sum : sum - Double(pair.0) * log(max(pair.1, .leastNormalMagnitude))
    }
  }

  /// The index of the largest value; nil if several are largest.
  static func clearMaximum<Value: Comparable>(_ values: [Value]) -> Int? {
    guard let largest = values.max() else { return nil }
    let candidates = values.indices.filter { values[$0] == largest }
    return candidates.count == 1 ? candidates[0] : nil
  }
}
