import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Query schedules")
struct QuestionScheduleTests {
  @Test("every schedule asks exactly the total, the initial share first, and never less than none")
  func totals() throws {
    for schedule in QuestionSchedule.allCases {
      for total in [0, 1, 2, 7, 50, 499, 500, 5000] {
        for share in [0, 0.1, 0.25, 0.5, 1] {
          for iterations in [1, 2, 3, 5, 60, 701] {
            let counts = try schedule.comparisons(total: total, initialShare: share, iterations: iterations)
            #expect(counts.count == iterations + 1)
            #expect(counts.reduce(0, +) == total)
            #expect(counts.allSatisfy { $0 >= 0 } as Bool)
            #expect(counts[0] == Int(Double(total) * share))
            // The weights fall, or rise, so the numbers do, but for the rounding of neighbours.
            let rest = schedule == .rising ? counts.dropFirst().reversed() : Array(counts.dropFirst())
            #expect(zip(rest, rest.dropFirst()).allSatisfy { $0 >= $1 - 1 } as Bool)
          }
        }
      }
    }
  }

  @Test("the numbers are imitation's")
  func fixtures() throws {
    for (schedule, total, share, expected) in [
      (QuestionSchedule.hyperbolic, 5000, 0.1, [500, 1272, 1017, 848, 727, 636]),
      (.hyperbolic, 700, 0.25, [175, 58, 53, 50, 46, 43, 41, 39, 36, 35, 33, 32, 30, 29]),
      (.hyperbolic, 97, 0.5, [48, 10, 9, 7, 7, 6, 5, 5]),
      (.inverseQuadratic, 5000, 0.1, [500, 1159, 1091, 928, 742, 580]),
      (.inverseQuadratic, 700, 0.25, [175, 52, 51, 50, 49, 46, 44, 41, 39, 36, 33, 30, 28, 26]),
      (.inverseQuadratic, 97, 0.5, [48, 9, 9, 8, 7, 6, 5, 5]),
      (.constant, 100, 0.1, [10, 23, 23, 22, 22]),
    ] {
      let counts = try schedule.comparisons(total: total, initialShare: share, iterations: expected.count - 1)
      #expect(counts == expected)
    }
    let tutorial = try QuestionSchedule.hyperbolic.comparisons(total: 500, iterations: 60)
    #expect(Array(tutorial.prefix(12)) == [50, 11, 11, 10, 10, 10, 10, 10, 10, 10, 9, 9])
    #expect(Array(tutorial.suffix(4)) == [6, 5, 5, 5])
  }

  @Test("with a smaller first round, the others are spread as the schedule says, and none is lost")
  func smallerFirstRound() {
    // Delivery's 2,000, half of them first: with 40 first, 1,960 over the 30 rounds that follow.
    let counts = QuestionSchedule.hyperbolic.split(2000, initial: 40, iterations: 30)
    #expect(counts.count == 31 && counts[0] == 40 && counts.reduce(0, +) == 2000)
    let weights = (0..<30).map { 1 / (1 + Double($0) / 29) }
    let all = weights.reduce(0, +)
    for (count, weight) in zip(counts.dropFirst(), weights) { #expect(abs(Double(count) - 1960 * weight / all) < 1) }
  }

  @Test("impossible schedules are refused")
  func badInput() {
    let schedule = QuestionSchedule.constant
    expectProblem("comparisons is -1") { _ = try schedule.comparisons(total: -1, iterations: 3) }
    expectProblem("iterations is 0") { _ = try schedule.comparisons(total: 1, iterations: 0) }
    for share in [-0.1, 1.1, .nan] {
      expectProblem("initial share") { _ = try schedule.comparisons(total: 1, initialShare: share, iterations: 1) }
    }
  }
}

@Suite("Segment sampling")
struct SegmentSamplerTests {
  func trajectories(_ lengths: [Int]) -> [Trajectory] { lengths.map { rewarded([Float](repeating: 0, count: $0)) } }

  @Test("segments come as imitation draws them: by length, then uniformly (χ² test, false alarms: 1 in 10⁶ seeds)")
  func distribution() throws {
    let lengths = [3, 7, 4, 12, 5]
    let sampler = SegmentSampler(length: 4)
    let count = 100_000
    var random = RandomSource(seed: 1).stream("segments")
    let drawn = try sampler.sample(count, from: trajectories(lengths), random: &random)
    var found: [SegmentReference: Int] = [:]
    for segment in drawn { found[segment, default: 0] += 1 }
    let usable = Double(lengths.filter { $0 >= 4 }.reduce(0, +))
    var statistic = 0.0
    var cells = 0
    for (index, length) in lengths.enumerated() where length >= 4 {
      let starts = length - 4 + 1
      for start in 0..<starts {
        let expected = Double(count) * Double(length) / usable / Double(starts)
        let hits = Double(found.removeValue(forKey: SegmentReference(trajectory: index, start: start)) ?? 0)
        statistic += (hits - expected) * (hits - expected) / expected
        cells += 1
      }
    }
    #expect(found.isEmpty)
    #expect(cells == 16)
    #expect(statistic < 56.5)  // the quantile of χ² with 15 degrees of freedom at 1 − 10⁻⁶
  }

  @Test("pairs are consecutive segments, cut as they stand in their trajectories")
  func pairs() throws {
    var random = RandomSource(seed: 2).stream("segments")
    let episodes = [9, 20, 2].map { steps in
      randomSegment(features: 2, steps: steps, weights: [1, 2], random: &random)
    }
    let sampler = SegmentSampler(length: 5)
    var (a, b) = (RandomSource(seed: 3).stream("pairs"), RandomSource(seed: 3).stream("pairs"))
    let pairs = try sampler.pairs(50, from: episodes, random: &a)
    let segments = try sampler.sample(100, from: episodes, random: &b)
    #expect(pairs.flatMap { [$0.first, $0.second] } == segments)
    for pair in pairs {
      let comparison = pair.comparison(of: episodes, length: 5)
      let start = pair.first.start
      #expect(comparison.first == episodes[pair.first.trajectory].segment(start..<start + 5))
      #expect(comparison.second.count == 5)
      #expect(pair.first.trajectory != 2 && pair.second.trajectory != 2)
    }
    #expect(sampler.coverage(of: episodes, pairs: 10) == 0.29)
  }

  @Test("a segment as long as an episode is the episode; longer ones are refused")
  func edges() throws {
    var random = RandomSource(seed: 4).stream("segments")
    let drawn = try SegmentSampler(length: 5).sample(20, from: trajectories([5, 4]), random: &random)
    #expect(Set(drawn) == [SegmentReference(trajectory: 0, start: 0)])
    expectProblem("the longest has 5") {
      _ = try SegmentSampler(length: 6).sample(1, from: trajectories([5, 4]), random: &random)
    }
    expectProblem("none of 0 trajectories") { _ = try SegmentSampler(length: 6).sample(1, from: [], random: &random) }
    expectProblem("segment length is 0") {
      _ = try SegmentSampler(length: 0).sample(1, from: trajectories([5]), random: &random)
    }
  }
}

@Suite("Selecting queries")
struct QuestionSelectionTests {
  let world = EnvironmentSpecification(
    id: "test/World-v0", summary: "a world for tests", observationSpace: Box(low: [-9, -9], high: [9, 9]),
    observationNames: ["a", "b"], actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: nil,
    canTerminate: false, source: "none")

  func episodes() -> [Trajectory] {
    var random = RandomSource(seed: 1).stream("episodes")
    return (0..<6).map { randomSegment(features: 2, steps: 10 + $0, random: &random) }
  }

  @Test("disagreement keeps the pairs with the largest variance, computed as imitation does", arguments: [1, 0.8])
  func largest(discount: Double) throws {
    let episodes = episodes()
    let model = try rewardModel(features: 2, hidden: [12], members: 4, normalize: true)
    let settings = RewardTrainingSettings(lapse: 0.1, temperature: 0.5, discount: discount)
    let sampler = SegmentSampler(length: 4)
    for selection in [QuestionSelection.disagreementOnLogit, .disagreementOnProbability, .disagreementOnLabel] {
      let selector = QuestionSelector(selection, oversampling: 5, sampler: sampler)
      var (a, b) = (RandomSource(seed: 2).stream("select"), RandomSource(seed: 2).stream("select"))
      let chosen = try selector.pairs(
        6, from: episodes, specification: world, model: model, likelihood: settings, random: &a)
      let candidates = try sampler.pairs(30, from: episodes, random: &b)
      // The returns of each member, straight from the network.
      let scores = candidates.map { pair -> Double in
        let comparison = pair.comparison(of: episodes, length: 4)
        let returns = [comparison.first, comparison.second].map { segment -> [Double] in
          var rows: [Float] = []
          for step in 0..<4 { rows += segment.observations[2 * step..<2 * step + 2] }
          let rewards = model.network(rows, rows: 4)
          return (0..<4).map { member in
            (0..<4).reduce(0) { $0 + pow(discount, Double($1)) * Double(rewards[member * 4 + $1]) } / 0.5
          }
        }
        let values = (0..<4).map { member -> Double in
          let difference = returns[0][member] - returns[1][member]
          switch selection {
          case .disagreementOnProbability: return 0.05 + 0.9 / (1 + exp(-difference))
          case .disagreementOnLabel: return difference > 0 ? 1 : 0
          default: return difference
          }
        }
        let mean = values.reduce(0, +) / 4
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
      }
      let found = selector.uncertainties(
        of: candidates, from: episodes, specification: world, model: model, likelihood: settings)
      for (score, value) in zip(scores, found) { #expect(abs(score - value) < 1e-5 * max(1, score)) }
      let order = candidates.indices.sorted { found[$0] == found[$1] ? $0 < $1 : found[$0] > found[$1] }
      #expect(chosen == order.prefix(6).map { candidates[$0] })
    }
  }

  @Test("random selection draws no more than it shows")
  func random() throws {
    let sampler = SegmentSampler(length: 4)
    let model = try rewardModel(features: 2, hidden: [3])
    var (a, b) = (RandomSource(seed: 2).stream("select"), RandomSource(seed: 2).stream("select"))
    let pairs = try QuestionSelector(sampler: sampler).pairs(
      7, from: episodes(), specification: world, model: model, likelihood: .init(), random: &a)
    #expect(try pairs == sampler.pairs(7, from: episodes(), random: &b))
    #expect(a == b)
  }

  @Test("disagreement of one network, or an oversampling below 1, is refused")
  func badInput() throws {
    var random = RandomSource(seed: 2).stream("select")
    let single = try rewardModel(features: 2, hidden: [3])
    let several = try rewardModel(features: 2, hidden: [3], members: 2)
    var selector = QuestionSelector(.disagreementOnLogit, sampler: SegmentSampler(length: 4))
    expectProblem("needs an ensemble") {
      _ = try selector.pairs(
        1, from: episodes(), specification: world, model: single, likelihood: .init(), random: &random)
    }
    selector.oversampling = 0.5
    expectProblem("oversampling is 0.5") {
      _ = try selector.pairs(
        1, from: episodes(), specification: world, model: several, likelihood: .init(), random: &random)
    }
  }
}
