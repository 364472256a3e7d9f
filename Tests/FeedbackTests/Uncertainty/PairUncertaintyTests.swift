import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Asking by what is not known")
struct PairUncertaintyTests {
  private static let world = EnvironmentSpecification(
    id: "test/World-v0", summary: "a world for tests", observationSpace: Box(low: [-99, -99], high: [99, 99]),
    observationNames: ["a", "b"], actionSpace: .continuous(Box(low: [-9], high: [9])), maximumEpisodeSteps: nil,
    canTerminate: false, source: "none")

  /// Clips of five steps near a place of their own.
  private static func clips(_ count: Int, at place: Double = 0, _ random: RandomSource) -> [Trajectory] {
    (0..<count).map { clip in
      var draws = random.stream("clip", clip)
      let own = place + draws.normal()
      let observations = (0..<6).flatMap { _ in [Float(own + 0.3 * draws.normal()), Float(draws.normal())] }
      return Trajectory(
        observationSize: 2, actionRowSize: 1, observations: observations,
        actions: (0..<5).map { _ in Float(draws.normal()) }, rewards: (0..<5).map { observations[2 * $0] },
        terminated: false, truncated: true, start: nil)
    }
  }

  /// A reward that was learned from answers of somebody who errs now and then.
  private struct Learned {
    var model: RewardModel
    var set: ChoiceSet
    var uncertainty: RewardUncertainty
    var training = RewardTrainingSettings(epochs: 10)

    init(answers: Int, members: Int = 3) throws {
      let random = RandomSource(seed: 1)
      let encoding = try TransitionEncoding(
        RewardInputs(), observationSize: 2, actionRowSize: 1, discreteActions: nil)
      set = ChoiceSet(encoding)
      let judged = PairUncertaintyTests.clips(2 * answers, random.child("judged"))
      var draws = random.stream("answers")
      let person = SimulatedJudgment.boltzmann(temperature: 3)
      for pair in 0..<answers {
        let (first, second) = (judged[2 * pair], judged[2 * pair + 1])
        let said = person.answer(first: first, second: second, random: &draws)
        try set.append(Choice(options: [.init(first), .init(second)], picked: said == .first ? 0 : 1))
      }
      model = try RewardModel(
        RewardModelSettings(hidden: [8], members: members), encoding: encoding, random: random.child("reward"))
      try RewardTrainer(training).train(&model, on: set, random: random.child("training"))
      uncertainty = try RewardUncertainty(model, answers: set, training: training, random: RandomSource(seed: 7))
    }

    /// By the numbers of single clips alone: 2 q(a) + 2 q(b) − 4 q(their join) is q(a − b) for a quadratic form q.
    func expected(_ pair: SegmentPair, of clips: [Trajectory]) throws -> PairUncertainty {
      let (first, second) = (clips[pair.first.trajectory], clips[pair.second.trajectory])
      let joined = Trajectory(
        observationSize: 2, actionRowSize: 1,
        observations: Array(first.observations.prefix(10)) + second.observations,
        actions: first.actions + second.actions,
        rewards: first.rewards + second.rewards, terminated: false, truncated: true, start: nil)
      let numbers = try uncertainty.clips([first, second, joined])
      let pValues = try numbers.distributional.prefix(2).map { try #require($0) }
      var result = PairUncertainty(pValue: pValues.min() ?? 1)
      guard let one = numbers.aleatoric[0], let other = numbers.aleatoric[1] else { return result }
      result.aleatoric = (one + other) / 2
      if let a = numbers.specificationSquares[0], let b = numbers.specificationSquares[1],
        let both = numbers.specificationSquares[2]
      {
        result.specificationSquare = 2 * a + 2 * b - 4 * both
      }
      return result
    }

    /// The members' variance of the difference of returns.
    func variance(_ pair: SegmentPair, of clips: [Trajectory]) -> Double {
      let evaluator = RewardEvaluator(model)
      func returns(_ clip: Trajectory) -> [Double] {
        var rewards = [Float](repeating: 0, count: model.members * clip.count)
        rewards.withUnsafeMutableBufferPointer { rewards in
          guard let start = rewards.baseAddress else { return }
          clip.withTransitionRows(PairUncertaintyTests.world) { evaluator.evaluateRaw($0, into: start) }
        }
        return (0..<model.members).map { member in
          rewards[member * clip.count..<(member + 1) * clip.count].reduce(0) { $0 + Double($1) }
        }
      }
      let differences = zip(returns(clips[pair.first.trajectory]), returns(clips[pair.second.trajectory])).map(-)
      let mean = Statistics.mean(differences)
      return Statistics.mean(differences.map { ($0 - mean) * ($0 - mean) })
    }
  }

  private static func pairs(_ count: Int, of clips: Int, seed: UInt64) -> [SegmentPair] {
    var draws = RandomSource(seed: seed).stream("pairs")
    return (0..<count).map { _ in
      SegmentPair(
        first: .init(trajectory: draws.below(clips), start: 0), second: .init(trajectory: draws.below(clips), start: 0))
    }
  }

  @Test("a pair's numbers follow from those of single clips; next to nothing is left of a clip beside itself")
  func numbers() throws {
    let learned = try Learned(answers: 120)
    let clips =
      Self.clips(20, RandomSource(seed: 5)) + Self.clips(2, at: 50, RandomSource(seed: 6))
    let asked = Self.pairs(60, of: clips.count, seed: 2)
    let found = try learned.uncertainty.pairs(asked, of: clips, length: 5)
    var compared = 0
    for (pair, numbers) in zip(asked, found) {
      let expected = try learned.expected(pair, of: clips)
      #expect(numbers.pValue == expected.pValue && numbers.aleatoric == expected.aleatoric)
      #expect((numbers.aleatoric == nil) == (numbers.pValue <= learned.uncertainty.level))
      #expect((numbers.specificationSquare == nil) == (numbers.aleatoric == nil))
      guard let square = numbers.specificationSquare, let other = expected.specificationSquare else { continue }
      compared += 1
      #expect(abs(square - other) < 1e-9)
      if pair.first == pair.second { #expect(square == 0) }
    }
    #expect(compared > 20 && found.contains { $0.aleatoric == nil })
    #expect(try learned.uncertainty.pairs([], of: clips, length: 5).isEmpty)
  }

  @Test(
    "of all candidates those are asked about that score highest by the numbers of single clips, the same each time",
    arguments: [QuestionSelection.unfamiliar, .specification, .disagreementWhereClear])
  func picked(selection: QuestionSelection) throws {
    let learned = try Learned(answers: 120)
    let clips = Self.clips(30, RandomSource(seed: 5)) + Self.clips(3, at: 50, RandomSource(seed: 6))
    let selector = QuestionSelector(selection, oversampling: 8, sampler: SegmentSampler(length: 5))
    func chosen() throws -> [SegmentPair] {
      var draws = RandomSource(seed: 3).stream("select")
      return try selector.pairs(
        6, from: clips, specification: Self.world, model: learned.model, likelihood: learned.training,
        uncertainty: learned.uncertainty, random: &draws)
    }
    var draws = RandomSource(seed: 3).stream("select")
    let candidates = try selector.sampler.pairs(48, from: clips, random: &draws)
    func score(_ pair: SegmentPair) throws -> Double {
      let numbers = try learned.expected(pair, of: clips)
      switch selection {
      case .unfamiliar: return 1 - numbers.pValue
      case .specification: return numbers.specificationSquare.map { max(0, $0) } ?? -1
      default:
        guard let wrong = numbers.aleatoric else { return -1 }
        let entropy = -wrong * log2(wrong) - (1 - wrong) * log2(1 - wrong)
        return learned.variance(pair, of: clips) * (1 - entropy)
      }
    }
    let best = try candidates.map(score).sorted(by: >).prefix(6)
    let pairs = try chosen()
    #expect(pairs.count == 6 && pairs.allSatisfy(candidates.contains))
    for (pair, score) in zip(try pairs.map(score), best) {
      #expect(abs(pair - score) < 1e-6 * max(1, abs(score)))
    }
    #expect(try pairs == chosen())
    // The clips that are far from everything judged are the last three.
    let areFar = pairs.map { max($0.first.trajectory, $0.second.trajectory) >= 30 }
    #expect(areFar.allSatisfy { $0 == (selection == .unfamiliar) })
  }

  @Test("before there are enough answers for what is asked by, pairs are those of random asking")
  func fallback() throws {
    let clips = Self.clips(30, RandomSource(seed: 5))
    func chosen(_ selection: QuestionSelection, _ learned: Learned, knows: Bool = true) throws -> [SegmentPair] {
      var draws = RandomSource(seed: 3).stream("select")
      return try QuestionSelector(selection, sampler: SegmentSampler(length: 5)).pairs(
        6, from: clips, specification: Self.world, model: learned.model, likelihood: learned.training,
        uncertainty: knows ? learned.uncertainty : nil, random: &draws)
    }
    // 10 clips; 60 clips and 30 pairs; 40 pairs.
    let (few, some, enough) = (try Learned(answers: 5), try Learned(answers: 30), try Learned(answers: 40))
    let random = try chosen(.random, few)
    for selection in [QuestionSelection.unfamiliar, .specification, .disagreementWhereClear] {
      #expect(try chosen(selection, few) == random, "\(selection)")
      #expect(try (chosen(selection, some) == random) == (selection != .unfamiliar), "\(selection)")
      #expect(try chosen(selection, enough) != random, "\(selection)")
      #expect(try chosen(selection, enough, knows: false) == random, "\(selection)")
    }
    // One network knows what is new, and which idea of the people matters.
    let alone = try Learned(answers: 40, members: 1)
    #expect(try chosen(.unfamiliar, alone) != random && chosen(.specification, alone) != random)
    #expect(throws: InputError.self) { try chosen(.disagreementWhereClear, alone) }
  }

  @Test("scores: an answer that is wrong in 11 % carries half a bit; what is unknown of a pair comes last")
  func scores() {
    var random = RandomSource(seed: 1).stream("score")
    func score(_ selection: QuestionSelection, _ uncertainty: PairUncertainty?) -> Double {
      selection.score([-1, 1], uncertainty: uncertainty, likelihood: ChoiceLikelihood(), random: &random)
    }
    func pair(_ wrong: Double?, _ square: Double? = nil) -> PairUncertainty {
      PairUncertainty(pValue: 0.02, aleatoric: wrong, specificationSquare: square)
    }
    // The members' variance is 1.
    #expect(abs(score(.disagreementWhereClear, pair(0.11)) - 0.500_084) < 1e-6)
    #expect(score(.disagreementWhereClear, pair(0.5)) == 0 && score(.disagreementWhereClear, pair(0)) == 1)
    #expect(score(.disagreementWhereClear, pair(nil)) == -1 && score(.disagreementWhereClear, nil) == 0)
    #expect(score(.specification, pair(0.1, 4)) == 4 && score(.specification, pair(0.1, -0.3)) == 0)
    #expect(score(.specification, pair(0.1)) == -1 && score(.specification, nil) == 0)
    #expect(score(.unfamiliar, pair(nil)) == 0.98 && score(.unfamiliar, nil) == 0)
  }
}
