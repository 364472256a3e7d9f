import Compute
import Environments
import Feedback

/// A kind of feedback that the package does not have: thumbs up or down for one clip, against doing nothing.
package enum Thumbs: FeedbackKind {
  package static let name = "thumbs"
  package static let summary = "thumbs up or down"

  package struct Thumb: Codable, Hashable, Sendable {
    package var up: Bool
  }

  package static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    Question(try material.first(1))
  }

  package static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    let offers = [try ReplyOffer("up", Thumb(up: true)), try ReplyOffer("down", Thumb(up: false))]
    return Presentation("Thumbs up?", captions: ["the agent"], reply: .pick(offers))
  }

  package static func check(_ answer: Answer<Thumb>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    guard question.clips.count == 1 else { throw InputError("the question needs one clip", at: "question.clips") }
  }

  package static func ground(
    _ answer: Answer<Thumb>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    [
      Choice(
        options: [person.option(question.clips[0]), .nothing], picked: answer.content.up ? 0 : 1,
        rationality: person.rationality, lapse: person.lapse)
    ]
  }

  package static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Thumb>? {
    let choice = ground(Answer(Thumb(up: true)), to: question, in: world, person: respondent.person)[0]
    return Answer(Thumb(up: respondent.pick(choice, random: &random) == 0))
  }
}

extension FeedbackRegistry {
  /// What a user's own program has.
  package static let withThumbs = FeedbackRegistry.standard.adding(Thumbs.self)
}
