import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("A person's model, fitted")
struct PeopleFitTests {
  /// Answers drawn from the model that `PersonFit` states.
  static func answers(
    _ count: Int, _ values: [PersonFit.Part: Double], ties: Bool, seed: UInt64
  ) -> [PersonFit.Answer] {
    func value(_ part: PersonFit.Part) -> Double { values[part] ?? part.neutral }
    var stream = RandomSource(seed: seed).stream("answers")
    return (0..<count).map { index in
      let clips = (0..<2).map { _ in (0..<(3 + stream.below(8))).map { _ in stream.normal() } }
      let changes = [stream.normal() * 2, stream.normal() * 2]
      let sums = clips.map { clip in
        clip.enumerated().reduce(0.0) { $0 + pow(value(.discount), Double($1.offset)) * $1.element }
      }
      let phase = Double(index) / Double(count - 1) - 0.5
      let difference = sums[0] - sums[1] + value(.regret) * (changes[0] - changes[1])
      let utility =
        value(.rationality) * exp(value(.drift) * phase) * difference + value(.sideBias)
        + value(.lengthBias) * Double(clips[0].count - clips[1].count)
      let delta = ties ? value(.tieThreshold) : 0
      let first = 1 / (1 + exp(delta - utility))
      let second = 1 / (1 + exp(delta + utility))
      let answer: ComparisonAnswer
      if stream.bernoulli(value(.lapse)) {
        answer = [.first, .second, .tie][stream.below(ties ? 3 : 2)]
      } else {
        let toss = stream.uniform()
        answer = toss < first ? .first : toss < first + second ? .second : .tie
      }
      return PersonFit.Answer(
        first: clips[0], second: clips[1], answer: answer, firstValueChange: changes[0], secondValueChange: changes[1])
    }
  }

  @Test("the gradient of every part is that of finite differences, with and without ties", arguments: [false, true])
  func gradient(ties: Bool) {
    let answers = Self.answers(40, [.lapse: 0.1, .regret: 0.5], ties: ties, seed: 1)
    let parts = PersonFit.Part.allCases.filter { ties || $0 != .tieThreshold }
    let objective = PersonObjective(answers: answers, parts: parts, ties: ties)
    var stream = RandomSource(seed: 2).stream("points")
    for _ in 0..<5 {
      let point = parts.map { $0.prior.mean + 0.5 * stream.normal() }
      var gradient = [Double](repeating: 0, count: parts.count)
      _ = objective.evaluate(point, &gradient, priors: true)
      for index in parts.indices {
        var unused = gradient
        var moved = point
        moved[index] += 1e-5
        let above = objective.evaluate(moved, &unused, priors: true)
        moved[index] -= 2e-5
        let below = objective.evaluate(moved, &unused, priors: true)
        let difference = (above - below) / 2e-5
        #expect(abs(difference - gradient[index]) < 1e-5 * max(1, abs(gradient[index])), "\(parts[index])")
      }
    }
  }

  @Test("each part is recovered, all together: intervals of 95 % cover the planted value about that often")
  func recovery() throws {
    let planted: [PersonFit.Part: Double] = [
      .rationality: 0.8, .lapse: 0.08, .discount: 0.85, .tieThreshold: 0.4, .sideBias: 0.5, .lengthBias: 0.2,
      .regret: 0.7, .drift: -0.8,
    ]
    var covered: [PersonFit.Part: Int] = [:]
    for seed in 0..<20 as Range<UInt64> {
      let fit = try PersonFit(
        Self.answers(1200, planted, ties: true, seed: seed), free: Set(PersonFit.Part.allCases))
      #expect(fit.converged)
      for (part, value) in planted where try #require(fit.interval(of: part)).contains(value) {
        covered[part, default: 0] += 1
      }
    }
    // With coverage .95, fewer than 15 of 20 happen once in 3000 times for each of eight parts.
    for part in PersonFit.Part.allCases { #expect(covered[part, default: 0] >= 15, "\(part): \(covered)") }
  }

  @Test("who judges by regret is told from who judges by return")
  func regret() throws {
    for truth in [0.0, 1] {
      let fit = try PersonFit(
        Self.answers(600, [.regret: truth], ties: false, seed: 3), free: [.rationality, .regret])
      let interval = try #require(fit.interval(of: .regret))
      #expect(interval.contains(truth) && !interval.contains(1 - truth))
      #expect(fit.interval(of: .lapse) == nil && fit.values[.lapse] == 0)
    }
  }

  @Test("a comparison's likelihood is that of the one likelihood with cut points at −δ and δ")
  func oneLikelihood() throws {
    for utility in [-2.0, -0.3, 0, 1.1] {
      for answer in [ComparisonAnswer.first, .tie, .second] {
        let fit = PersonObjective(
          answers: [.init(first: [utility], second: [0], answer: answer)], parts: [.tieThreshold, .lapse], ties: true)
        var unused = [0.0, 0]
        let loss = fit.evaluate([log(0.7), log(0.1 / 0.9)], &unused, priors: false)
        let reference = ChoiceLikelihood(lapse: 0.1, link: .ordinal(cutPoints: [-0.7, 0.7]))
          .probabilities([utility, 0, 0])
        let grade = answer == .second ? 0 : answer == .tie ? 1 : 2
        #expect(abs(loss + log(reference[grade])) < 1e-12)
      }
    }
  }

  @Test("two people of different rationality are told apart, in turns with the reward")
  func inTurns() throws {
    let weights = [1.0, -0.5]
    let source = RandomSource(seed: 5)
    var set = ChoiceSet(try encoding(2))
    var groups: [Int] = []
    var random = source.stream("people")
    for index in 0..<600 {
      let person = SimulatedJudgment.boltzmann(temperature: index % 2 == 0 ? 0.5 : 4)
      let pair = Comparison(
        first: randomSegment(features: 2, steps: 3, weights: weights, random: &random),
        second: randomSegment(features: 2, steps: 3, weights: weights, random: &random))
      try set.append(pair, person.answer(first: pair.first, second: pair.second, random: &random))
      groups.append(index % 2)
    }
    var model = try rewardModel(features: 2, hidden: [])
    let settings = RewardTrainingSettings(epochs: 60, learningRate: 0.02, weightDecay: 0)
    let trainer = try RewardTrainer(settings)
    var factor = 1.0
    for turn in 0..<4 {
      _ = try trainer.train(&model, on: set, random: source.child("turn", turn))
      let fit = try RationalityFit(set, groups: groups, model: model, settings: settings)
      #expect(abs(log(fit.factors[0]) + log(fit.factors[1])) < 1e-9)
      set.scaleRationalities(by: fit.factors, groups: groups)
      factor *= fit.factors[0] / fit.factors[1]
    }
    // 8 planted; the standard error of its logarithm is about a quarter here.
    #expect(factor > 4 && factor < 16, "\(factor)")
    let learned = model.network.parameters
    #expect(abs(Double(learned[1] / learned[0]) + 0.5) < 0.12)
  }
}
