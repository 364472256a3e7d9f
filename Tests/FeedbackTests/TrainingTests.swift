import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Training a reward model")
struct TrainingTests {
  /// One option shows feature (1, 0), the other (0, 1): a linear reward is the difference of two weights.
  func twoOptionWorld(first: Int, second: Int, ties: Int = 0) throws -> ChoiceSet {
    var set = ChoiceSet(try encoding(2))
    let comparison = Comparison(first: segment([[1, 0]]), second: segment([[0, 1]]))
    for (answer, count) in [(ComparisonAnswer.first, first), (.second, second), (.tie, ties)] {
      for _ in 0..<count { try set.append(comparison, answer, ties: ties > 0) }
    }
    return set
  }

  func difference(_ set: ChoiceSet, _ settings: RewardTrainingSettings) throws -> Double {
    var settings = settings
    settings.weightDecay = 0
    settings.batch = set.count
    settings.epochs = 3000
    settings.learningRate = 0.01
    var model = try rewardModel(features: 2, hidden: [])
    try RewardTrainer(settings).train(&model, on: set, random: RandomSource(seed: 1))
    return Double(model.network.parameters[0] - model.network.parameters[1])
  }

  @Test("in a world of two options the fitted difference is the log odds, corrected for lapses and temperature")
  func closedForm() throws {
    for (first, second) in [(30, 10), (12, 28), (20, 20)] {
      let set = try twoOptionWorld(first: first, second: second)
      let share = Double(first) / Double(first + second)
      for lapse in [0, 0.1] {
        let clean = (share - lapse / 2) / (1 - lapse)
        let expected = log(clean / (1 - clean))
        for temperature in [1, 2.0] {
          let fitted = try difference(set, RewardTrainingSettings(lapse: lapse, temperature: temperature))
          #expect(abs(fitted - expected * temperature) < 2e-3, "\(first):\(second), \(lapse), \(temperature)")
        }
      }
    }
  }

  @Test("with ties a tie counts as a win of each, at the threshold: the root of Rao and Kupper's score")
  func ties() throws {
    func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let threshold = PersonModel().tieThreshold
    for (first, second, ties) in [(25, 5, 10), (8, 12, 20)] {
      let fitted = try difference(twoOptionWorld(first: first, second: second, ties: ties), RewardTrainingSettings())
      var (low, high) = (-10.0, 10.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        let score =
          Double(first + ties) * logistic(threshold - middle) - Double(second + ties) * logistic(threshold + middle)
        (low, high) = score > 0 ? (middle, high) : (low, middle)
      }
      #expect(abs(fitted - low) < 2e-3, "\(first):\(second):\(ties)")
    }
  }

  @Test("exchanging the options and the answers trains the same model, but for rounding")
  func exchange() throws {
    var (set, mirrored) = (ChoiceSet(try encoding(3)), ChoiceSet(try encoding(3)))
    var random = RandomSource(seed: 2).stream("exchange")
    for index in 0..<40 {
      let a = randomSegment(features: 3, steps: 5, random: &random)
      let b = randomSegment(features: 3, steps: 5, random: &random)
      let answer: ComparisonAnswer = index % 5 == 0 ? .tie : (random.bernoulli(0.5) ? .first : .second)
      let opposite: ComparisonAnswer = answer == .first ? .second : (answer == .second ? .first : .tie)
      try set.append(Comparison(first: a, second: b), answer, ties: true)
      try mirrored.append(Comparison(first: b, second: a), opposite, ties: true)
    }
    var (model, other) = (try rewardModel(features: 3, hidden: [8]), try rewardModel(features: 3, hidden: [8]))
    let settings = RewardTrainingSettings(epochs: 4, batch: 8, lapse: 0.1)
    let report = try RewardTrainer(settings).train(&model, on: set, random: RandomSource(seed: 1))
    let mirror = try RewardTrainer(settings).train(&other, on: mirrored, random: RandomSource(seed: 1))
    #expect(abs(report.loss - mirror.loss) < 1e-5)
    #expect(report.accuracy == mirror.accuracy)
    // Predictions are compared rather than parameters: the output's bias, which no choice between segments of equal
    // length can identify, is moved by rounding alone.
    let predictions = try ChoicePredictor(model, settings: settings).predictions(set)
    let opposite = try ChoicePredictor(other, settings: settings).predictions(mirrored)
    for (a, b) in zip(predictions, opposite) { #expect(abs(a.probabilities[0] - b.probabilities[2]) < 1e-3) }
  }

  /// The loss of a model on a set, without training.
  func loss(_ model: RewardModel, _ set: ChoiceSet, _ settings: RewardTrainingSettings = .init()) throws -> Double {
    ChoiceScores(try ChoicePredictor(model, settings: settings).predictions(set)).loss
  }

  @Test("adding a constant to every step changes nothing for options of equal length, and something for others")
  func constant() throws {
    var (equal, unequal) = (ChoiceSet(try encoding(3)), ChoiceSet(try encoding(3)))
    var random = RandomSource(seed: 3).stream("constant")
    for _ in 0..<20 {
      let first = randomSegment(features: 3, steps: 6, random: &random)
      try equal.append(Comparison(first: first, second: randomSegment(features: 3, steps: 6, random: &random)), .first)
      try unequal.append(
        Comparison(first: first, second: randomSegment(features: 3, steps: 4, random: &random)), .first)
    }
    let model = try rewardModel(features: 3, hidden: [8])
    var shifted = model
    shifted.network.parameters[shifted.network.parameters.count - 1] += 0.5  // the output's bias
    #expect(abs(try loss(model, equal) - loss(shifted, equal)) < 1e-5)
    #expect(abs(try loss(model, unequal) - loss(shifted, unequal)) > 0.1)
  }

  @Test("a reward twice as large is a person twice as rational, or half as warm")
  func scale() throws {
    var (set, rational) = (ChoiceSet(try encoding(3)), ChoiceSet(try encoding(3)))
    var random = RandomSource(seed: 4).stream("scale")
    for _ in 0..<20 {
      let comparison = Comparison(
        first: randomSegment(features: 3, steps: 6, random: &random),
        second: randomSegment(features: 3, steps: 6, random: &random))
      try set.append(comparison, .first)
      try rational.append(comparison, .first, rationality: 2)
    }
    let model = try rewardModel(features: 3, hidden: [8])
    var doubled = model
    let layer = model.network.shape.layers[1]
    for index in layer.weightOffset..<model.network.parameters.count { doubled.network.parameters[index] *= 2 }
    let expected = try loss(doubled, set)
    #expect(abs(try loss(model, rational) - expected) < 1e-5)
    #expect(abs(try loss(model, set, RewardTrainingSettings(temperature: 0.5)) - expected) < 1e-5)
    #expect(abs(try loss(model, set) - expected) > 1e-3)
  }

  @Test("recovers a known linear reward from noisy answers, within its sampling error (false alarms: 1 in 10⁵ seeds)")
  func recovery() throws {
    let truth = [1.0, -0.5, 0.25]
    let count = 3000
    let set = try randomChoices(
      count, features: 3, steps: 4, weights: truth, person: SimulatedJudgment.boltzmann(), seed: 11)
    var model = try rewardModel(features: 3, hidden: [])
    let settings = RewardTrainingSettings(epochs: 600, batch: count, learningRate: 0.02, weightDecay: 0)
    let report = try RewardTrainer(settings).train(&model, on: set, random: RandomSource(seed: 1))
    #expect(try #require(report.accuracy) > 0.75)

    // The maximum-likelihood estimate is normal around the truth with the inverse Fisher information as covariance, so
    // (ŵ − w)ᵀ I (ŵ − w) is χ² with 3 degrees of freedom; its quantile at 1 − 10⁻⁵ is 25.9.
    var information = [[Double]](repeating: [0, 0, 0], count: 3)
    for choice in 0..<set.count {
      var difference = [0.0, 0.0, 0.0]
      for (option, sign) in zip(set.options(of: choice), [1.0, -1.0]) {
        for row in set.optionStarts[option]..<set.optionStarts[option] + set.optionCounts[option] {
          for feature in 0..<3 { difference[feature] += sign * Double(set.rows[row * 3 + feature]) }
        }
      }
      let logit = zip(truth, difference).reduce(0) { $0 + $1.0 * $1.1 }
      let spread = 1 / (2 + exp(logit) + exp(-logit))
      for i in 0..<3 { for j in 0..<3 { information[i][j] += spread * difference[i] * difference[j] } }
    }
    let error = (0..<3).map { Double(model.network.parameters[$0]) - truth[$0] }
    var distance = 0.0
    for i in 0..<3 { for j in 0..<3 { distance += error[i] * information[i][j] * error[j] } }
    #expect(distance < 25.9)
  }

  @Test("normalised outputs have mean 0 and the wanted deviation over the judged transitions, for each member")
  func outputs() throws {
    let set = try randomChoices(
      50, features: 3, steps: 7, weights: [1, 2, 3], person: SimulatedJudgment.rational(), seed: 12)
    var model = try rewardModel(features: 3, hidden: [16], members: 3, normalize: true, deviation: 0.05)
    try RewardTrainer(RewardTrainingSettings(epochs: 5)).train(&model, on: set, random: RandomSource(seed: 1))
    var rows = set.rows
    let count = set.rowCount
    let source = rows
    try #require(model.inputNormalizer).normalize(source, rows: count, into: &rows)
    #expect(model.inputNormalizer?.count == Double(count))
    let raw = model.network(rows, rows: count)
    for member in 0..<3 {
      let values = raw[member * count..<(member + 1) * count].map {
        (Double($0) - model.outputMeans[member]) * model.outputScales[member]
      }
      let mean = values.reduce(0, +) / Double(count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      #expect(abs(mean) < 1e-6)
      #expect(abs(variance.squareRoot() - 0.05) < 1e-6)
    }
  }

  @Test("can't-tell and skipped answers are no choices; a tie is the middle of three grades")
  func evidence() throws {
    var set = ChoiceSet(try encoding(1))
    let comparison = Comparison(first: segment([[1]]), second: segment([[2]]))
    #expect(try !set.append(comparison, .cannotTell))
    #expect(try !set.append(comparison, .skipped))
    #expect(set.count == 0 && set.rowCount == 0)
    #expect(try set.append(comparison, .tie))
    #expect(set.targets == [0, 1, 0])
  }
}
