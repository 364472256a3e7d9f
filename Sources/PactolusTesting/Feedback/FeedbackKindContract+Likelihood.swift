import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards

extension FeedbackKindContract {
  func checkGradient(in world: FeedbackWorld, _ list: inout ViolationList) throws {
    var set = ChoiceSet(try encoding())
    for seed in 0..<6 as Range<UInt64> {
      let (question, answer) = try answered(world, by: person, seed: seed)
      try set.append(kind.ground(answer, to: question, in: world, person: person))
    }
    let model = try RewardModel(
      RewardModelSettings(hidden: [4], activation: .tanh, normalizeInputs: false), encoding: try encoding(),
      random: RandomSource(seed: 5))
    let settings = RewardTrainingSettings()
    let reference = ReferenceLoss(shape: model.network.shape, set: set, settings: settings)
    let pass = ChoicePass(model.network.shape, choices: PreparedChoices(set, normalizer: nil, settings: settings))
    var gradients = [Float](repeating: 0, count: model.network.shape.parameterCount)
    var totals = ChoicePass.Totals()
    (0..<Int32(set.count)).map { $0 }.withUnsafeBufferPointer {
      pass.run($0, parameters: model.network.parameters, gradients: &gradients, scale: 1, totals: &totals)
    }
    let point = model.network.parameters.map(Double.init)
    let loss = reference.loss(point)
    list.check(
      abs(totals.loss - loss) < 1e-4 * max(1, loss), "the training loss is its definition's",
      "\(totals.loss), not \(loss)")
    do {
      try expectGradient(of: reference.loss, at: point, is: gradients.map(Double.init), step: 1e-5)
    } catch let broken as BrokenContract {
      for violation in broken.violations { list.check(false, violation.promise, violation.evidence) }
    }
  }

  func checkSimulation(in world: FeedbackWorld, _ list: inout ViolationList) throws {
    for seed in 0..<3 as Range<UInt64> {
      var random = RandomSource(seed: seed).stream("simulation")
      let question = try kind.ask(RingWorld.material(world, seed: seed), random: &random)
      var respondent: any Respondent = RewardRespondent(person)
      var counts: [Answer<JSONValue>: Int] = [:]
      let draws = 4000
      var silent = 0
      for _ in 0..<draws {
        guard let answer = try kind.simulate(question, in: world, respondent: &respondent, random: &random) else {
          silent += 1
          continue
        }
        counts[answer, default: 0] += 1
      }
      list.check(silent == 0, "a simulated person without doubts gives an answer", "\(silent) of \(draws) without")
      // The manner of an answer (its group) is the person's habit: an equal share of the answers in each.
      let groups = try kind.possibleAnswers(to: question, in: world) ?? []
      let habit = 1 / Double(max(1, groups.count))
      var fit = ChiSquare()
      var seen = 0.0
      for (answer, count) in counts {
        list.check(
          groups.isEmpty || groups.contains { $0.contains(answer) }, "a simulated person gives a possible answer",
          "\(answer.content)")
        let choices = try kind.ground(answer, to: question, in: world, person: person)
        let probability = habit * Self.probability(choices) { RewardRespondent(person).probabilities($0) }
        seen += probability
        fit.add(count: count, expected: probability * Double(draws))
      }
      fit.add(count: 0, expected: max(0, 1 - seen) * Double(draws))
      list.check(seen < 1 + 1e-6, "the probabilities of distinct answers sum to 1 or less", "\(seen)")
      list.check(
        fit.score < 4.8, "a simulated person answers by the likelihood",
        "question \(seed): chi-square \(fit.statistic) with \(fit.degrees) degrees of freedom")
    }
  }

  /// The probability of what was taken, in all choices together.
  package static func probability(_ choices: [Choice], _ probabilities: (Choice) -> [Double]) -> Double {
    choices.reduce(1) { $0 * probabilities($1)[$1.target.firstIndex(of: 1) ?? 0] }
  }

  func checkRecovery(in world: FeedbackWorld, _ list: inout ViolationList) throws {
    let person = PersonModel(rationality: 2, cutPoints: [-3, -1, 1, 3])
    var set = ChoiceSet(try encoding())
    for seed in 0..<500 as Range<UInt64> {
      let (question, answer) = try answered(world, by: person, seed: 1000 + seed)
      try set.append(kind.ground(answer, to: question, in: world, person: person))
    }
    var model = try RewardModel(
      RewardModelSettings(hidden: [], normalizeInputs: false), encoding: try encoding(), random: RandomSource(seed: 2))
    let trainer = try RewardTrainer(
      RewardTrainingSettings(epochs: 60, batch: 32, learningRate: 0.02, weightDecay: 0))
    try trainer.train(&model, on: set, random: RandomSource(seed: 3))
    let learned = (0..<RingWorld.places).map { Double(model.network.parameters[$0]) }
    let correlation = Statistics.pearson(learned, RingWorld.worth)
    list.check(correlation > 0.9, "a known reward is recovered from answers", "correlation \(correlation)")
  }
}

/// Pearson's goodness of fit, with cells that expect fewer than five put together.
private struct ChiSquare {
  private var sum = 0.0
  private var cells = 0
  private var rare = (count: 0, expected: 0.0)

  mutating func add(count: Int, expected: Double) {
    if expected < 5 {
      rare.count += count
      rare.expected += expected
    } else {
      sum += (Double(count) - expected) * (Double(count) - expected) / expected
      cells += 1
    }
  }

  private var hasRareCell: Bool { rare.expected > 1 }

  var statistic: Double {
    let miss = Double(rare.count) - rare.expected
    return hasRareCell ? sum + miss * miss / rare.expected : sum
  }

  var degrees: Double { Double(max(1, cells + (hasRareCell ? 1 : 0) - 1)) }

  /// Nearly standard normal: the cube root of chi-square over its degrees, after Wilson and Hilferty.
  var score: Double {
    (cbrt(statistic / degrees) - (1 - 2 / (9 * degrees))) / (2 / (9 * degrees)).squareRoot()
  }
}
