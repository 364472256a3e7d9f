import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("What each answer does")
struct AnswerInfluenceTests {
  private static let worked = [
    [1, 0.2], [0.5, -1], [-0.3, 0.8], [1.5, 1], [-1, 0.4], [0.2, 0.2], [0.9, -0.6], [-0.7, -1.1],
  ]

  @Test("the worked example: first order, one Newton step and fitted again, to eight digits")
  func workedExample() throws {
    let influence = try AnswerInfluence(ChoiceRegression(preferred: Self.worked, ridge: 0.1))
    #expect(abs(influence.fit.weights[0] - 0.713_937_41) < 1e-8 && abs(influence.fit.weights[1] + 0.159_555_1) < 1e-7)
    #expect(influence.fit.isConverged)
    let contrast = [0.4, 0.7]
    let plain = [
      -0.112_421_65, 0.180_734_9, -0.238_872_65, -0.262_777_74, -0.013_944_36, -0.076_352, 0.051_859_81, 0.465_767_72,
    ]
    let newton = [
      -0.134_183_44, 0.251_616_31, -0.287_888_95, -0.483_141_15, -0.017_630_67, -0.077_450_13, 0.067_184_99,
      0.678_935_32,
    ]
    let exact = [
      -0.126_333_3, 0.251_174_55, -0.299_636_94, -0.472_807_03, -0.016_027_22, -0.076_174_23, 0.066_161_47,
      0.854_916_27,
    ]
    for answer in 0..<8 {
      #expect(abs(influence.plain(on: contrast)[answer] - plain[answer]) < 1e-7)
      #expect(abs(try influence.newton(on: contrast, without: answer) - newton[answer]) < 1e-7)
      #expect(abs(try influence.exact(on: contrast, without: answer) - exact[answer]) < 1e-7)
    }
    // First order understates the answer that matters most by 46 %.
    #expect(abs(1 - influence.plain(on: contrast)[7] / exact[7] - 0.455) < 0.001)
  }

  /// Choices of three kinds over rows that are features themselves.
  private static func mixed() throws -> (ChoiceSet, Matrix) {
    let encoding = try TransitionEncoding(
      RewardInputs(observation: true, action: false, nextObservation: false, termination: false), observationSize: 3,
      actionRowSize: 1, discreteActions: nil)
    var (set, draws) = (ChoiceSet(encoding), RandomSource(seed: 3).stream("mixed"))
    func clip() -> Trajectory {
      Trajectory(
        observationSize: 3, actionRowSize: 1, observations: (0..<9).map { _ in Float(draws.normal()) },
        actions: [0, 0], rewards: [0, 0], terminated: false, truncated: false, start: nil)
    }
    for number in 0..<12 {
      switch number % 3 {
      case 0: try set.append(Choice(options: [.init(clip()), .init(clip()), .init(clip())], picked: 1))
      case 1: try set.append(Choice(options: [.init(clip()), .init(clip())], picked: 0, rationality: 2, lapse: 0.2))
      default:
        try set.append(
          Choice(grade: .init(clip()), against: .init(clip()), cutPoints: [-0.5, 0.5], target: [0, 1, 0]))
      }
    }
    // One answer that means two choices.
    try set.append([
      Choice(options: [.init(clip()), .init(clip())], picked: 0),
      Choice(options: [.init(clip()), .init(clip())], picked: 1),
    ])
    return (set, Matrix(rows: set.rowCount, columns: 3, elements: set.rows.map(Double.init)))
  }

  @Test("every form of choice has the likelihood's slopes and curvature, and leaving one out is as fitting without it")
  func forms() throws {
    let (set, features) = try Self.mixed()
    let regression = ChoiceRegression(set, settings: RewardTrainingSettings(), features: features, ridge: 0.5)
    #expect(regression.answers.count == 13 && regression.answers[12] == 12..<14)
    let place = [0.3, -0.2, 0.1]
    func loss(_ weights: [Double]) -> Double { regression.sums(weights, Array(0..<13)).value }
    let here = regression.sums(place, Array(0..<13))
    for a in 0..<3 {
      var (up, down) = (place, place)
      up[a] += 1e-4
      down[a] -= 1e-4
      #expect(abs(here.gradient[a] - (loss(up) - loss(down)) / 2e-4) < 1e-5)
      let (above, below) = (regression.sums(up, Array(0..<13)).gradient, regression.sums(down, Array(0..<13)).gradient)
      for b in 0..<3 { #expect(abs(here.curvature[a, b] - (above[b] - below[b]) / 2e-4) < 1e-4) }
    }
    let influence = try AnswerInfluence(regression)
    #expect(influence.fit.isConverged)
    let left = regression.answers.indices.filter { $0 != 12 }
    let again = try regression.fit(left)
    let change = try influence.exact(on: [1, 0, 0], without: 12)
    #expect(abs(again.weights[0] - influence.fit.weights[0] - change) < 1e-8)
  }

  @Test("what the others expect of an answer is a Newton step and its covariance, in dense algebra")
  func leftOut() throws {
    let influence = try AnswerInfluence(ChoiceRegression(preferred: Self.worked, ridge: 0.1))
    let seen = influence.leftOut()
    for answer in 0..<8 {
      let x = Self.worked[answer]
      let weights = zip(influence.fit.weights, try influence.newtonMove(without: answer)).map { $0 + $1 }
      let logit = x[0] * weights[0] + x[1] * weights[1]
      let whole = x[0] * influence.fit.weights[0] + x[1] * influence.fit.weights[1]
      let probability = 1 / (1 + exp(-whole))
      var curvature = influence.fit.curvature
      for a in 0..<2 { for b in 0..<2 { curvature[a, b] -= probability * (1 - probability) * x[a] * x[b] } }
      let solved = try LinearAlgebra.solve(curvature, x)
      let variance = x[0] * solved[0] + x[1] * solved[1]
      let moderated: Double = logit / (1 + .pi * variance / 8).squareRoot()
      let expected = 1 / (1 + exp(-moderated))
      #expect(abs(try #require(seen[answer].probability) - expected) < 1e-9)
      #expect(abs(seen[answer].others[0] - (1 - expected)) < 1e-9)
    }
  }

  @Test("Bayes' rule: an answer of one in a thousand is rather a slip where one in a hundred is")
  func bayes() throws {
    let clear = LeftOutAnswer(probability: 0.001, others: [0.999])
    let slip: Double = try #require(clear.mislabelled(prevalence: 0.01))
    #expect(abs(slip - 0.00999 / 0.01098) < 1e-12)
    let hard = LeftOutAnswer(probability: 0.4, others: [0.6])
    #expect(try #require(hard.mislabelled(prevalence: 0.01)) < 0.02)
    #expect(LeftOutAnswer(probability: nil, others: []).mislabelled(prevalence: 0.01) == nil)
  }
}

/// People who compare clips of one number by another, and slip where they are told to.
struct PlantedSlips {
  let regression: ChoiceRegression
  let slipped: Set<Int>

  /// - Parameters:
  ///   - slips: so many of the questions that are not hard (the reward's difference is over 2 · decision) are answered the
  ///     wrong way.
  ///   - decision: how decided people are: at 3 the truth is picked where its difference is 1 in 95 of 100 cases.
  ///   - hard: whether all questions are hard (differences under 1), as on the twin.
  init(_ answers: Int, slips: Int, decision: Double = 1, hard: Bool = false, seed: UInt64) {
    var draws = RandomSource(seed: seed).stream("slips")
    let truth = [2.0, -1, 0.5, 1, 0, 0].map { $0 * decision }
    var (rows, easy) = ([[Double]](), [Int]())
    while rows.count < answers {
      var x = truth.map { _ in draws.normal() }
      var value = zip(x, truth).reduce(0) { $0 + $1.0 * $1.1 }
      if hard, abs(value) > 1 { continue }
      if !draws.bernoulli(1 / (1 + exp(-value))) { (x, value) = (x.map { -$0 }, -value) }
      if value > 2 * decision { easy.append(rows.count) }
      rows.append(x)
    }
    draws.shuffle(&easy)
    let slipped = Set(easy.prefix(slips))
    self.slipped = slipped
    regression = ChoiceRegression(
      preferred: rows.enumerated().map { slipped.contains($0) ? $1.map { -$0 } : $1 }, ridge: decision > 1 ? 0.1 : 0.5)
  }
}

@Suite("Answers that were not meant")
struct SuspiciousAnswerTests {
  @Test("planted slips stand in the most suspicious tenth, and are found")
  func planted() throws {
    var (inTenth, failing, suspects, right) = (0, 0, 0, 0)
    for seed in 1...10 {
      let people = PlantedSlips(400, slips: 4, decision: 3, seed: UInt64(seed))
      let found = SuspiciousAnswers(try AnswerInfluence(people.regression).leftOut())
      inTenth += found.ranked.prefix(40).count { people.slipped.contains($0.answer) }
      suspects += found.suspects.count
      right += found.suspects.count { people.slipped.contains($0.answer) }
      failing += found.finding().verdict == .fails ? 1 : 0
    }
    // 40 slips, 1 % of the answers; by chance 4 would stand there.
    #expect(inTenth >= 38)
    #expect(suspects >= 20 && right * 10 >= suspects * 9)
    // In 40 simulated worlds seven of eight fail; so few of ten would be one chance in 500.
    #expect(failing >= 6)
  }

  @Test("slips stand in the most suspicious tenth where people's own choices are noisy, too")
  func noisy() throws {
    var inTenth = 0
    for seed in 1...10 {
      let people = PlantedSlips(200, slips: 6, seed: UInt64(seed))
      let found = SuspiciousAnswers(try AnswerInfluence(people.regression).leftOut())
      inTenth += found.ranked.prefix(20).count { people.slipped.contains($0.answer) }
    }
    #expect(inTenth >= 57)
  }

  @Test("answers that were meant are quiet, hard ones too")
  func twins() throws {
    var (alarms, suspects, expected) = (0, 0, 0.0)
    for seed in 1...60 {
      for hard in [false, true] {
        let people = PlantedSlips(120, slips: 0, hard: hard, seed: UInt64(seed))
        let found = SuspiciousAnswers(try AnswerInfluence(people.regression).leftOut())
        alarms += found.finding().verdict == .fails ? 1 : 0
        if hard {
          #expect(found.suspects.isEmpty)
        } else {
          (suspects, expected) = (suspects + found.suspects.count, expected + found.expected)
        }
      }
    }
    // At a rate of 5 %, more than 14 alarms of 120 happen once in 700 times.
    #expect(alarms <= 14)
    // The number that is expected by chance is about right: within four of its standard deviations.
    #expect(abs(Double(suspects) - expected) < 4 * max(1, expected).squareRoot())
  }

  @Test("the chance of so many suspects is the Poisson binomial's, and few answers settle nothing")
  func chance() {
    let answers = [LeftOutAnswer](repeating: LeftOutAnswer(probability: 0.995, others: [0.005]), count: 50)
    let found = SuspiciousAnswers(answers)
    #expect(found.suspects.isEmpty && found.pValue == 1 && abs(found.expected - 0.25) < 1e-12)
    let one = SuspiciousAnswers(answers + [LeftOutAnswer(probability: 0.005, others: [0.995])])
    #expect(one.suspects.map(\.answer) == [50] && abs(one.pValue - (1 - pow(0.995, 51))) < 1e-12)
    #expect(SuspiciousAnswers(Array(answers.prefix(39))).finding().verdict == .unknown)
    #expect(found.finding().verdict == .holds)
  }
}
