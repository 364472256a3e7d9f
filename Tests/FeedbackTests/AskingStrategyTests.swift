import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Strategies of asking")
struct AskingStrategyTests {
  private func score(_ selection: QuestionSelection, probabilities: [Double]) -> Double {
    var random = RandomSource(seed: 1).stream("score")
    return selection.score(
      probabilities.map { log($0 / (1 - $0)) }, likelihood: ChoiceLikelihood(), random: &random)
  }

  @Test("two members that are 90 % sure of opposite answers: .5310 bits of information, volume ½, 1 bit of entropy")
  func worked() {
    #expect(abs(score(.informationGain, probabilities: [0.9, 0.1]) - 0.531_004) < 1e-6)
    #expect(abs(score(.volumeRemoval, probabilities: [0.9, 0.1]) - 0.5) < 1e-12)
    #expect(abs(score(.entropy, probabilities: [0.9, 0.1]) - 1) < 1e-12)
    #expect(abs(score(.regret, probabilities: [0.9, 0.1]) - 2 * log(9)) < 1e-12)
  }

  @Test("two equal segments tell nothing, though their answer is open: entropy and volume removal are fooled")
  func equalSegments() {
    #expect(score(.informationGain, probabilities: [0.5, 0.5, 0.5]) == 0)
    #expect(score(.volumeRemoval, probabilities: [0.5, 0.5, 0.5]) == 0.5)
    #expect(score(.entropy, probabilities: [0.5, 0.5, 0.5]) == 1)
    #expect(score(.regret, probabilities: [0.5, 0.5, 0.5]) == 0)
    #expect(score(.thompson, probabilities: [0.5, 0.5, 0.5]) == 0)
  }

  @Test("information is not negative, at most the entropy, and the same with the segments exchanged")
  func bounds() {
    var random = RandomSource(seed: 3).stream("bounds")
    for _ in 0..<500 {
      let probabilities = (0..<(2 + random.below(5))).map { _ in 0.001 + 0.998 * random.uniform() }
      let exchanged = probabilities.map { 1 - $0 }
      let gain = score(.informationGain, probabilities: probabilities)
      #expect(gain > -1e-12 && gain <= score(.entropy, probabilities: probabilities) + 1e-12)
      for selection in QuestionSelection.allCases where selection != .thompson {
        #expect(
          abs(score(selection, probabilities: probabilities) - score(selection, probabilities: exchanged)) < 1e-9)
      }
    }
  }

  @Test("members that agree leave nothing to regret, however far the segments are apart")
  func agreement() {
    #expect(score(.regret, probabilities: [0.9, 0.99]) == 0)
    #expect(score(.disagreementOnLabel, probabilities: [0.9, 0.99]) == 0)
  }

  /// Three clusters of ten on a line, at 0, 100 and 200; scores rise with the place.
  private let points: [[Double]] = (0..<30).map { index -> [Double] in
    let cluster = Double(index / 10)
    return [cluster * 100 + Double(index % 10) * 0.1, 0]
  }

  @Test(
    "a batch of three takes one of each cluster, where the highest scores are all of one",
    arguments: [
      BatchSelection.kCentre, .medoids, .boundaryMedoids, .successiveElimination, .determinantal,
    ])
  func spread(batch: BatchSelection) {
    var random = RandomSource(seed: 5).stream("batch")
    // The middle cluster of a line is on no boundary; put it to the side.
    let points = points.map { point -> [Double] in
      let aside: Double = point[0] > 50 && point[0] < 150 ? 80 : 0
      return [point[0], aside + point[0] / 1000]
    }
    let scores = (0..<30).map { 1 + Double($0) / 30 }
    let chosen = batch.choose(3, scores: scores, points: points, &random)
    #expect(Set(chosen.map { $0 / 10 }) == [0, 1, 2], "\(chosen)")
    #expect(BatchSelection.top.choose(3, scores: scores, points: points, &random) == [29, 28, 27])
  }

  @Test(
    "whatever the method, as many different candidates as asked for, and all if there are no more",
    arguments: BatchSelection.allCases)
  func sizes(batch: BatchSelection) {
    var random = RandomSource(seed: 6).stream("sizes")
    for n in [1, 2, 7, 20] {
      for trial in 0..<5 {
        // Some candidates coincide.
        let points = (0..<n).map { _ in [Double(random.below(3)), Double(random.below(2))] }
        let scores = points.map { _ in trial == 0 ? 0 : random.uniform() }
        for count in [1, 3, 7, 30] {
          let chosen = batch.choose(count, scores: scores, points: points, &random)
          #expect(chosen.count == min(count, n) && Set(chosen).count == chosen.count)
          #expect(chosen.allSatisfy((0..<n).contains))
        }
      }
    }
    #expect(batch.choose(2, scores: [], points: [], &random).isEmpty)
  }

  @Test("the determinantal batch is the one of largest determinant among pairs, exhaustively")
  func determinant() {
    var random = RandomSource(seed: 8).stream("pairs")
    let points = (0..<8).map { _ in [random.normal(), random.normal()] }
    let scores = [Double](repeating: 1, count: 8)
    let chosen = BatchSelection.determinantal.choose(2, scores: scores, points: points, &random)
    // With equal scores the first is the first candidate, and the determinant falls with the similarity to it.
    func distance(_ index: Int) -> Double {
      zip(points[0], points[index]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(chosen[0] == 0)
    #expect(chosen[1] == (1..<8).max { distance($0) < distance($1) })
  }

  @Test("every strategy and batch asks as many different questions as wanted, the same for the same stream")
  func selector() throws {
    var random = RandomSource(seed: 1).stream("episodes")
    let episodes = (0..<6).map { randomSegment(features: 2, steps: 10 + $0, random: &random) }
    let model = try rewardModel(features: 2, hidden: [12], members: 4, normalize: true)
    let world = EnvironmentSpecification(
      id: "test/World-v0", summary: "a world for tests", observationSpace: Box(low: [-9, -9], high: [9, 9]),
      observationNames: ["a", "b"], actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: nil,
      canTerminate: false, source: "none")
    for selection in QuestionSelection.allCases {
      for batch in BatchSelection.allCases {
        let selector = QuestionSelector(
          selection, oversampling: 6, sampler: SegmentSampler(length: 4), batch: batch)
        let runs = try (0..<2).map { _ in
          var random = RandomSource(seed: 2).stream("select")
          return try selector.pairs(
            5, from: episodes, specification: world, model: model, likelihood: RewardTrainingSettings(),
            random: &random)
        }
        #expect(runs[0].count == 5 && runs[0] == runs[1], "\(selection) \(batch)")
      }
    }
  }
}
