import Compute
import Environments
import Feedback
import Files
import Foundation
import PactolusTesting
import Rewards
import Synchronization
import Testing

/// What is wrong with a ``PickBest``.
private protocol Flaw: Sendable { static var name: String { get } }
private enum NoFlaw: Flaw { static let name = "none" }
private enum LooseMeaning: Flaw { static let name = "loose" }
private enum NoPrompt: Flaw { static let name = "no-prompt" }
private enum LooseAnswer: Flaw { static let name = "loose-answer" }
private enum Wordless: Flaw { static let name = "wordless" }
private enum Silent: Flaw { static let name = "silent" }
private enum Impossible: Flaw { static let name = "impossible" }
private enum DoubleMeaning: Flaw { static let name = "double" }
private enum Slight: Flaw { static let name = "slight" }
/// No flaw: remembers by whose cut points answers were read.
private enum Heard: Flaw {
  static let name = "heard"
  static let cutPoints = Mutex<Set<[Double]>>([])
}

/// Which of two clips was better, sound or broken in one way.
private struct PickBest<F: Flaw>: FeedbackKind {
  struct Content: Codable, Hashable, Sendable {
    var best: Int
    var note = 0

    init(best: Int, note: Int = 0) { (self.best, self.note) = (best, note) }
  }

  static var name: String { F.name }
  static var summary: String { "Which of two clips was better" }

  static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    Question(try material.first(2))
  }

  static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    Presentation(
      F.self == NoPrompt.self ? "" : "Which was better?", captions: question.clips.map { _ in "clip" },
      reply: .pick([try ReplyOffer("first", Content(best: 0)), try ReplyOffer("second", Content(best: 1))]))
  }

  static func check(_ answer: Answer<Content>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    guard question.clips.count == 2, answer.clips.isEmpty, (0..<2).contains(answer.content.best) else {
      throw InputError(F.self == Wordless.self ? "" : "the answer does not fit its question")
    }
  }

  static func ground(
    _ answer: Answer<Content>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    if F.self == Heard.self { Heard.cutPoints.withLock { _ = $0.insert(person.cutPoints) } }
    let lapse =
      F.self == LooseMeaning.self ? Double.random(in: 0...0.1) : F.self == DoubleMeaning.self ? 0 : person.lapse
    var choice = Choice(
      options: question.clips.map { person.option($0) }, picked: answer.content.best, rationality: person.rationality,
      lapse: lapse)
    if F.self == DoubleMeaning.self {
      // Whatever is said is what surely was meant.
      choice.options[answer.content.best].offset = 50
    }
    return [choice]
  }

  static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Content>? {
    if F.self == Silent.self, random.bernoulli(0.001) { return nil }
    let choice = Choice(
      options: question.clips.map { respondent.person.option($0) }, picked: 0,
      rationality: respondent.person.rationality * (F.self == Slight.self ? 0.6 : 1), lapse: respondent.person.lapse)
    let note = F.self == LooseAnswer.self ? Int.random(in: 0..<1_000_000) : 0
    return Answer(Content(best: respondent.pick(choice, random: &random), note: note))
  }

  static func possibleAnswers(to question: Question<NoDetails>, in world: FeedbackWorld) throws -> [[Answer<Content>]]?
  {
    [F.self == Impossible.self ? [Answer(Content(best: 0))] : [Answer(Content(best: 0)), Answer(Content(best: 1))]]
  }
}

@Suite("The contract kit of kinds of feedback, promise by promise")
struct FeedbackFaultTests {
  private func promises<F: Flaw>(_ flaw: F.Type, _ part: FeedbackKindContract.Promise) throws -> [String] {
    try FeedbackKindContract(AnyFeedbackKind(PickBest<F>.self)).violations([part]).map(\.promise)
  }

  @Test("each flaw is found by its own check alone")
  func flaws() throws {
    for part in [FeedbackKindContract.Promise.roundTrip, .damage, .simulation] {
      #expect(try promises(NoFlaw.self, part) == [])
    }
    #expect(try promises(LooseMeaning.self, .roundTrip) == ["an answer's meaning survives the file"])
    #expect(try promises(NoPrompt.self, .roundTrip) == ["what is shown has a prompt"])
    #expect(try promises(LooseAnswer.self, .roundTrip) == ["the same stream gives the same answer"])
    #expect(try promises(Wordless.self, .damage) == ["a refusal names what is wrong"])
    #expect(try promises(Silent.self, .simulation) == ["a simulated person without doubts gives an answer"])
    #expect(try promises(Impossible.self, .simulation) == ["a simulated person gives a possible answer"])
    #expect(
      try promises(DoubleMeaning.self, .simulation).contains("the probabilities of distinct answers sum to 1 or less"))
    // A person who is two fifths less decided than is believed: 4,000 answers to each of three questions show it.
    #expect(try promises(Slight.self, .simulation) == ["a simulated person answers by the likelihood"])
  }

  @Test("the person from whose answers a reward is recovered has five grades, alike on both sides of nothing")
  func recoveredPerson() throws {
    _ = try promises(Heard.self, .recovery)
    let heard = Heard.cutPoints.withLock { $0 }
    let cuts = try #require(heard.first)
    // Of grades that lean to one side the larger would say less.
    let turned: [Double] = cuts.reversed().map { -$0 }
    #expect(heard.count == 1)
    #expect(cuts.count == 4)
    #expect(cuts == turned)
  }

  @Test("the probability of an answer is the product over its choices of what was taken")
  func probability() {
    let clip = Choice.Option(clips: [RingWorld.clip([0, 1])])
    let choices = [Choice(options: [clip, clip], picked: 1), Choice(options: [clip, clip, clip], picked: 2)]
    let value = FeedbackKindContract.probability(choices) { $0.options.count == 2 ? [0.25, 0.75] : [0.2, 0.3, 0.5] }
    #expect(abs(value - 0.375) < 1e-12 && FeedbackKindContract.probability([]) { _ in [] } == 1)
    let mixed = Choice(options: [clip, clip], target: [0.5, 0.5])
    #expect(FeedbackKindContract.probability([mixed]) { _ in [0.3, 0.7] } == 0.3)
  }

  @Test("the reference loss is its definition, by hand: weights, discounts, offsets, lapses and grades")
  func referenceLoss() throws {
    let encoding = try TransitionEncoding(
      RewardInputs(observation: false, action: false, nextObservation: true), specification: RingWorld().specification)
    let shape = NetworkShape(inputs: 5, hidden: [], outputs: 1, activation: .tanh)
    var parameters = [Double](repeating: 0, count: shape.parameterCount)
    for place in 0..<5 { parameters[shape.layers[0].weightOffset + place] = 0.2 * Double(place) }
    parameters[shape.layers[0].biasOffset] = 0.3
    func reward(_ place: Int) -> Double { 0.2 * Double(place) + 0.3 }
    var settings = RewardTrainingSettings()
    (settings.discount, settings.lapse, settings.temperature) = (0.9, 0.05, 2)
    let (first, second) = (RingWorld.clip([0, 1, 2]), RingWorld.clip([3, 4, 4]))
    func value(_ clip: [Int], _ weights: [Double] = [1, 1]) -> Double {
      weights[0] * reward(clip[0]) + 0.9 * weights[1] * reward(clip[1])
    }
    func loss(_ choice: Choice) throws -> Double {
      var set = ChoiceSet(encoding)
      try set.append([choice])
      return ReferenceLoss(shape: shape, set: set, settings: settings).loss(parameters)
    }
    let options = [
      Choice.Option(clips: [first], offset: 0.25), Choice.Option(clips: [second], weights: [0.5, 2]),
    ]
    let logits = [value([1, 2]) * 1.5 / 2 + 0.25, value([4, 4], [0.5, 2]) * 1.5 / 2]
    let lapse = 1 - 0.9 * 0.95
    let sum = exp(logits[0]) + exp(logits[1])
    for picked in 0..<2 {
      let expected = -log((1 - lapse) * exp(logits[picked]) / sum + lapse / 2)
      let found = try loss(Choice(options: options, picked: picked, rationality: 1.5, lapse: 0.1))
      #expect(abs(found - expected) < 1e-6, "\(picked)")
    }
    let both = try loss(Choice(options: options, target: [0.25, 0.75], rationality: 1.5, lapse: 0.1))
    let parts = (0..<2).map { log((1 - lapse) * exp(logits[$0]) / sum + lapse / 2) }
    #expect(abs(both + 0.25 * parts[0] + 0.75 * parts[1]) < 1e-6)
    // Two clips in one option: the discount begins again with the second.
    let pair = [Choice.Option(clips: [first, second]), Choice.Option(clips: [second])]
    let joined = [value([1, 2]) + value([4, 4]), value([4, 4])].map { $0 * 1.5 / 2 }
    let found = try loss(Choice(options: pair, picked: 0, rationality: 1.5, lapse: 0.1))
    #expect(abs(found + log((1 - lapse) * exp(joined[0]) / (exp(joined[0]) + exp(joined[1])) + lapse / 2)) < 1e-6)
    // Grades: the difference of two utilities between cut points.
    let grades = [Choice.Option(clips: [first]), Choice.Option(clips: [second]), Choice.Option(clips: [])]
    let advantage = (value([1, 2]) - value([4, 4])) * 1.5 / 2
    let below = [0, 1 / (1 + exp(advantage + 0.5)), 1 / (1 + exp(advantage - 0.75)), 1]
    for grade in 0..<3 {
      let graded = try loss(
        Choice(options: grades, picked: grade, rationality: 1.5, lapse: 0.1, link: .ordinal(cutPoints: [-0.5, 0.75])))
      #expect(abs(graded + log((1 - lapse) * (below[grade + 1] - below[grade]) + lapse / 3)) < 1e-6, "\(grade)")
    }
  }

  @Test("the ring is what it says: places, moves, rewards and table")
  func ring() throws {
    #expect(
      RingWorld.next(0, 0) == 4 && RingWorld.next(4, 2) == 0 && RingWorld.next(2, 1) == 2 && RingWorld.next(3, 2) == 4)
    #expect(abs(RingWorld.worth.reduce(0, +)) < 1e-12)
    var random = RandomSource(seed: 1).stream("ring")
    #expect(Set((0..<200).map { _ in RingWorld().reset(random: &random) }) == [0, 1, 2, 3, 4])
    let world = try RingWorld.table()
    for place in 0..<5 {
      for action in 0..<3 {
        var state = place
        let outcome = RingWorld().step(&state, action, random: &random)
        let row = place * 3 + action
        #expect(
          state == RingWorld.next(place, action)
            && outcome == Outcome(reward: RingWorld.worth[state], terminated: false))
        #expect(
          world.mdp.successors[row] == state && world.mdp.rewards[row] == RingWorld.worth[state]
            && world.mdp.probabilities[row] == 1)
        #expect((0..<5).map { world.features[row * 5 + $0] } == (0..<5).map { $0 == state ? 1 : 0 })
      }
      #expect((0..<5).map { world.observations[place * 5 + $0] } == (0..<5).map { $0 == place ? 1 : 0 })
    }
    #expect(
      world.rewards(weights: RingWorld.worth) == world.mdp.rewards && world.mdp.start == [0.4, 0.3, 0.1, 0.1, 0.1])
    #expect(world.mdp.discount == 0.9 && !world.mdp.isTerminal.contains(true))
    let clip = RingWorld.clip([0, 4, 4, 0, 2])
    #expect(
      clip.actions == [0, 1, 2, 1] && clip.rewards == [0.2, 0.2, -1.2, 1.1] && clip.start == nil && !clip.terminated)
    #expect(clip.observations == [0, 4, 4, 0, 2].flatMap { place in (0..<5).map { $0 == place ? 1 : 0 } })
    let material = RingWorld.material(try RingWorld.world(), seed: 3)
    #expect(material.clips.count == 6 && material.clips.allSatisfy { $0.count == 4 })
    try expectContract(of: RingWorld(), [.specification, .values, .batches, .snapshots])
  }
}
