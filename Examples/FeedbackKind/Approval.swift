import Pactolus

/// Would you let it go on? The clip against doing nothing, which is worth 0: approval fixes the reward's zero.
enum Approval: FeedbackKind {
  static let name = "approval"
  static let summary = "whether the agent may go on like this"

  struct Say: Codable, Hashable, Sendable {
    var mayGoOn: Bool
  }

  static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    Question(try material.first(1))
  }

  static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    let offers = [try ReplyOffer("yes", Say(mayGoOn: true)), try ReplyOffer("no", Say(mayGoOn: false))]
    return Presentation("May it go on like this?", captions: ["the agent"], reply: .pick(offers))
  }

  static func check(_ answer: Answer<Say>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    guard question.clips.count == 1, question.clips[0].count > 0 else {
      throw InputError("the question needs one clip", at: "question.clips")
    }
  }

  static func ground(
    _ answer: Answer<Say>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    [
      Choice(
        options: [person.option(question.clips[0]), .nothing], picked: answer.content.mayGoOn ? 0 : 1,
        rationality: person.rationality, lapse: person.lapse)
    ]
  }

  static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Say>? {
    let choice = ground(Answer(Say(mayGoOn: true)), to: question, in: world, person: respondent.person)[0]
    return Answer(Say(mayGoOn: respondent.pick(choice, random: &random) == 0))
  }

  static func possibleAnswers(to question: Question<NoDetails>, in world: FeedbackWorld) -> [[Answer<Say>]]? {
    [[true, false].map { Answer(Say(mayGoOn: $0)) }]
  }
}
