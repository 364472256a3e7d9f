import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Four uncertainties of a reward")
struct RewardUncertaintyTests {
  /// Clips of two numbers that are rewarded by the first, and a person who prefers the larger sum, noisily.
  private struct Fixture {
    var set: ChoiceSet
    var model: RewardModel
    var training = RewardTrainingSettings(epochs: 10)

    init(answers: Int, members: Int = 3, temperature: Double = 1, seed: UInt64 = 1) throws {
      let random = RandomSource(seed: seed)
      let encoding = try TransitionEncoding(
        RewardInputs(), observationSize: 2, actionRowSize: 1, discreteActions: nil)
      set = ChoiceSet(encoding)
      let clips = Self.clips(2 * answers, random: random.child("judged"))
      var draws = random.stream("answers")
      let person = SimulatedJudgment.boltzmann(temperature: temperature)
      for pair in 0..<answers {
        let (first, second) = (clips[2 * pair], clips[2 * pair + 1])
        let said = person.answer(first: first, second: second, random: &draws)
        try set.append(Choice(options: [.init(first), .init(second)], picked: said == .first ? 0 : 1))
      }
      model = try RewardModel(
        RewardModelSettings(hidden: [8], members: members), encoding: encoding, random: random.child("reward"))
      try RewardTrainer(training).train(&model, on: set, random: random.child("training"))
    }

    static func clips(_ count: Int, at place: Double = 0, random: RandomSource) -> [Trajectory] {
      (0..<count).map { clip in
        var draws = random.stream("clip", clip)
        let own = place + draws.normal()
        let observations = (0..<6).flatMap { _ in [Float(own + 0.3 * draws.normal()), Float(draws.normal())] }
        return Trajectory(
          observationSize: 2, actionRowSize: 1, observations: observations,
          actions: (0..<5).map { _ in Float(draws.normal()) },
          rewards: (0..<5).map { observations[2 * $0] }, terminated: false, truncated: true, start: nil)
      }
    }

    func uncertainty(seed: UInt64 = 7) throws -> RewardUncertainty {
      try RewardUncertainty(model, answers: set, training: training, random: RandomSource(seed: seed))
    }
  }

  @Test("one reward is found in every unit: a network's last layer twice as large with another zero changes nothing")
  func units() throws {
    var fixture = try Fixture(answers: 80)
    let asked = Fixture.clips(20, random: RandomSource(seed: 5))
    let before = try fixture.uncertainty().clips(asked)
    let count = fixture.model.network.shape.parameterCount
    for member in 0..<3 {
      // The last layer's eight weights and its bias are the last nine parameters.
      for index in count - 9..<count { fixture.model.network.parameters[member * count + index] *= 2 }
    }
    let after = try fixture.uncertainty().clips(asked)
    #expect(before.aleatoric == after.aleatoric && before.distributional == after.distributional)
    #expect(before.specification == after.specification)
    #expect(before.model.contains { $0 != nil })
    for (one, other) in zip(before.model, after.model) {
      #expect((one == nil) == (other == nil) && abs((one ?? 0) - (other ?? 0)) < 1e-5)
    }
  }

  @Test("far from everything judged the p-value is the smallest there is, and nothing else is stated")
  func far() throws {
    let uncertainty = try Fixture(answers: 80).uncertainty()
    let numbers = try uncertainty.clips(Fixture.clips(5, at: 50, random: RandomSource(seed: 5)))
    // 160 clips were judged, and half of them calibrate.
    #expect(numbers.distributional.allSatisfy { $0 == 1 / 81.0 })
    #expect((numbers.aleatoric + numbers.model + numbers.specification).allSatisfy { $0 == nil })
    #expect(numbers.unknown.isEmpty && numbers.mean(.model) == nil)
  }

  @Test("p-values of fresh clips are uniform: a tenth of them is at most a tenth")
  func uniform() throws {
    let uncertainty = try Fixture(answers: 200).uncertainty()
    let values = try uncertainty.clips(Fixture.clips(400, random: RandomSource(seed: 6))).distributional
    let share = Double(values.count { ($0 ?? 1) <= 0.1 }) / 400
    // The share's deviation is √(.09 / 400 + .09 / 200) = .026; four of them are passed once in 16,000 times.
    #expect(abs(share - 0.1) < 4 * 0.026)
  }

  @Test("a noisier person raises the aleatoric number, to what the temperature says within a factor")
  func noise() throws {
    let asked = Fixture.clips(40, random: RandomSource(seed: 5))
    func mean(_ temperature: Double) throws -> Double {
      let numbers = try Fixture(answers: 300, temperature: temperature).uncertainty().clips(asked)
      return try #require(numbers.mean(.aleatoric))
    }
    // Returns have a deviation of about 5: 1 / (1 + e⁵) is .007 and 1 / (1 + e) is .27. With 300 answers the second is
    // estimated to about a fifth of its logit.
    let (sure, unsure) = (try mean(1), try mean(5))
    #expect(sure < 0.1 && unsure > 0.15 && unsure < 0.4)
  }

  @Test("what is missing is unknown, with the reason")
  func missing() throws {
    let alone = try Fixture(answers: 60, members: 1).uncertainty()
    #expect(alone.unknown == [.model: "the reward is one network, and disagreement needs two"])
    let few = try Fixture(answers: 30).uncertainty()
    #expect(few.unknown[.aleatoric] == "30 answers to pairs of clips, and 40 are needed")
    #expect(few.unknown[.specification] == few.unknown[.aleatoric] && few.unknown[.model] == nil)
    let fewer = try Fixture(answers: 5).uncertainty()
    #expect(fewer.unknown[.distributional] == "10 clips were judged, and 20 are needed")
    #expect(
      fewer.unknown[.model] == "nobody can say what is like what was judged: 10 clips were judged, and 20 are needed")
    let fixture = try Fixture(answers: 60)
    #expect(throws: InputError.self) {
      try RewardUncertainty(
        fixture.model, answers: ChoiceSet(fixture.model.encoding), training: fixture.training,
        random: RandomSource(seed: 1))
    }
    #expect(throws: InputError.self) {
      try RewardUncertainty(
        fixture.model, answers: fixture.set, training: fixture.training, level: 1, random: RandomSource(seed: 1))
    }
  }

  @Test("equal input gives equal numbers")
  func equal() throws {
    let asked = Fixture.clips(10, random: RandomSource(seed: 5))
    let (one, other) = (try Fixture(answers: 60).uncertainty(), try Fixture(answers: 60).uncertainty())
    #expect(try one.clips(asked) == other.clips(asked))
    #expect(one.hypotheses == other.hypotheses && one.hypotheses.count == PersonHypothesis.allCases.count)
    #expect(one.hypotheses.contains { $0.isPlausible })
  }

  @Test("answers with an offset and a lapse: the weight is the one that a search by golden section finds")
  func regression() {
    let problem = PairRegression(
      rows: [1, -0.5, 2, -1.5, 0.3], width: 1, targets: [1, 0, 1, 0.5, 0], offsets: [0, 0.2, 0, -0.1, 0], lapse: 0.1,
      penalty: 0.05)
    #expect(abs(problem.fit().weights[0] - 0.7597951943534) < 1e-5)
  }
}
