import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Pseudo-labels and cropped segments")
struct PseudoLabelTests {
  private let settings = RewardTrainingSettings(
    epochs: 3, batch: 8, bootstrap: false, pseudoLabels: PseudoLabeling(threshold: 0.6, ratio: 2, weight: 0.5),
    cropping: 2)

  /// The network and the twelve steps of `pseudo_labels.py`.
  private let shape = NetworkShape(
    inputs: 2, hidden: [3], outputs: 1, activation: .leakyReLU, outputActivation: .tanh)
  private let parameters = (0..<13).map { Float(sin(1 + Double($0)) * 0.9) }
  private func steps() throws -> UnlabelledSegments {
    try UnlabelledSegments(
      [segment((0..<12).map { [Float(sin(Double($0))), Float(cos(2 * Double($0)))] })], length: 4, encoding: encoding(2)
    )
  }
  private func pair(_ first: Int, _ second: Int, _ count: Int = 4) -> SegmentRows.Pair {
    SegmentRows.Pair(
      first: SegmentRows(first: first, count: count), second: SegmentRows(first: second, count: count))
  }

  @Test("of which pairs a member is sure, its guesses, their loss and its gradient are those that NumPy finds")
  func numbers() throws {
    // What `python3 Tests/FeedbackTests/Files/Peers/pseudo_labels.py` prints.
    let (loss, gradient) = (
      1.689_651_955_8,
      [
        -0.651639, -0.595805, -0.319696, 0.16657, -0.145395, -0.078016, 0.767011, 0.303299, 0.162744, 0.31337,
        0.102271, -0.081542, -0.337003,
      ]
    )
    let pairs = [pair(0, 8), pair(1, 2), pair(3, 7), pair(8, 0), pair(5, 5), pair(2, 6)]
    let unlabelled = PreparedUnlabelled(try steps(), normalizer: nil)
    let pass = AugmentedPass(
      shape, choices: PreparedChoices(ChoiceSet(try encoding(2)), normalizer: nil, settings: settings),
      unlabelled: unlabelled, settings: settings, random: RandomSource(seed: 1), pool: nil)
    let sure = pass.guess(pairs, among: unlabelled, parameters: parameters)
    #expect(sure.pairs == [pairs[0], pairs[2], pairs[3]])
    #expect(sure.isFirst == [true, true, false])

    let prepared = PreparedChoices(
      [pair(1, 7, 5), pair(2, 8, 4), pair(7, 1, 5)], isFirst: sure.isFirst, of: unlabelled.rows, width: 2,
      settings: settings)
    var (totals, found) = (ChoicePass.Totals(), [Float](repeating: 0, count: 13))
    [0, 1, 2].withUnsafeBufferPointer {
      ChoicePass(shape, choices: prepared).run(
        $0, parameters: parameters, gradients: &found, scale: 1, totals: &totals)
    }
    #expect(abs(totals.loss - loss) < 1e-5)
    for (a, b) in zip(found, gradient) { #expect(abs(Double(a) - b) < 2e-5) }
  }

  /// Answers about segments of 4 steps with 2 more on either side, by a person who knows the reward.
  private func answers(_ count: Int, margin: Int = 2) throws -> ChoiceSet {
    var set = ChoiceSet(try encoding(2))
    var random = RandomSource(seed: 8).stream("answers")
    for _ in 0..<count {
      let whole = (0..<2).map { _ in
        randomSegment(features: 2, steps: 4 + 2 * margin, weights: [1, -1], random: &random)
      }
      let around = try whole.map {
        try ClipSurroundings(margin..<margin + 4, of: $0, steps: margin, encoding: encoding(2))
      }
      let choice = Choice(
        options: around.map { Choice.Option($0.clip) },
        target: around[0].clip.trueReturn > around[1].clip.trueReturn ? [1, 0] : [0, 1])
      try set.append([choice], surroundings: around)
    }
    return set
  }

  private func behavior(_ steps: Int) throws -> UnlabelledSegments {
    var random = RandomSource(seed: 9).stream("behaviour")
    return try UnlabelledSegments(
      (0..<3).map { _ in randomSegment(features: 2, steps: steps, random: &random) }, length: 4, encoding: encoding(2))
  }

  @Test("a step's gradient is that of the answers, cropped, plus λ/μ times that of the guesses, cropped too")
  func step() throws {
    let (set, behavior) = (try answers(6), try behavior(30))
    let model = try rewardModel(features: 2, hidden: [5])
    let (shape, parameters) = (model.network.shape, model.network.parameters)
    let prepared = PreparedChoices(set, normalizer: nil, settings: settings)
    let unlabelled = PreparedUnlabelled(behavior, normalizer: nil)
    let random = RandomSource(seed: 4)
    let pass = AugmentedPass(
      shape, choices: prepared, unlabelled: unlabelled, settings: settings, random: random, pool: nil)
    pass.begin(epoch: 1)
    var (totals, count) = (ChoicePass.Totals(), PseudoLabeling.Count())
    var found = [Float](repeating: 0, count: shape.parameterCount)
    let order: [Int32] = [3, 0, 5]
    order.withUnsafeBufferPointer {
      pass.run($0, parameters: parameters, gradients: &found, totals: &totals, count: &count)
    }
    #expect(totals.count == 3, "pseudo-labels are in no count of answers")

    // The same draws, put together by hand.
    func add(_ choices: PreparedChoices, scale: Double, to gradient: inout [Float]) {
      var ignored = ChoicePass.Totals()
      (0..<Int32(choices.count)).map { $0 }.withUnsafeBufferPointer {
        ChoicePass(shape, choices: choices).run(
          $0, parameters: parameters, gradients: &gradient, scale: scale, totals: &ignored)
      }
    }
    var expected = [Float](repeating: 0, count: shape.parameterCount)
    var crops = random.stream("crop", 1)
    add(order.withUnsafeBufferPointer { prepared.cropped($0, by: 2, random: &crops) }, scale: 1 / 8, to: &expected)
    var (draws, moves) = (random.stream("unlabelled", 1), random.stream("unlabelled-crop", 1))
    let pairs = behavior.draw(6, margin: 2, random: &draws)
    let sure = pass.guess(pairs, among: unlabelled, parameters: parameters)
    #expect(count.pairs == 6 && count.used == sure.pairs.count && count.used > 0 && count.used < 6)
    add(
      PreparedChoices(
        sure.pairs.map { $0.cropped(by: 2, random: &moves) }, isFirst: sure.isFirst, of: unlabelled.rows, width: 2,
        settings: settings), scale: 0.5 / 2 / 8, to: &expected)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-6) }
  }

  @Test("drawn segments lie with their margins in one trajectory, and every place is drawn")
  func places() throws {
    let behavior = try behavior(10)
    var random = RandomSource(seed: 2).stream("places")
    var firsts: Set<Int> = []
    for pair in behavior.draw(500, margin: 2, random: &random) {
      for segment in [pair.first, pair.second] {
        #expect(segment.first % 10 >= 2 && segment.first % 10 <= 4 && segment.before == 2 && segment.after == 2)
        firsts.insert(segment.first)
      }
    }
    // 1,000 draws of 9 places: one is missed with a probability below 1e-50.
    #expect(firsts == [2, 3, 4, 12, 13, 14, 22, 23, 24])
    let short = try UnlabelledSegments([segment([[1, 1], [2, 2]])], length: 4, encoding: encoding(2))
    #expect(short.isEmpty)
  }

  @Test("both of a pair are cropped to one length, up to 2 more or less, each within its own margins")
  func crops() {
    var random = RandomSource(seed: 3).stream("crops")
    let pair = SegmentRows.Pair(
      first: SegmentRows(first: 10, count: 4, before: 2, after: 2),
      second: SegmentRows(first: 30, count: 4, before: 0, after: 1))
    var (lengths, starts): (Set<Int>, Set<[Int]>) = ([], [])
    for _ in 0..<2000 {
      let cropped = pair.cropped(by: 2, random: &random)
      #expect(cropped.first.count == cropped.second.count)
      #expect(cropped.first.first >= 8 && cropped.first.first + cropped.first.count <= 16)
      #expect(cropped.second.first >= 30 && cropped.second.first + cropped.second.count <= 35)
      lengths.insert(cropped.first.count)
      starts.insert([cropped.first.count, cropped.first.first])
    }
    // The second has room for 5 steps only. The rarest place has a probability of 1/28.
    #expect(lengths == [2, 3, 4, 5])
    #expect(starts.count == 7 + 6 + 5 + 4)
  }

  @Test("choices without margins, with weights or of unequal lengths stay as they are")
  func uncropped() throws {
    var set = try answers(1)
    try set.append(
      Choice(options: [Choice.Option(segment([[1, 1]])), Choice.Option(segment([[2, 2]]))], target: [1, 0]))
    let prepared = PreparedChoices(set, normalizer: nil, settings: settings)
    var random = RandomSource(seed: 1).stream("crop")
    let order: [Int32] = [1, 0, 1]
    let cropped = order.withUnsafeBufferPointer { prepared.cropped($0, by: 2, random: &random) }
    #expect(Array(cropped.optionCounts[0..<2]) == [1, 1] && Array(cropped.optionCounts[4..<6]) == [1, 1])
    #expect(
      cropped.optionStarts[0] == prepared.optionStarts[2]
        && cropped.targets == [1, 0] + prepared.targets[0..<2] + [1, 0])
  }

  @Test("what is held of surroundings survives a snapshot, and one that contradicts itself is refused")
  func snapshot() throws {
    let set = try answers(3)
    #expect(try ChoiceSet(set.snapshot()) == set)
    var broken = try set.snapshot()
    broken.json = Data(String(decoding: broken.json, as: UTF8.self).replacing("\"after\":2", with: "\"after\":99").utf8)
    #expect(throws: InputError.self) { try ChoiceSet(broken) }
  }

  @Test("one, two and four threads train the same bytes, also between snapshots; the report counts pseudo-labels apart")
  func threads() throws {
    let (set, behavior) = (try answers(20), try behavior(40))
    var results: [(RewardModel, TrainingReport, TensorSnapshot)] = []
    for threads in [1, 2, 4] {
      var model = try rewardModel(features: 2, hidden: [16], members: 3, normalize: true)
      var trainer = try RewardTrainer(settings)
      trainer.pool = ThreadPool(threadCount: threads)
      try trainer.train(&model, on: set, unlabelled: behavior, random: RandomSource(seed: 1))
      if threads == 4 {
        let kept = (try model.snapshot(), try trainer.snapshot())
        model = try RewardModel(kept.0)
        trainer = try RewardTrainer(settings)
        trainer.pool = ThreadPool(threadCount: threads)
        try trainer.restore(kept.1)
      }
      let report = try trainer.train(&model, on: set, unlabelled: behavior, random: RandomSource(seed: 1))
      results.append((model, report, try trainer.snapshot()))
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0 && result.1 == results[0].1 && result.2 == results[0].2)
    }
    let report = results[0].1
    // Three members, three passes, two pairs for each of twenty answers.
    #expect(report.pseudoLabels?.pairs == 3 * 3 * 2 * 20)
    #expect((report.pseudoLabels?.used ?? 0) > 0 && report.trainingChoices == 20)
  }

  @Test("without anything unlabelled, or with nothing that a member is sure of, pseudo-labels change no bit")
  func withoutLabels() throws {
    let set = try answers(12)
    func trained(_ pseudo: PseudoLabeling?, _ unlabelled: UnlabelledSegments?) throws -> (RewardModel, TrainingReport) {
      var model = try rewardModel(features: 2, hidden: [8], members: 2)
      var settings = settings
      settings.pseudoLabels = pseudo
      let report = try RewardTrainer(settings).train(
        &model, on: set, unlabelled: unlabelled, random: RandomSource(seed: 1))
      return (model, report)
    }
    let plain = try trained(nil, nil)
    #expect(plain.1.pseudoLabels == nil)
    #expect(try trained(PseudoLabeling(threshold: 1), behavior(30)).0 == plain.0)
    let empty = try trained(PseudoLabeling(threshold: 0.5), nil)
    #expect(empty.0 == plain.0 && empty.1.pseudoLabels == PseudoLabeling.Count())
    #expect(try trained(PseudoLabeling(threshold: 0.5), behavior(30)).0 != plain.0)
  }

  @Test("settings that cannot work are refused")
  func refusals() {
    for labels in [
      PseudoLabeling(threshold: 0.4), PseudoLabeling(threshold: 1.1), PseudoLabeling(ratio: 0),
      PseudoLabeling(weight: -1), PseudoLabeling(weight: .infinity),
    ] {
      #expect(throws: InputError.self) { try RewardTrainer(RewardTrainingSettings(pseudoLabels: labels)) }
    }
    #expect(throws: InputError.self) { try RewardTrainer(RewardTrainingSettings(cropping: 0)) }
    #expect(throws: InputError.self) { try RewardTrainer(RewardTrainingSettings(stopAccuracy: 1.5)) }
  }
}

@Suite("Training that ends once it is right often enough")
struct StopAccuracyTests {
  private func train(_ stop: Double?, epochs: Int) throws -> (model: RewardModel, report: TrainingReport) {
    let set = try randomChoices(
      40, features: 3, steps: 5, weights: [2, -1, 1], person: SimulatedJudgment.rational(), seed: 4)
    var model = try rewardModel(features: 3, hidden: [16], members: 3)
    let settings = RewardTrainingSettings(
      epochs: epochs, batch: 8, learningRate: 3e-3, bootstrap: false, stopAccuracy: stop)
    let report = try RewardTrainer(settings).train(&model, on: set, random: RandomSource(seed: 1))
    return (model, report)
  }

  @Test("it ends after the first pass whose mean accuracy is above, with what so many passes alone would have left")
  func stops() throws {
    let (model, report) = try train(0.9, epochs: 200)
    #expect(report.epochs > 1 && report.epochs < 200)
    #expect((report.accuracy ?? 0) > 0.9)
    let same = try train(nil, epochs: report.epochs)
    #expect(same.model == model && same.report == report)
    #expect((try train(nil, epochs: report.epochs - 1).report.accuracy ?? 1) <= 0.9, "not a pass too late")
  }

  @Test("an accuracy of 1 is never above itself: all passes are made")
  func never() throws {
    #expect(try train(1, epochs: 12).report == train(nil, epochs: 12).report)
  }
}
