import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Numbers of training and asking, worked out another way")
struct TrainingNumbersTests {
  @Test("rows in a block: 65,536 numbers at once, from 64 to 1,024 rows")
  func blocks() {
    func rows(_ inputs: Int, _ hidden: [Int]) -> Int {
      ChoicePass.blockRows(
        for: NetworkShape(inputs: inputs, hidden: hidden, outputs: 1, activation: .relu, outputActivation: .identity))
    }
    #expect(rows(4, [64, 64]) == 492 && rows(2, []) == 1024 && rows(3, [4096]) == 64 && rows(31, [32]) == 1024)
    #expect(
      rows(32, [32]) == 1008 && rows(1, [511, 511]) == 64 && rows(9, [500, 500]) == 64 && rows(9, [400, 400]) == 80)
  }

  @Test("a Poisson number of mean 1 by its distribution function, on both sides of each step")
  func poisson() {
    var (cumulative, term) = (0.0, exp(-1.0))
    for value in 0..<8 {
      if value > 0 { term /= Double(value) }
      cumulative += term
      #expect(
        TrainingSplit.poisson1(cumulative - 1e-12) == value && TrainingSplit.poisson1(cumulative + 1e-12) == value + 1)
    }
    #expect(TrainingSplit.poisson1(0) == 0 && TrainingSplit.poisson1(1) == 20)
  }

  @Test("what predictions score: mean loss, members' losses, and the share of clear ones that are right")
  func scores() throws {
    var set = ChoiceSet(try encoding(1))
    let (a, b) = (segment([[1]]), segment([[0]]))
    try set.append(Choice(options: [Choice.Option(a), Choice.Option(b)], target: [1, 0]))
    try set.append(Choice(options: [Choice.Option(a), Choice.Option(b)], target: [0.25, 0.75]))
    try set.append(Choice(options: [Choice.Option(a), Choice.Option(b)], target: [0.5, 0.5]))
    try set.append(Choice(options: [Choice.Option(a), Choice.Option(a)], target: [1, 0]))
    var model = try rewardModel(features: 1, hidden: [], members: 2)
    model.network.parameters = [1, 0, 3, 0]
    let predictions = try ChoicePredictor(model, settings: RewardTrainingSettings()).predictions(set)
    let members = [1.0, 3].map { 1 / (1 + exp(-$0)) }
    let mean = (members[0] + members[1]) / 2
    #expect(predictions.map(\.clear) == [0, 1, nil, 0] && predictions.map(\.choice) == [0, 1, 2, 3])
    for prediction in predictions[0...2] {
      #expect(abs(prediction.probabilities[0] - mean) < 1e-7 && abs(prediction.probabilities[1] - 1 + mean) < 1e-7)
      #expect(abs(prediction.memberProbabilities[1][0] - members[1]) < 1e-7)
    }
    let found = ChoiceScores(predictions)
    func loss(_ p: Double) -> Double {
      -(log(p) + 0.25 * log(p) + 0.75 * log(1 - p) + 0.5 * log(p) + 0.5 * log(1 - p) + log(0.5)) / 4
    }
    #expect(abs(found.loss - loss(mean)) < 1e-6)
    #expect(zip(found.memberLosses, members).allSatisfy { abs($0 - loss($1)) < 1e-6 })
    // Right: the first; wrong: the second; equal probabilities are not right.
    #expect(found.clear == 3 && found.correct == 1 && found.accuracy == 1.0 / 3)
    let none = ChoiceScores([])
    #expect(none.loss == 0 && none.accuracy == nil && none.memberLosses.isEmpty && none.clear == 0)
    let open = ChoiceScores([predictions[2]])
    #expect(open.accuracy == nil && open.clear == 0)
  }

  @Test("outputs that do not vary keep their scale")
  func constantOutputs() throws {
    var set = ChoiceSet(try encoding(1))
    try set.append(Choice(options: [Choice.Option(segment([[1]])), Choice.Option(segment([[1]]))], picked: 0))
    var model = try rewardModel(features: 1, hidden: [], deviation: 2)
    model.network.parameters = [0.5, 0.25]
    _ = try RewardTrainer(RewardTrainingSettings(epochs: 0)).train(&model, on: set, random: RandomSource(seed: 1))
    #expect(abs(model.outputMeans[0] - 0.75) < 1e-6 && model.outputScales == [1])
  }

  @Test("eliminating the worse of the two nearest, one by one, by hand; the farthest first")
  func batches() {
    var random = RandomSource(seed: 1).stream("unused")
    let points = [[0.0], [1], [3], [3.5], [9], [20]]
    let scores = [5.0, 4, 3, 2, 6, 1]
    func chosen(_ batch: BatchSelection, _ count: Int) -> [Int] {
      batch.choose(count, scores: scores, points: points, &random)
    }
    // 3 and 3.5 first: 2 is worse; then 0 and 1; then 0 and 3; then 9 and 0: 0 is worse than 9.
    #expect(chosen(.successiveElimination, 5) == [4, 0, 1, 2, 5])
    #expect(chosen(.successiveElimination, 4) == [4, 0, 2, 5])
    #expect(chosen(.successiveElimination, 3) == [4, 0, 5])
    #expect(chosen(.successiveElimination, 2) == [4, 5])
    // From 9: 20 is farthest, then 0, then 3 (or 3.5: 3.5 from 0, 5.5 from 9).
    #expect(chosen(.kCentre, 4) == [4, 5, 0, 3])
    #expect(chosen(.top, 3) == [4, 0, 1])
    #expect(chosen(.medoids, 2).sorted() == [2, 5] || chosen(.medoids, 2).sorted() == [3, 5])
    let equal = [1.0, 1, 1, 1, 1, 1]
    #expect(BatchSelection.top.choose(2, scores: equal, points: points, &random) == [0, 1])
    #expect(BatchSelection.successiveElimination.choose(5, scores: equal, points: points, &random) == [0, 1, 2, 4, 5])
  }
}
