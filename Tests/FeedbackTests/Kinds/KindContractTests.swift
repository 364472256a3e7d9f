import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

extension AnyFeedbackKind: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// What every kind of feedback promises; a kind is tested by standing in `FeedbackKinds.standard`.
@Suite("The contract of every kind of feedback")
struct KindContractTests {
  private let person = PersonModel(rationality: 1.5, lapse: 0.04, discount: 0.9, cutPoints: [-2, -0.5, 0.5, 2])

  private func answered(
    _ kind: AnyFeedbackKind, _ world: FeedbackWorld, person: PersonModel, seed: UInt64, steps: Int = 4
  ) throws -> (question: Question<JSONValue>, answer: Answer<JSONValue>) {
    var random = RandomSource(seed: seed).stream("contract")
    let question = try kind.ask(RingWorld.material(world, steps: steps, seed: seed), random: &random)
    var judge: any FeedbackJudge = RewardJudge(person)
    let answer = try kind.simulate(question, in: world, judge: &judge, random: &random)
    return (question, try #require(answer))
  }

  @Test("question, answer and meaning survive the file; what is shown has a prompt", arguments: FeedbackKinds.standard)
  func roundTrip(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    for seed in 0..<20 as Range<UInt64> {
      let (question, answer) = try answered(kind, world, person: person, seed: seed)
      let record = FeedbackRecord(
        number: 3, kind: kind.name, person: "somebody", question: question, answer: answer, skipped: nil)
      let read = try JSONDecoder().decode(FeedbackRecord.self, from: JSONEncoder().encode(record))
      #expect(read == record)
      let choices = try record.choices(in: world, person: person)
      #expect(!choices.isEmpty)
      #expect(try read.choices(in: world, person: person) == choices)
      var set = ChoiceSet(try encoding(kind))
      try set.append(choices)
      #expect(set.count == choices.count && Set(set.numbers) == [0])
      #expect(!(try kind.show(question, in: world)).prompt.isEmpty)
      // The same stream gives the same question and the same answer.
      let again = try answered(kind, world, person: person, seed: seed)
      #expect(again.question == question && again.answer == answer)
    }
  }

  @Test("changed anywhere, a record is understood or refused, never more", arguments: FeedbackKinds.standard)
  func hostile(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    var random = RandomSource(seed: 77).stream("hostile")
    var refused = 0
    for seed in 0..<8 as Range<UInt64> {
      let (question, answer) = try answered(kind, world, person: person, seed: seed)
      for _ in 0..<40 {
        var (badQuestion, badAnswer) = (question, answer)
        switch random.below(4) {
        case 0: badAnswer.content = Self.changed(answer.content, &random)
        case 1: badQuestion.details = Self.changed(question.details, &random)
        case 2:
          badQuestion.clips = random.bernoulli(0.5) ? Array(question.clips.dropLast()) : question.clips + question.clips
        default: badAnswer.clips = answer.clips.isEmpty ? [RingWorld.clip([0, 1])] : []
        }
        do {
          let choices = try kind.ground(badAnswer, to: badQuestion, in: world, person: person)
          var set = ChoiceSet(try encoding(kind))
          try set.append(choices)
          _ = try kind.show(badQuestion, in: world)
        } catch let error as InputError {
          #expect(!error.problem.isEmpty)
          refused += 1
        }
      }
    }
    #expect(refused > 30, "only \(refused) of 320 changed records were refused")
  }

  /// Another number, word or length somewhere in a JSON value.
  private static func changed(_ value: JSONValue, _ random: inout RandomStream) -> JSONValue {
    switch value {
    case .number(let number):
      let others: [Double] = [-1, 0, 1, number + 1, -number, 1e9, 0.5, 1e300]
      return .number(others[random.below(others.count)])
    case .string: return random.bernoulli(0.5) ? .string("nonsense") : .null
    case .bool(let flag): return random.bernoulli(0.5) ? .bool(!flag) : .number(2)
    case .null: return .number(7)
    case .array(var values):
      guard !values.isEmpty else { return .array([.number(-3)]) }
      let place = random.below(values.count)
      switch random.below(4) {
      case 0: values.remove(at: place)
      case 1: values.append(values[place])
      case 2: return .string("no array")
      default: values[place] = changed(values[place], &random)
      }
      return .array(values)
    case .object(var members):
      guard !members.isEmpty else { return .null }
      let key = members.keys.sorted()[random.below(members.count)]
      if random.bernoulli(0.2) {
        members[key] = nil
      } else if let member = members[key] {
        members[key] = changed(member, &random)
      }
      return .object(members)
    }
  }

  @Test("the gradient of the training loss is that of finite differences", arguments: FeedbackKinds.standard)
  func gradient(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    var set = ChoiceSet(try encoding(kind))
    for seed in 0..<6 as Range<UInt64> {
      let (question, answer) = try answered(kind, world, person: person, seed: seed)
      try set.append(kind.ground(answer, to: question, in: world, person: person))
    }
    let model = try RewardModel(
      RewardModelSettings(hidden: [4], activation: .tanh, normalizeInputs: false), encoding: try encoding(kind),
      random: RandomSource(seed: 5))
    let settings = RewardTrainingSettings()
    let twin = LossTwin(shape: model.network.shape, set: set, settings: settings)
    let pass = ChoicePass(
      model.network.shape, choices: PreparedChoices(set, normalizer: nil, settings: settings))
    var gradients = [Float](repeating: 0, count: model.network.shape.parameterCount)
    var totals = ChoicePass.Totals()
    (0..<Int32(set.count)).map { $0 }.withUnsafeBufferPointer {
      pass.run($0, parameters: model.network.parameters, gradients: &gradients, scale: 1, totals: &totals)
    }
    let exact = model.network.parameters.map(Double.init)
    #expect(abs(totals.loss - twin.loss(exact)) < 1e-4 * max(1, totals.loss))
    let largest = gradients.map { abs(Double($0)) }.max() ?? 0
    for index in exact.indices {
      var (up, down) = (exact, exact)
      up[index] += 1e-5
      down[index] -= 1e-5
      let slope = (twin.loss(up) - twin.loss(down)) / 2e-5
      #expect(abs(slope - Double(gradients[index])) < 3e-5 * max(1, largest), "parameter \(index)")
    }
  }

  @Test(
    "a simulated judge answers as the likelihood says (chi-square of 4,000 answers; false alarms: 1 in 10⁶)",
    arguments: FeedbackKinds.standard)
  func simulation(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    for seed in 0..<3 as Range<UInt64> {
      var random = RandomSource(seed: seed).stream("simulation")
      let question = try kind.ask(RingWorld.material(world, seed: seed), random: &random)
      var judge: any FeedbackJudge = RewardJudge(person)
      var counts: [Answer<JSONValue>: Int] = [:]
      let draws = 4000
      for _ in 0..<draws {
        let answer = try #require(try kind.simulate(question, in: world, judge: &judge, random: &random))
        counts[answer, default: 0] += 1
      }
      var (statistic, cells, seen) = (0.0, 0, 0.0)
      var (rareExpected, rareCount) = (0.0, 0)
      for (answer, count) in counts {
        let choices = try kind.ground(answer, to: question, in: world, person: person)
        let probability = choices.reduce(1.0) { product, choice in
          let picked = choice.target.firstIndex(of: 1) ?? 0
          return product * RewardJudge(person).probabilities(choice)[picked]
        }
        seen += probability
        let expected = probability * Double(draws)
        if expected < 5 {
          (rareExpected, rareCount) = (rareExpected + expected, rareCount + count)
        } else {
          statistic += (Double(count) - expected) * (Double(count) - expected) / expected
          cells += 1
        }
      }
      rareExpected += max(0, 1 - seen) * Double(draws)
      if rareExpected > 1 {
        statistic += (Double(rareCount) - rareExpected) * (Double(rareCount) - rareExpected) / rareExpected
        cells += 1
      }
      #expect(seen < 1 + 1e-6, "the probabilities of distinct answers sum to \(seen)")
      let degrees = Double(max(1, cells - 1))
      // Wilson and Hilferty: the cube root of chi-square over its degrees is nearly normal.
      let score =
        (cbrt(statistic / degrees) - (1 - 2 / (9 * degrees))) / (2 / (9 * degrees)).squareRoot()
      #expect(score < 4.8, "chi-square \(statistic) with \(degrees) degrees of freedom")
    }
  }

  @Test(
    "a known reward is recovered from answers: correlation above .9 over the five places (false alarms: below 1 in 10³)",
    arguments: FeedbackKinds.standard)
  func recovery(kind: AnyFeedbackKind) throws {
    let world = try RingWorld.world()
    let person = PersonModel(rationality: 2, cutPoints: [-3, -1, 1, 3])
    var set = ChoiceSet(try encoding(kind))
    for seed in 0..<500 as Range<UInt64> {
      let (question, answer) = try answered(kind, world, person: person, seed: 1000 + seed)
      try set.append(kind.ground(answer, to: question, in: world, person: person))
    }
    var model = try RewardModel(
      RewardModelSettings(hidden: [], normalizeInputs: false), encoding: try encoding(kind),
      random: RandomSource(seed: 2))
    let trainer = try RewardTrainer(
      RewardTrainingSettings(epochs: 60, batch: 32, learningRate: 0.02, weightDecay: 0))
    try trainer.train(&model, on: set, random: RandomSource(seed: 3))
    let learned = (0..<RingWorld.places).map { Double(model.network.parameters[$0]) }
    let correlation = Statistics.pearson(learned, RingWorld.worth)
    #expect(correlation > 0.9, "correlation \(correlation), learned \(learned)")
  }

  /// The reward reads the next observation: the place that a move leads to.
  private func encoding(_ kind: AnyFeedbackKind) throws -> TransitionEncoding {
    try TransitionEncoding(
      RewardInputs(observation: false, action: false, nextObservation: true), specification: RingWorld().specification)
  }
}
