import Compute
import Feedback
import Foundation
import Testing

@Suite("Bradley and Terry's model with people in it")
struct ReliabilityRatedPairsTests {
  /// Answers drawn from the model itself.
  static func answers(
    _ count: Int, scores: [Double], people: [(rationality: Double, lapse: Double, threshold: Double)],
    _ stream: inout RandomStream
  ) -> [RatedPairs.Answer] {
    (0..<count).map { index in
      let person = index % people.count
      let first = stream.below(scores.count)
      var second = stream.below(scores.count - 1)
      if second >= first { second += 1 }
      let rater = people[person]
      let ties = rater.threshold > 0
      let utility = rater.rationality * (scores[first] - scores[second])
      var preference: Int
      if stream.bernoulli(rater.lapse) {
        preference = ties ? stream.below(3) - 1 : (stream.bernoulli(0.5) ? 1 : -1)
      } else {
        let toss = stream.uniform()
        let above = 1 / (1 + exp(rater.threshold - utility))
        let below = 1 / (1 + exp(rater.threshold + utility))
        preference = toss < above ? 1 : toss < above + below ? -1 : 0
      }
      return RatedPairs.Answer(person: person, first: first, second: second, preference: preference)
    }
  }

  @Test("scores, rationalities and thresholds come back, within their intervals as often as these say")
  func recovery() throws {
    let scores = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]
    let people = [(1.0, 0.02, 0.4), (2.0, 0.02, 0.4), (0.5, 0.02, 0.2)].map {
      (rationality: $0.0, lapse: $0.1, threshold: $0.2)
    }
    var stream = RandomSource(seed: 12).stream("answers")
    var covered = 0
    var total = 0
    var ratios: [Double] = []
    for _ in 0..<12 {
      let fit = try RatedPairs(Self.answers(900, scores: scores, people: people, &stream))
      #expect(fit.converged)
      ratios.append(fit.people[1].rationality.value / fit.people[0].rationality.value)
      for (item, score) in scores.enumerated() {
        total += 1
        if try #require(fit.scores[item].interval).contains(score) { covered += 1 }
      }
      for (rater, planted) in zip(fit.people, people) {
        // The planted rationalities' geometric mean is 1.
        total += 2
        if try #require(rater.rationality.interval).contains(planted.rationality) { covered += 1 }
        if try #require(rater.tieThreshold?.interval).contains(planted.threshold) { covered += 1 }
      }
      #expect(fit.people[2].rationality.interval!.upper < fit.people[1].rationality.interval!.lower)
    }
    #expect(abs(Statistics.mean(ratios.map { log($0) }) - log(2)) < 0.2)
    // 156 intervals, those of one fit not independent: at a true coverage of .9, fewer than 125 happen less than once
    // in 1000 times.
    #expect(covered >= 125, "\(covered) of \(total)")
  }

  @Test("a person who answers blindly is told from one who looks")
  func blind() throws {
    var stream = RandomSource(seed: 2).stream("answers")
    let people = [(2.0, 0.0, 0.0), (2.0, 0.9, 0.0), (2.0, 0.05, 0.0)].map {
      (rationality: $0.0, lapse: $0.1, threshold: $0.2)
    }
    let answers = Self.answers(600, scores: [-2, -1, 0, 1, 2], people: people, &stream)
    let fit = try RatedPairs(answers)
    #expect(fit.people[0].tieThreshold == nil)
    #expect(fit.people[1].accuracy < 0.65, "\(fit.people)")
    #expect(fit.people[0].accuracy > 0.85 && fit.people[2].accuracy > 0.85)
    #expect(fit.people[0].rationality.interval!.lower > fit.people[1].rationality.interval!.upper)
  }

  @Test("one person's answers are Bradley and Terry's: the pulls on each item balance with the prior")
  func balance() throws {
    var stream = RandomSource(seed: 5).stream("answers")
    let answers = Self.answers(200, scores: [-1, 0, 1], people: [(1, 0, 0)], &stream)
    let fit = try RatedPairs(answers)
    let lapse = fit.people[0].lapse.value
    // ∂/∂s of the log-likelihood must equal the prior's pull s / 4 at the mode.
    for item in 0..<3 {
      var pull = 0.0
      for answer in answers where answer.first == item || answer.second == item {
        let sign = answer.first == item ? 1.0 : -1
        let difference = fit.scores[answer.first].value - fit.scores[answer.second].value
        let p = 1 / (1 + exp(-Double(answer.preference) * difference))
        let mixed = (1 - lapse) * p + lapse / 2
        pull += sign * Double(answer.preference) * (1 - lapse) * p * (1 - p) / mixed
      }
      #expect(abs(pull - fit.scores[item].value / 4) < 1e-4)
    }
  }

  @Test("answers that make no sense are refused")
  func refusals() {
    expectProblem("no answers") { _ = try RatedPairs([]) }
    expectProblem("answer 0") { _ = try RatedPairs([.init(first: 1, second: 1, preference: 0)]) }
  }

  @Test("the mode of a normal density is its mean, and the covariance its own")
  func mode() throws {
    let precision = Matrix(rows: 3, columns: 3, elements: [4, 1, 0, 1, 3, -1, 0, -1, 2])
    let mean = [1.0, -2, 0.5]
    let mode = PosteriorMode(from: [10, 10, 10]) { point, gradient in
      let offset = zip(point, mean).map { $0 - $1 }
      gradient = precision * offset
      return zip(offset, gradient).reduce(0) { $0 + $1.0 * $1.1 } / 2
    }
    #expect(mode.converged)
    for (ours, wanted) in zip(mode.point, mean) { #expect(abs(ours - wanted) < 1e-7) }
    // 95 % of a normal lie within 1.96 standard errors.
    let interval = try #require(mode.interval(0))
    let reach: Double = try 1.959963984540054 * LinearAlgebra.inverse(precision)[0, 0].squareRoot()
    #expect(interval.level == 0.95 && abs(interval.halfWidth - reach) < 1e-5)
    let covariance = try LinearAlgebra.inverse(precision)
    for (ours, wanted) in zip(try #require(mode.covariance).elements, covariance.elements) {
      #expect(abs(ours - wanted) < 1e-6)
    }
  }
}
