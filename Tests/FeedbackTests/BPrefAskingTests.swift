import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("B-Pref's ways of asking")
struct BPrefAskingTests {
  @Test("the mean entropy of the members, not the entropy of their mean: sure members who disagree have little of it")
  func memberEntropy() {
    var random = RandomSource(seed: 1).stream("score")
    func score(_ selection: QuestionSelection, _ probabilities: [Double]) -> Double {
      selection.score(
        probabilities.map { log($0 / (1 - $0)) }, likelihood: ChoiceLikelihood(), random: &random)
    }
    // .9 log₂(1/.9) + .1 log₂(1/.1)
    #expect(abs(score(.memberEntropy, [0.9, 0.1]) - 0.468_996) < 1e-6)
    #expect(abs(score(.memberEntropy, [0.5, 0.9]) - (1 + 0.468_996) / 2) < 1e-6)
    #expect(abs(score(.entropy, [0.9, 0.1]) - 1) < 1e-12)
  }

  @Test(
    "fewer questions in proportion to what is left of the run, or more in inverse proportion, as B-Pref's schedules")
  func schedules() throws {
    // 1 − i/4: 1, .75, .5, .25 of 100 in all; 1/(1 − i/4): 1, 4/3, 2, 4.
    #expect(
      try QuestionSchedule.linear.comparisons(total: 110, initialShare: 0.1, iterations: 4) == [11, 39, 30, 20, 10])
    #expect(
      try QuestionSchedule.rising.comparisons(total: 111, initialShare: 0.1, iterations: 4) == [11, 12, 16, 24, 48])
    #expect(try QuestionSchedule.linear.comparisons(total: 10, initialShare: 0.5, iterations: 1) == [5, 5])
    #expect(try QuestionSchedule.rising.comparisons(total: 10, initialShare: 0.5, iterations: 1) == [5, 5])
  }

  /// One trajectory of 40 steps whose observations say where it is.
  private let line = segment((0..<40).map { [Float($0 / 10) * 100 + Float($0 % 10) * 0.01] })

  @Test("k-centre by observations asks about what is far from all that was asked before, in whatever order of members")
  func observations() throws {
    let specification = EnvironmentSpecification(
      id: "test/Line", summary: "", observationSpace: Box(low: [0], high: [400]), observationNames: ["place"],
      actionSpace: .continuous(Box(low: [0], high: [1])), maximumEpisodeSteps: 40, canTerminate: false, source: "here")
    var model = try rewardModel(features: 1, hidden: [4], members: 3)
    let selector = QuestionSelector(
      .random, oversampling: 200, sampler: SegmentSampler(length: 1), batch: .kCentreObservations)
    // Asked before: both segments in the first, second or third quarter.
    var asked = ChoiceSet(try encoding(1))
    for a in 0..<3 {
      for b in 0..<3 {
        try asked.append(
          Comparison(first: line.segment(10 * a..<10 * a + 1), second: line.segment(10 * b..<10 * b + 1)), .first)
      }
    }
    func chosen(_ model: RewardModel, _ count: Int) throws -> [[Int]] {
      var random = RandomSource(seed: 7).stream("pairs")
      return try selector.pairs(
        count, from: [line], specification: specification, model: model, likelihood: RewardTrainingSettings(),
        asked: asked, random: &random
      ).map { [$0.first.start / 10, $0.second.start / 10] }
    }
    // 200 candidates of 16 kinds: with a probability of 4e-5 not every kind is among them.
    #expect(try chosen(model, 1) == [[3, 3]], "100 apart in both halves")
    let others = try chosen(model, 7)
    #expect(others.allSatisfy { $0.contains(3) } && Set(others).count == 7)
    model.network.parameters = model.network.parameters.map { -$0 }
    #expect(try chosen(model, 7) == others)
  }

  @Test("by disagreement first, only the better half of the candidates is spread over")
  func half() throws {
    let specification = EnvironmentSpecification(
      id: "test/Line", summary: "", observationSpace: Box(low: [0], high: [400]), observationNames: ["place"],
      actionSpace: .continuous(Box(low: [0], high: [1])), maximumEpisodeSteps: 40, canTerminate: false, source: "here")
    let model = try rewardModel(features: 1, hidden: [4], members: 3)
    let settings = RewardTrainingSettings(temperature: 100)
    let selector = QuestionSelector(
      .disagreementOnLogit, oversampling: 10, sampler: SegmentSampler(length: 2), batch: .kCentreObservations)
    var (random, again) = (RandomSource(seed: 7).stream("pairs"), RandomSource(seed: 7).stream("pairs"))
    let pairs = try selector.pairs(
      4, from: [line], specification: specification, model: model, likelihood: settings, random: &random)
    let candidates = try selector.sampler.pairs(40, from: [line], random: &again)
    let scores = selector.uncertainties(
      of: candidates, from: [line], specification: specification, model: model, likelihood: settings)
    let median = scores.sorted()[20]
    for pair in pairs {
      let place = try #require(candidates.firstIndex(of: pair))
      #expect(scores[place] >= median)
    }
  }

  @Test("a reward that does not see observations cannot be asked by them")
  func refusal() throws {
    let inputs = try TransitionEncoding(
      RewardInputs(observation: false, action: true), observationSize: 1, actionRowSize: 1, discreteActions: nil)
    let model = try RewardModel(
      RewardModelSettings(hidden: [2], members: 2), encoding: inputs, random: RandomSource(seed: 1))
    let specification = EnvironmentSpecification(
      id: "test/Line", summary: "", observationSpace: Box(low: [0], high: [400]), observationNames: ["place"],
      actionSpace: .continuous(Box(low: [0], high: [1])), maximumEpisodeSteps: 40, canTerminate: false, source: "here")
    var random = RandomSource(seed: 7).stream("pairs")
    let selector = QuestionSelector(.random, sampler: SegmentSampler(length: 2), batch: .kCentreObservations)
    #expect(throws: InputError.self) {
      try selector.pairs(
        1, from: [line], specification: specification, model: model, likelihood: RewardTrainingSettings(),
        random: &random)
    }
  }
}
