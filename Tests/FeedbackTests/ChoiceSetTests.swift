import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("The set of choices")
struct ChoiceSetTests {
  @Test("options can share rows, carry weights and be more than two")
  func general() throws {
    var set = ChoiceSet(try encoding(2))
    let rows = try set.append(rows: segment([[1, 2], [3, 4], [5, 6]]))
    #expect(rows == 0..<3)
    try set.append([.init(0..<2), .init(1..<3, weights: [0.5, 2]), .init(2..<3)], target: [0.2, 0.3, 0.5])
    #expect(set.count == 1 && set.rowCount == 3)
    #expect(Array(set.options(of: 0)) == [0, 1, 2])
    #expect(set.optionWeightStarts == [-1, 0, -1])
    #expect(set.weights == [0.5, 2])
    // A bandit: with a linear reward (1, 0), the values are 4, 11.5 and 5.
    var model = try rewardModel(features: 2, hidden: [])
    model.network.parameters = [1, 0, 0]
    let prediction = try ChoicePredictor(model, settings: RewardTrainingSettings(temperature: 10)).predictions(set)[0]
    let weights = [0.4, 1.15, 0.5].map { exp($0) }
    for (probability, weight) in zip(prediction.probabilities, weights) {
      #expect(abs(probability - weight / weights.reduce(0, +)) < 1e-7)
    }
  }

  @Test("a sample has as many choices as asked for, in order, each as it was, and the transitions of no other")
  func sample() throws {
    var set = ChoiceSet(try encoding(2))
    var random = RandomSource(seed: 4).stream("set")
    for index in 0..<40 {
      let options = (0..<2).map { option in
        Choice.Option(
          randomSegment(features: 2, steps: 3 + index % 2, random: &random),
          weights: option == 1 && index % 2 == 0 ? [1, -2, 3] : nil)
      }
      try set.append(Choice(options: options, picked: index % 2))
    }
    #expect(set.sample(40, random: &random) == set)
    let few = set.sample(12, random: &random)
    #expect(few.count == 12 && few.numbers == few.numbers.sorted() && Set(few.numbers).count == 12)
    func parts(_ set: ChoiceSet, _ choice: Int) -> [[Float]] {
      set.options(of: choice).map { option in
        let (start, count) = (set.optionStarts[option], set.optionCounts[option])
        let weights = set.optionWeightStarts[option]
        return Array(set.rows[start * 2..<(start + count) * 2])
          + (weights < 0 ? [] : set.weights[weights..<weights + count]) + [set.targets[option]]
      }
    }
    var rows = 0
    for choice in 0..<few.count {
      let place = try #require(set.numbers.firstIndex(of: few.numbers[choice]))
      #expect(parts(few, choice) == parts(set, place))
      rows += few.options(of: choice).reduce(0) { $0 + few.optionCounts[$1] }
    }
    #expect(few.rowCount == rows && few.clipStarts.count == 24)
    // A reward is worth the same on it, by the very numbers.
    let model = try rewardModel(features: 2, hidden: [4])
    let predictor = ChoicePredictor(model, settings: RewardTrainingSettings())
    let (all, some) = try (predictor.predictions(set), predictor.predictions(few))
    for choice in 0..<few.count {
      let place = try #require(set.numbers.firstIndex(of: few.numbers[choice]))
      #expect(some[choice].probabilities == all[place].probabilities)
    }
    #expect(Set((0..<20).map { _ in set.sample(12, random: &random).numbers }).count > 10)
  }

  @Test("a snapshot gives the same set back; foreign ones are refused")
  func snapshot() throws {
    var set = ChoiceSet(try encoding(2))
    var random = RandomSource(seed: 1).stream("set")
    for index in 0..<5 {
      let options = (0..<2 + index % 2).map { option in
        Choice.Option(
          randomSegment(features: 2, steps: 3, random: &random), weights: option == 1 ? [1, -2, 3] : nil)
      }
      try set.append(
        Choice(
          options: options, target: options.indices.map { $0 == 0 ? 1 : 0 }, rationality: Double(index) / 3, lapse: 0.1)
      )
    }
    let snapshot = try set.snapshot()
    #expect(try ChoiceSet(snapshot) == set)
    #expect(try ChoiceSet(ChoiceSet(encoding(1)).snapshot()).count == 0)

    var bad = snapshot
    bad.json.removeLast()
    expectProblem("cannot be read") { _ = try ChoiceSet(bad) }
    bad = snapshot
    bad.tensors[0].values.removeLast()
    expectProblem("choices/rows") { _ = try ChoiceSet(bad) }
    bad = snapshot
    bad.tensors[0].values[2] = .infinity
    expectProblem("contradicts") { _ = try ChoiceSet(bad) }
    for (from, to) in [
      ("\"optionStarts\":[0", "\"optionStarts\":[99"), ("\"optionCounts\":[3", "\"optionCounts\":[-3"),
      ("\"choiceStarts\":[0", "\"choiceStarts\":[1"), ("\"lapses\":[", "\"lapses\":[0,"),
    ] {
      bad = snapshot
      bad.json = Data(String(decoding: snapshot.json, as: UTF8.self).replacingOccurrences(of: from, with: to).utf8)
      #expect(bad.json != snapshot.json)
      expectProblem("contradicts") { _ = try ChoiceSet(bad) }
    }
  }

  @Test("every kind of bad choice is refused with its place, and the set stays as it was")
  func badInput() throws {
    var set = ChoiceSet(try encoding(1))
    let good = segment([[1], [2]])
    try set.append(Comparison(first: good, second: good), .tie)
    let before = set
    func refuse(_ text: String, _ choice: Choice) {
      expectProblem(text) { try set.append(choice) }
      #expect(set == before)
    }
    func pair(_ second: Trajectory) -> [Choice.Option] { [.init(good), .init(second)] }
    refuse("option 2, row 1, column 0", Choice(options: pair(segment([[1], [.nan]])), target: [1, 0]))
    refuse("observations of 2", Choice(options: pair(segment([[1, 2]])), target: [1, 0]))
    expectProblem("question.clips[1]: the clip has no transitions") {
      try set.append(Comparison(first: good, second: good.segment(1..<1)), .first)
    }
    #expect(set == before)
    let nothing = Choice.Option.nothing
    refuse("none of the options has transitions", Choice(options: [nothing, nothing], target: [1, 0]))
    refuse("offset of an option is nan", Choice(options: [.init(good), .init(good, offset: .nan)], target: [1, 0]))
    refuse("3 grades and 2 options", Choice(options: pair(good), picked: 0, link: .ordinal(cutPoints: [-0.1, 0.1])))
    refuse("cut points", Choice(grade: .init(good), cutPoints: [0.1, 0.1], target: [0, 0, 1]))
    refuse(
      "leave others empty",
      Choice(options: pair(good) + [.init(good)], picked: 2, link: .ordinal(cutPoints: [-0.1, 0.1])))
    refuse("1 options", Choice(options: [.init(good)], target: [1]))
    refuse("0 options", Choice(options: [], target: []))
    refuse("3 target", Choice(options: pair(good), target: [0, 0, 1]))
    for target: [Float] in [[0.5, 0.6], [0, 0], [-1, 2], [.nan, 1], [1.5, -0.5]] {
      refuse("target probabilities", Choice(options: pair(good), target: target))
    }
    refuse("rationality", Choice(options: pair(good), target: [1, 0], rationality: -1))
    refuse("rationality", Choice(options: pair(good), target: [1, 0], rationality: .nan))
    refuse("lapse", Choice(options: pair(good), target: [1, 0], lapse: 1.5))
    refuse(
      "2 transitions and 1 weights", Choice(options: [.init(good, weights: [1]), .init(good)], target: [1, 0]))
    refuse(
      "option 1, row 1", Choice(options: [.init(good, weights: [1, .infinity]), .init(good)], target: [1, 0]))
    expectProblem("not in the set") { try set.append([.init(0..<9), .init(0..<1)], target: [1, 0]) }
    #expect(set == before)
  }
}
