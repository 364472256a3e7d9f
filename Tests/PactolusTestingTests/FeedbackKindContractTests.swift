import Compute
import Environments
import Feedback
import PactolusTesting
import Testing

/// What is wrong with a ``PickOne``.
private protocol Fault { static var name: String { get } }
private enum Sound: Fault { static let name = "sound" }
private enum Backwards: Fault { static let name = "backwards" }
private enum Unrelated: Fault { static let name = "unrelated" }
private enum HiddenChance: Fault { static let name = "hidden-chance" }
private enum WrongError: Fault { static let name = "wrong-error" }
private enum Meaningless: Fault { static let name = "meaningless" }
private enum Undemanding: Fault { static let name = "undemanding" }

/// Which of two clips was better, sound or broken in one way.
private struct PickOne<F: Fault>: FeedbackKind {
  struct Content: Codable, Hashable, Sendable { var best: Int }
  struct Unreadable: Error {}

  static var name: String { F.name }
  static var summary: String { "Which of two clips was better" }

  static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    let clips = try material.first(2)
    return Question(F.self == HiddenChance.self && Bool.random() ? clips.reversed() : clips)
  }

  static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    Presentation(
      "Which was better?", captions: question.clips.map { _ in "clip" },
      reply: .pick([try ReplyOffer("first", Content(best: 0)), try ReplyOffer("second", Content(best: 1))]))
  }

  static func check(_ answer: Answer<Content>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    guard F.self != Undemanding.self else { return }
    guard question.clips.count == 2, answer.clips.isEmpty, (0..<2).contains(answer.content.best) else {
      if F.self == WrongError.self { throw Unreadable() }
      throw InputError("the answer does not fit its question")
    }
  }

  static func ground(
    _ answer: Answer<Content>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    if F.self == Meaningless.self { return [] }
    if F.self == Undemanding.self {
      let options = [person.option(RingWorld.clip([0, 1])), person.option(RingWorld.clip([1, 0]))]
      return [Choice(options: options, picked: 0, rationality: person.rationality, lapse: person.lapse)]
    }
    let best = F.self == Backwards.self ? 1 - answer.content.best : answer.content.best
    return [
      Choice(
        options: question.clips.map { person.option($0) }, picked: best, rationality: person.rationality,
        lapse: person.lapse)
    ]
  }

  static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Content>? {
    if F.self == Unrelated.self { return Answer(Content(best: random.below(2))) }
    let choice = Choice(
      options: question.clips.map { respondent.person.option($0) }, picked: 0,
      rationality: respondent.person.rationality, lapse: respondent.person.lapse)
    return Answer(Content(best: respondent.pick(choice, random: &random)))
  }
}

@Suite("The contract kit of kinds of feedback")
struct FeedbackKindContractTests {
  private func promises<F: Fault>(
    _ fault: F.Type, _ checked: [FeedbackKindContract.Promise] = FeedbackKindContract.Promise.allCases
  ) throws -> [String] {
    try FeedbackKindContract(AnyFeedbackKind(PickOne<F>.self)).violations(checked).map(\.promise)
  }

  @Test("finds nothing in a sound kind that no registry knows")
  func sound() throws {
    #expect(try promises(Sound.self) == [])
    try expectContract(of: AnyFeedbackKind(PickOne<Sound>.self))
  }

  @Test("finds answers that mean their opposite, and answers that have nothing to do with the reward")
  func likelihood() throws {
    #expect(try promises(Backwards.self).contains("a known reward is recovered from answers"))
    #expect(try promises(Backwards.self).contains("a simulated person answers by the likelihood"))
    #expect(try promises(Unrelated.self, [.simulation]) == ["a simulated person answers by the likelihood"])
    #expect(throws: BrokenContract.self) { try expectContract(of: AnyFeedbackKind(PickOne<Unrelated>.self)) }
  }

  @Test("finds chance that no stream gives, answers without meaning, and refusals that are no sentence for a user")
  func records() throws {
    #expect(try promises(HiddenChance.self, [.roundTrip]).contains("the same stream gives the same question"))
    #expect(try promises(Meaningless.self, [.roundTrip]).contains("an answer means something"))
    #expect(
      try promises(WrongError.self, [.damage]).contains("a changed record is understood or refused with an InputError"))
    #expect(try promises(Undemanding.self, [.damage]).contains("invalid records are refused"))
  }
}
