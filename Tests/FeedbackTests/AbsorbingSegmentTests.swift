import Compute
import Environments
import Feedback
import Rewards
import Testing

@Suite("Segments beyond the end of an episode")
struct AbsorbingSegmentTests {
  /// Episodes of these lengths, each of whose observations is its number and its step.
  private func episodes(_ lengths: [Int], terminated: Bool = true) -> [Trajectory] {
    lengths.enumerated().map { number, steps in
      var episode = segment((0..<steps).map { [Float(number), Float($0)] })
      episode.terminated = terminated
      return episode
    }
  }

  @Test(
    "an episode that terminated is drawn from at each of its steps, a shorter one whole, each as often as it is long")
  func shares() throws {
    let (length, drawn) = (4, 60_000)
    let episodes = episodes([3, 9]) + episodes([3], terminated: false)
    let sampler = SegmentSampler(length: length, isPastEnd: true)
    var random = RandomSource(seed: 1).stream("segments")
    var counts: [SegmentReference: Int] = [:]
    for segment in try sampler.sample(drawn, from: episodes, random: &random) { counts[segment, default: 0] += 1 }
    // Of 12 steps that can be drawn 3 are the first episode's, which begins at its first step only; the other's nine
    // steps are as likely as each other. The third did not terminate, and what came after it nobody knows.
    var expected = [SegmentReference(trajectory: 0, start: 0): Double(drawn) * 3 / 12]
    for start in 0..<9 { expected[SegmentReference(trajectory: 1, start: start)] = Double(drawn) * 9 / 12 / 9 }
    #expect(Set(counts.keys) == Set(expected.keys))
    let statistic = expected.reduce(0) { sum, item in
      let difference = Double(counts[item.key] ?? 0) - item.value
      return sum + difference * difference / item.value
    }
    #expect(statistic < 45.1)  // the quantile of χ² with 9 degrees of freedom at 1 − 10⁻⁶
    #expect(sampler.coverage(of: episodes, pairs: 1) == 12.0 / 8)
  }

  @Test("what lies beyond the end is left out of the clip; without the setting every clip has the whole length")
  func cut() throws {
    let episodes = episodes([3, 9])
    var random = RandomSource(seed: 2).stream("segments")
    var lengths: Set<Int> = []
    for pair in try SegmentSampler(length: 4, isPastEnd: true).pairs(300, from: episodes, random: &random) {
      let clip = pair.comparison(of: episodes, length: 4).first
      let (whole, start) = (episodes[pair.first.trajectory], pair.first.start)
      #expect(clip.observations.prefix(2) == [Float(pair.first.trajectory), Float(start)])
      #expect(clip.count == min(4, whole.count - start))
      #expect(clip.terminated == (start + 4 >= whole.count))
      lengths.insert(clip.count)
    }
    #expect(lengths == [1, 2, 3, 4])
    for pair in try SegmentSampler(length: 4).pairs(300, from: episodes, random: &random) {
      #expect(pair.comparison(of: episodes, length: 4).first.count == 4)
    }
  }

  @Test("with them a reward of the same in every step is learned with its sign; without them nothing is")
  func sign() throws {
    for pay in [Float(-1), 1] {
      let episodes = (3...12).map { steps -> Trajectory in
        var episode = segment((0..<steps).map { [1, Float($0)] }, rewards: [Float](repeating: pay, count: steps))
        episode.terminated = true
        return episode
      }
      for isPastEnd in [true, false] {
        var random = RandomSource(seed: 3).stream("segments")
        var choices = ChoiceSet(try encoding(2))
        let sampler = SegmentSampler(length: isPastEnd ? 12 : 3, isPastEnd: isPastEnd)
        var ties = 0
        for pair in try sampler.pairs(100, from: episodes, random: &random) {
          let comparison = pair.comparison(of: episodes, length: sampler.length)
          let answer = SimulatedJudgment.rational(discount: 1).answer(
            first: comparison.first, second: comparison.second, random: &random)
          if answer == .tie { ties += 1 }
          try choices.append(comparison, answer)
        }
        guard isPastEnd else {
          #expect(ties == 100)
          continue
        }
        var model = try rewardModel(features: 2, hidden: [], members: 1)
        let trainer = try RewardTrainer(RewardTrainingSettings(epochs: 200, learningRate: 0.01))
        try trainer.train(&model, on: choices, random: RandomSource(seed: 4))
        // Two steps in the middle of an episode.
        #expect(model.network([1, 3, 1, 6], rows: 2).allSatisfy { $0 * pay > 0 })
      }
    }
  }
}

@Suite("Questions that can be decided")
struct DecidableQuestionTests {
  private let world = EnvironmentSpecification(
    id: "test/Cells-v0", summary: "a world for tests", observationSpace: Box(low: [0, 0, 0], high: [1, 1, 1]),
    observationNames: ["a", "b", "c"], actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: nil,
    canTerminate: false, source: "none")

  /// Walks among three cells, one-hot: of two steps' segments many visit the same cells in another order.
  private func walks() -> [Trajectory] {
    var random = RandomSource(seed: 1).stream("walks")
    return (0..<8).map { _ in
      segment(
        (0..<12).map { _ in
          let cell = random.below(3)
          return (0..<3).map { $0 == cell ? 1 : 0 }
        })
    }
  }

  /// The cells of a segment, sorted: what a reward of cells sees of it.
  private func cells(_ clip: Trajectory) -> [Int] {
    (0..<clip.count).compactMap { step in (0..<3).first { clip.observations[3 * step + $0] == 1 } }.sorted()
  }

  @Test("with it no pair of the same cells is asked about, by any rule; without it many are")
  func pairs() throws {
    let walks = walks()
    for members in [1, 3] {
      let model = try rewardModel(features: 3, hidden: [], members: members)
      for selection in QuestionSelection.allCases where selection == .random || members > 1 {
        var alike: [Bool: Int] = [:]
        for isDecidable in [true, false] {
          let selector = QuestionSelector(
            selection, sampler: SegmentSampler(length: 2), isDecidable: isDecidable)
          var random = RandomSource(seed: 2).stream("select")
          let pairs = try selector.pairs(
            40, from: walks, specification: world, model: model, likelihood: .init(), random: &random)
          #expect(pairs.count == 40)
          alike[isDecidable] = pairs.count { pair in
            let comparison = pair.comparison(of: walks, length: 2)
            return cells(comparison.first) == cells(comparison.second)
          }
        }
        #expect(alike[true] == 0, "\(selection)")
        if selection == .random || selection == .entropy { #expect(alike[false]! > 3, "\(selection)") }
      }
    }
  }

  @Test("where all segments are alike, as many are asked about as without it")
  func allAlike() throws {
    let walks = [segment([[Float]](repeating: [1, 0, 0], count: 9))]
    let model = try rewardModel(features: 3, hidden: [], members: 2)
    for selection in [QuestionSelection.random, .informationGain] {
      let selector = QuestionSelector(selection, sampler: SegmentSampler(length: 2), isDecidable: true)
      var random = RandomSource(seed: 2).stream("select")
      #expect(
        try selector.pairs(
          5, from: walks, specification: world, model: model, likelihood: .init(), random: &random
        ).count == 5)
    }
  }
}
