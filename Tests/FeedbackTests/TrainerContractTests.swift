import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("What the reward trainer promises")
struct TrainerContractTests {
  let settings = RewardTrainingSettings(
    epochs: 3, batch: 8, heldOutShare: 0.2, adaptiveRegularization: AdaptiveRegularization())

  func choices(_ count: Int, seed: UInt64 = 21) throws -> ChoiceSet {
    try randomChoices(
      count, features: 4, steps: 6, weights: [1, -1, 0.5, 0], person: SimulatedJudgment.boltzmann(), seed: seed)
  }

  func model(members: Int = 5) throws -> RewardModel {
    try rewardModel(features: 4, hidden: [16, 16], members: members, activation: .relu, normalize: true, deviation: 1)
  }

  @Test("one, two and four threads train the same bytes")
  func threads() throws {
    let set = try choices(60)
    var results: [(RewardModel, TrainingReport, TensorSnapshot)] = []
    for threads in [1, 2, 4] {
      var model = try model()
      let trainer = try RewardTrainer(settings)
      trainer.pool = ThreadPool(threadCount: threads)
      try trainer.train(&model, on: set, random: RandomSource(seed: 1))
      let report = try trainer.train(&model, on: set, random: RandomSource(seed: 1))
      results.append((model, report, try trainer.snapshot()))
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
      #expect(result.2 == results[0].2)
    }
  }

  @Test("blocks of a minibatch side by side, or one after the other: the same bytes", arguments: [1, 3])
  func blocks(members: Int) throws {
    // A choice of 600 transitions fills a block of its own and has three chains of gradients.
    let set = try randomChoices(
      24, features: 4, steps: 300, weights: [1, -1, 0.5, 0], person: SimulatedJudgment.boltzmann(), seed: 5)
    var settings = settings
    settings.bootstrap = members > 1
    var results: [(RewardModel, TrainingReport, TensorSnapshot)] = []
    for threads in [1, 2, 4] {
      var model = try rewardModel(
        features: 4, hidden: [64, 64], members: members, activation: .tanh, normalize: true, deviation: 1)
      let trainer = try RewardTrainer(settings)
      trainer.pool = ThreadPool(threadCount: threads)
      let report = try trainer.train(&model, on: set, random: RandomSource(seed: 1))
      results.append((model, report, try trainer.snapshot()))
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
      #expect(result.2 == results[0].2)
    }
  }

  @Test("stopping between trainings and going on from snapshots changes no bit")
  func resume() throws {
    let (early, late) = (try choices(30), try choices(50))
    #expect(Array(late.rows.prefix(early.rows.count)) == early.rows)
    let random = RandomSource(seed: 3)

    var undisturbed = try model()
    let trainer = try RewardTrainer(settings)
    try trainer.train(&undisturbed, on: early, random: random)
    let expected = try trainer.train(&undisturbed, on: late, random: random)

    var first = try model()
    let before = try RewardTrainer(settings)
    try before.train(&first, on: early, random: random)
    let kept = (try first.snapshot(), try before.snapshot(), try late.snapshot())

    var second = try RewardModel(kept.0)
    let after = try RewardTrainer(settings)
    try after.restore(kept.1)
    let report = try after.train(&second, on: ChoiceSet(kept.2), random: random)
    #expect(second == undisturbed)
    #expect(report == expected)
    #expect(try after.snapshot() == trainer.snapshot())
  }

  @Test("held-out choices never influence the model, whatever their answers")
  func heldOut() throws {
    let set = try choices(40)
    let random = RandomSource(seed: 4)
    var fixed = settings
    fixed.adaptiveRegularization = nil
    let trainer = try RewardTrainer(fixed)
    let held = Set(trainer.heldOutChoices(of: set, random: random))
    #expect(held.count == 8)
    var flipped = ChoiceSet(set.encoding)
    for choice in 0..<set.count {
      let options = set.options(of: choice)
      var grounded: [ChoiceSet.GroundedOption] = []
      for option in options {
        let start = flipped.rowCount
        let rows = set.optionStarts[option]..<set.optionStarts[option] + set.optionCounts[option]
        let segment = segment(rows.map { Array(set.rows[$0 * 4..<($0 + 1) * 4]) })
        grounded.append(.init(try flipped.append(rows: segment)))
        #expect(grounded.last?.rows.lowerBound == start)
      }
      let target = Array(set.targets[options])
      try flipped.append(grounded, target: held.contains(choice) ? target.reversed() : target)
    }
    var (a, b) = (try model(), try model())
    let report = try trainer.train(&a, on: set, random: random)
    let other = try RewardTrainer(fixed).train(&b, on: flipped, random: random)
    #expect(a == b)
    #expect(report.loss == other.loss)
    #expect(report.heldOutLoss != other.heldOutLoss)
    #expect(report.heldOutChoices == 8 && report.trainingChoices == 32)
  }

  @Test("an exact share is held out, and a choice's part never changes as choices are added")
  func split() {
    for seed in 0..<20 {
      let random = RandomSource(seed: UInt64(seed))
      for share in [0.1, 0.25, 1 / 2.718281828459045, 0.5] {
        var last: [Int] = []
        for count in [0, 1, 7, 50, 200, 1000] {
          let split = TrainingSplit(numbers: Array(0..<count), heldOutShare: share, random: random)
          #expect(Array(split.heldOut.prefix(last.count)) == last)
          #expect(abs(Double(split.heldOut.count) - share * Double(count)) <= 1)
          #expect((split.heldOut + split.training).sorted() == Array(0..<count))
          last = split.heldOut
        }
      }
      let none = TrainingSplit(numbers: Array(0..<50), heldOutShare: 0, random: random)
      #expect(none.heldOut.isEmpty && none.training.count == 50)
    }
  }

  @Test("a member's resample only grows, and holds each choice once on average (false alarms: 1 in 10⁶ seeds)")
  func bootstrap() {
    let random = RandomSource(seed: 5)
    let small = TrainingSplit(numbers: Array(0..<300), heldOutShare: 0, random: random)
    let large = TrainingSplit(numbers: Array(0..<4000), heldOutShare: 0, random: random)
    var distinct: Set<[Int]> = []
    for member in 0..<5 {
      let (early, late) = (
        small.resample(member: member, random: random), large.resample(member: member, random: random)
      )
      #expect(late.filter { $0 < 300 } == early)
      distinct.insert(early)
      // The number of copies is Poisson with mean 4000; those never drawn are binomial with 1/e. 4.9 deviations.
      #expect(abs(Double(late.count) - 4000) < 4.9 * 4000.0.squareRoot())
      let missing = 4000 - Set(late).count
      let share = exp(-1.0)
      #expect(abs(Double(missing) - 4000 * share) < 4.9 * (4000 * share * (1 - share)).squareRoot())
    }
    #expect(distinct.count == 5)
    #expect(TrainingSplit.poisson1(0) == 0 && TrainingSplit.poisson1(0.3678) == 0)
    #expect(TrainingSplit.poisson1(0.368) == 1 && TrainingSplit.poisson1(0.7358) == 2)
    #expect(TrainingSplit.poisson1(0.999999999999) < 21)
  }

  @Test("taking answers back or forgetting them changes neither who is held out nor who learns from the others")
  func subsets() throws {
    let set = try choices(60)
    let kept = (0..<60).filter { $0 % 7 != 3 && $0 >= 11 }
    let subset = set.subset(kept)
    #expect(subset.numbers == kept && subset.rows == set.rows)
    #expect(subset.targets == kept.flatMap { Array(set.targets[set.options(of: $0)]) })
    let random = RandomSource(seed: 6)
    let trainer = try RewardTrainer(settings)
    let all = Set(trainer.heldOutChoices(of: set, random: random))
    #expect(trainer.heldOutChoices(of: subset, random: random).map { kept[$0] } == kept.filter(all.contains))
    let whole = TrainingSplit(numbers: set.numbers, heldOutShare: 0.2, random: random)
    let part = TrainingSplit(numbers: subset.numbers, heldOutShare: 0.2, random: random)
    for member in 0..<3 {
      let expected = whole.resample(member: member, random: random).filter(kept.contains)
      #expect(part.resample(member: member, random: random).map { kept[$0] } == expected)
    }
    #expect(try ChoiceSet(subset.snapshot()) == subset)
    var model = try model()
    let report = try trainer.train(&model, on: subset, random: random)
    #expect(report.trainingChoices + report.heldOutChoices == kept.count)
  }

  @Test("the input normaliser sees each judged transition once, however often it is trained on")
  func normalizer() throws {
    let set = try choices(30)
    var model = try model(members: 1)
    let trainer = try RewardTrainer(RewardTrainingSettings())
    for _ in 0..<3 { try trainer.train(&model, on: set, random: RandomSource(seed: 1)) }
    #expect(model.inputNormalizer?.count == Double(set.rowCount))
    let more = try choices(45)
    try trainer.train(&model, on: more, random: RandomSource(seed: 1))
    #expect(model.inputNormalizer?.count == Double(more.rowCount))
    var all = RunningNormalizer(size: 4, epsilon: 1e-5)
    all.update(more.rows, rows: more.rowCount)
    for (a, b) in zip(try #require(model.inputNormalizer).mean, all.mean) { #expect(abs(a - b) < 1e-12) }
  }

  @Test("training in another order of calls, or with another seed, differs; the same call repeated does not")
  func determinism() throws {
    let set = try choices(30)
    func train(seed: UInt64, times: Int = 1) throws -> RewardModel {
      var model = try model(members: 2)
      let trainer = try RewardTrainer(settings)
      for _ in 0..<times { try trainer.train(&model, on: set, random: RandomSource(seed: seed)) }
      return model
    }
    #expect(try train(seed: 1) == train(seed: 1))
    #expect(try train(seed: 1) != train(seed: 2))
    #expect(try train(seed: 1, times: 2) != train(seed: 1))
  }

  @Test("bad input is refused with a sentence, and leaves model and trainer as they were")
  func badInput() throws {
    var model = try model(members: 2)
    let trainer = try RewardTrainer(RewardTrainingSettings())
    let random = RandomSource(seed: 1)
    let before = (model, try trainer.snapshot())
    expectProblem("no choices") { try trainer.train(&model, on: ChoiceSet(model.encoding), random: random) }
    expectProblem("another reward model") {
      try trainer.train(
        &model, on: ChoiceSet(encoding(2)).adding(segment([[1, 2]]), segment([[2, 1]])), random: random)
    }
    let wild = try RewardTrainer(RewardTrainingSettings(epochs: 400, learningRate: 1e38))
    let set = try choices(20)
    expectProblem("diverged") { try wild.train(&model, on: set, random: random) }
    #expect(wild.trainings == 0)
    #expect(model == before.0)
    #expect(try trainer.snapshot() == before.1)

    try trainer.train(&model, on: set, random: random)
    var larger = try self.model(members: 3)
    expectProblem("new trainer") { try trainer.train(&larger, on: set, random: random) }
  }

  @Test("impossible training settings are refused by name")
  func badSettings() {
    for (settings, name) in [
      (RewardTrainingSettings(epochs: -1), "epochs"), (RewardTrainingSettings(batch: 0), "batch"),
      (RewardTrainingSettings(learningRate: .nan), "learningRate"),
      (RewardTrainingSettings(weightDecay: -1), "weightDecay"), (RewardTrainingSettings(lapse: 1), "lapse"),
      (RewardTrainingSettings(temperature: 0), "temperature"), (RewardTrainingSettings(discount: 1.1), "discount"),
      (RewardTrainingSettings(threshold: 0), "threshold"), (RewardTrainingSettings(heldOutShare: 1), "heldOutShare"),
      (RewardTrainingSettings(adaptiveRegularization: AdaptiveRegularization()), "heldOutShare"),
      (
        RewardTrainingSettings(
          heldOutShare: 0.1, adaptiveRegularization: AdaptiveRegularization(low: 2, high: 1)), "ratio"
      ),
      (
        RewardTrainingSettings(
          weightDecay: 0, heldOutShare: 0.1, adaptiveRegularization: AdaptiveRegularization()), "weightDecay"
      ),
    ] {
      expectProblem(name) { _ = try RewardTrainer(settings) }
    }
  }

  @Test("foreign and contradictory trainer snapshots are refused, and the trainer stays as it was")
  func badSnapshots() throws {
    let set = try choices(20)
    var model = try model(members: 2)
    let trainer = try RewardTrainer(settings)
    try trainer.train(&model, on: set, random: RandomSource(seed: 1))
    let whole = try trainer.snapshot()
    var bad = whole
    bad.json = Data("[]".utf8)
    expectProblem("cannot be read") { try trainer.restore(bad) }
    bad = whole
    bad.tensors[1].values.removeLast()
    expectProblem("reward/adam/second") { try trainer.restore(bad) }
    bad = whole
    bad.json = Data(
      String(decoding: whole.json, as: UTF8.self).replacingOccurrences(of: "\"steps\":[", with: "\"steps\":[1,").utf8)
    expectProblem("contradicts itself") { try trainer.restore(bad) }
    #expect(try trainer.snapshot() == whole)
  }
}

extension ChoiceSet {
  /// This set with one more comparison, in which the first was preferred.
  fileprivate func adding(_ first: Trajectory, _ second: Trajectory) throws -> ChoiceSet {
    var set = self
    try set.append(Comparison(first: first, second: second), .first)
    return set
  }
}
