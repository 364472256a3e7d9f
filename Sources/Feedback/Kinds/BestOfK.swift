import Compute
import Environments

/// The best of several clips: one choice among k options.
public enum BestOfK: FeedbackKind {
  public static let name = "best-of-k"
  public static let summary = "the best of several clips"

  /// Which clip is the best, counted from 0.
  public struct Best: Codable, Hashable, Sendable {
    /// The number of the clip, counted from 0.
    public var best: Int

    /// Takes the parts as they are.
    public init(best: Int) { self.best = best }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    guard material.options >= 2 else {
      throw InputError("the best of \(material.options) clips is asked for", remedy: "use 2 or more")
    }
    return Question(try material.first(material.options))
  }

  public static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    let names = question.clips.indices.map { "clip \($0 + 1)" }
    let offers = try names.enumerated().map {
      var offer = try ReplyOffer($1, Best(best: $0))
      offer.clip = $0
      return offer
    }
    return Presentation("Which of these is the best?", captions: names, reply: .pick(offers))
  }

  public static func check(_ answer: Answer<Best>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    try question.needs(clips: 2...Int.max)
    guard question.clips.indices.contains(answer.content.best) else {
      throw InputError(
        "clip \(answer.content.best) is not one of 0 ..< \(question.clips.count)", at: "answer.best")
    }
  }

  public static func ground(
    _ answer: Answer<Best>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    [choice(question, picked: answer.content.best, person: person)]
  }

  public static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Best>? {
    Answer(Best(best: respondent.pick(choice(question, picked: 0, person: respondent.person), random: &random)))
  }

  public static func possibleAnswers(to question: Question<NoDetails>, in world: FeedbackWorld) -> [[Answer<Best>]]? {
    [question.clips.indices.map { Answer(Best(best: $0)) }]
  }

  private static func choice(_ question: Question<NoDetails>, picked: Int, person: PersonModel) -> Choice {
    Choice(
      options: question.clips.enumerated().map { person.option($1, shownFirst: $0 == 0) }, picked: picked,
      rationality: person.rationality, lapse: person.lapse)
  }
}
