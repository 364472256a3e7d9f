import Compute
import Feedback
import Foundation
import Testing

/// Fits of two models of preference to answers whose features are drawn, checked by the conditions that a fit fulfils.
@Suite("Models of preference fitted to people's answers")
struct HumanAnswersFitTests {
  /// 60 answers about segments of 1 to 4 moves among 5 states, with two features, by the sum of features (1, −0.5).
  private static func answers(_ count: Int = 60) -> HumanAnswers {
    var random = RandomSource(seed: 21).stream("answers")
    func segment() -> HumanAnswers.Segment {
      let steps = 1 + random.below(4)
      return HumanAnswers.Segment(
        start: random.below(5), end: random.below(5), steps: steps,
        features: (0..<steps).map { _ in [random.normal(), random.normal()] })
    }
    let answers = (0..<count).map { number in
      let (first, second) = (segment(), segment())
      let difference = zip(second.featureSum(), first.featureSum()).map { $0 - $1 }
      let utility = difference[0] - 0.5 * difference[1]
      return HumanAnswers.Answer(
        first: first, second: second,
        preference: number % 9 == 0 ? 0.5 : random.bernoulli(1 / (1 + exp(-utility))) ? 1 : 0)
    }
    return HumanAnswers(condition: "drawn", answers: answers, trueWeights: [1, -0.5])
  }
  private static let values = [0.5, -1, 2, 0, 1.5]

  /// Mean loss in nats of preferences for the second, by the definition.
  private func loss(_ logits: [Double], _ answers: HumanAnswers, counts: [Double]? = nil) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (index, logit) in logits.enumerated() {
      let target = answers.answers[index].preference
      let count = counts?[index] ?? 1
      sum += count * (target * log(1 + exp(-logit)) + (1 - target) * log(1 + exp(logit)))
      total += count
    }
    return sum / total
  }

  private func rises(_ center: [Double], by step: Double = 1e-3, _ objective: ([Double]) -> Double) -> Bool {
    let best = objective(center)
    return center.indices.allSatisfy { index in
      [step, -step].allSatisfy { push in
        var moved = center
        moved[index] += push
        return objective(moved) > best
      }
    }
  }

  @Test("the sum of features discounts each move once more than the last")
  func features() {
    let segment = HumanAnswers.Segment(start: 0, end: 1, steps: 3, features: [[1, 2], [4, 8], [16, 32]])
    #expect(segment.featureSum() == [21, 42] && segment.featureSum(discount: 0.5) == [7, 14])
    #expect(HumanAnswers.Segment(start: 0, end: 0, steps: 0, features: []).featureSum() == [])
  }

  @Test("one number is fitted where the loss is least, its agreement counted among the decided")
  func scale() {
    let answers = Self.answers()
    let shares = answers.answers.count { $0.preference == 0.5 }
    #expect(answers.tieShare == Double(shares) / 60)
    for model in PreferenceModel.allCases {
      let fit = answers.fit(model, optimalValues: Self.values, resamples: 1, random: RandomSource(seed: 1))
      let differences = answers.answers.map { answer -> Double in
        func value(_ segment: HumanAnswers.Segment) -> Double {
          let sum = segment.features.reduce(0) { $0 + $1[0] - 0.5 * $1[1] }
          return model == .partialReturn ? sum : sum + Self.values[segment.end] - Self.values[segment.start]
        }
        return value(answer.second) - value(answer.first)
      }
      for (ours, theirs) in zip(answers.differences(model, optimalValues: Self.values), differences) {
        #expect(abs(ours - theirs) < 1e-12)
      }
      #expect(rises([fit.scale]) { scale in loss(differences.map { $0 * scale[0] }, answers) })
      #expect(abs(fit.crossEntropy - loss(differences.map { $0 * fit.scale }, answers)) < 1e-9)
      let decided = zip(differences, answers.answers).filter { $0 != 0 && $1.preference != 0.5 }
      let right = decided.count { $0 > 0 && $1.preference == 1 || $0 < 0 && $1.preference == 0 }
      #expect(fit.decided == decided.count && fit.agreement == Double(right) / Double(decided.count))
      #expect(fit.scaleInterval == nil && fit.crossEntropyInterval == nil && fit.model == model)
      let resampled = answers.fit(
        model, optimalValues: Self.values, level: 0.9, resamples: 100, random: RandomSource(seed: 1))
      #expect(resampled.scale == fit.scale && resampled.scaleInterval!.level == 0.9)
      #expect(resampled.scaleInterval!.lower < fit.scale && fit.scale < resampled.scaleInterval!.upper)
      #expect(resampled.crossEntropyInterval!.lower < fit.crossEntropy)
      #expect(fit.crossEntropy < resampled.crossEntropyInterval!.upper)
      #expect(resampled.crossEntropyInterval!.upper < 0.8 && resampled.scaleInterval!.upper < 3)
    }
  }

  @Test("intervals of fits to answers are of 95 % over 1,000 resamples unless told otherwise")
  func defaults() {
    let (answers, random) = (Self.answers(), RandomSource(seed: 1))
    let plain = answers.fit(.regret, optimalValues: Self.values, random: random)
    func other(_ resamples: Int) -> PreferenceModelFit {
      answers.fit(.regret, optimalValues: Self.values, level: 0.95, resamples: resamples, random: random)
    }
    #expect(plain.scaleInterval?.level == 0.95)
    #expect(plain.agreementInterval?.level == 0.95)
    #expect(plain == other(1000))
    #expect(plain != other(1001))
    let parts = answers.fitParts(optimalValues: Self.values, random: random)
    func otherParts(_ resamples: Int) -> PreferencePartsFit {
      answers.fitParts(optimalValues: Self.values, level: 0.95, resamples: resamples, random: random)
    }
    #expect(parts == otherParts(1000))
    #expect(parts != otherParts(1001))
  }

  @Test("return, value at the start and value at the end are fitted together where the loss is least")
  func parts() {
    let answers = Self.answers()
    let rows = answers.answers.map { answer -> [Double] in
      func parts(_ segment: HumanAnswers.Segment) -> [Double] {
        [
          segment.features.reduce(0) { $0 + $1[0] - 0.5 * $1[1] }, Self.values[segment.start], Self.values[segment.end],
        ]
      }
      return zip(parts(answer.second), parts(answer.first)).map { $0 - $1 }
    }
    let fit = answers.fitParts(optimalValues: Self.values, resamples: 1, random: RandomSource(seed: 1))
    func objective(_ weights: [Double]) -> Double {
      loss(rows.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }, answers)
    }
    #expect(rises(fit.weights) { objective($0) })
    #expect(abs(fit.crossEntropy - objective(fit.weights)) < 1e-9)
    #expect(fit.weightIntervals == [nil, nil, nil] && fit.crossEntropyInterval == nil)
    let resampled = answers.fitParts(
      optimalValues: Self.values, level: 0.9, resamples: 60, random: RandomSource(seed: 1))
    for (weight, interval) in zip(fit.weights, resampled.weightIntervals) {
      #expect(interval!.lower < weight && weight < interval!.upper && interval!.level == 0.9)
    }
    #expect(resampled.crossEntropyInterval!.upper < 0.8)
    let two = answers.fitParts(optimalValues: Self.values, resamples: 2, random: RandomSource(seed: 1))
    #expect(two.weights == fit.weights)
  }

  @Test("answers without a decided one agree by half")
  func undecided() {
    let one = HumanAnswers.Segment(start: 0, end: 1, steps: 1, features: [[1, 0]])
    let two = HumanAnswers.Segment(start: 0, end: 1, steps: 1, features: [[2, 0]])
    let answers = HumanAnswers(
      condition: "t",
      answers: [
        .init(first: one, second: two, preference: 0.5), .init(first: one, second: one, preference: 1),
      ], trueWeights: [1, -0.5])
    let fit = answers.fit(.partialReturn, optimalValues: Self.values, resamples: 1, random: RandomSource(seed: 1))
    #expect(fit.agreement == 0.5 && fit.decided == 0 && fit.agreementInterval == nil)
  }

  private func penalised(
    _ weights: [Double], _ rows: [[Double]], _ answers: HumanAnswers, _ penalty: Double, _ counts: [Double]? = nil
  ) -> Double {
    loss(rows.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }, answers, counts: counts)
      + penalty * weights.reduce(0) { $0 + $1 * $1 }
  }

  @Test("weights of partial return lie where loss and penalty are least, with and without counts")
  func partialReturn() {
    let answers = Self.answers()
    let rows = answers.answers.map { answer in
      zip(answer.second.featureSum(), answer.first.featureSum()).map { $0 - $1 }
    }
    let counts = (0..<60).map { Double($0 % 3) }
    for (penalty, counts) in [(0.01, nil), (0.2, nil), (0.01, counts)] as [(Double, [Double]?)] {
      let learner = LinearRewardLearner(answers, discount: 0.9, penalty: penalty)
      #expect(learner.discount == 0.9 && learner.penalty == penalty)
      for start in [nil, [3.0, -2]] {
        let learned = learner.partialReturn(counts: counts, start: start)
        #expect(learned.model == .partialReturn)
        #expect(rises(learned.weights) { penalised($0, rows, answers, penalty, counts) })
        let entropy = penalised(learned.weights, rows, answers, 0, counts)
        #expect(abs(learned.crossEntropy - entropy) < 1e-9)
        #expect(abs(learned.objective - penalised(learned.weights, rows, answers, penalty, counts)) < 1e-9)
      }
    }
  }

  /// The regret's features: discounted moves and the change of successor features from start to end.
  private func regretRows(_ answers: HumanAnswers, _ successor: [Double], discount: Double) -> [[Double]] {
    answers.answers.map { answer in
      func parts(_ segment: HumanAnswers.Segment) -> [Double] {
        (0..<2).map { feature in
          let moves = segment.features.enumerated().reduce(0) {
            $0 + pow(discount, Double($1.offset)) * $1.element[feature]
          }
          return moves + pow(discount, Double(segment.steps)) * successor[segment.end * 2 + feature]
            - successor[segment.start * 2 + feature]
        }
      }
      return zip(parts(answer.second), parts(answer.first)).map { $0 - $1 }
    }
  }

  @Test("weights of regret: with fixed successor features where loss and penalty are least")
  func regret() {
    let answers = Self.answers()
    let successor = [0.3, -1, 2, 0.5, -0.7, 1.2, 0, 0.4, 1, -2]
    let rows = regretRows(answers, successor, discount: 0.8)
    let learner = LinearRewardLearner(answers, discount: 0.8, penalty: 0.02)
    let learned = learner.regret(starts: [[0, 0], [2, 2], [-1, 3]]) { _ in successor }
    #expect(learned.model == .regret)
    #expect(rises(learned.weights) { penalised($0, rows, answers, 0.02) })
    #expect(abs(learned.objective - penalised(learned.weights, rows, answers, 0.02)) < 1e-9)
    #expect(abs(learned.crossEntropy - penalised(learned.weights, rows, answers, 0)) < 1e-9)
  }

  @Test("weights of regret whose successor features follow the weights: no start ends higher than it began")
  func descent() {
    let answers = Self.answers()
    func successor(_ weights: [Double]) -> [Double] {
      (0..<10).map { tanh(weights[0] * Double($0 % 3 - 1) + weights[1] * Double($0 % 4) / 4) }
    }
    func objective(_ weights: [Double]) -> Double {
      penalised(weights, regretRows(answers, successor(weights), discount: 0.8), answers, 0.02)
    }
    let learner = LinearRewardLearner(answers, discount: 0.8, penalty: 0.02)
    let starts = [[0.0, 0], [2, 2], [-1, 3], [0.5, -0.5]]
    let each = starts.map { start in learner.regret(starts: [start]) { successor($0) } }
    for (start, learned) in zip(starts, each) {
      #expect(abs(learned.objective - objective(learned.weights)) < 1e-9)
      #expect(learned.objective < objective(start))
      // It stays where the fit for its own successor features is no better a little way along.
      let rows = regretRows(answers, successor(learned.weights), discount: 0.8)
      let fitted = LogisticRegression(rows: rows.flatMap { $0 }, width: 2, targets: answers.answers.map(\.preference))
        .fit(penalty: 0.02, start: learned.weights)
      let along = zip(learned.weights, fitted).map { $0 + ($1 - $0) / 1024 }
      #expect(objective(along) > learned.objective - 1e-6)
    }
    let best = learner.regret(starts: starts) { successor($0) }
    #expect(best.objective == each.map(\.objective).min())
    #expect(best == each.first { $0.objective == best.objective })
  }
}
