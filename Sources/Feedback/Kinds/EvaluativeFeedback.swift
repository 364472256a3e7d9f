import Compute
import Environments

/// Well done, or not: reward and punishment.
///
/// The choice between what was done and what could have been expected: "well done" stands for the clip, "not" for the
/// average of the others that the question carries. Jeon, Milli, Drăgan 2020, reward and punishment.
public enum EvaluativeFeedback: FeedbackKind {
  public static let name = "evaluation"
  public static let summary = "well done or not, measured by what could be expected"

  /// What was said about the first clip.
  public struct Praise: Codable, Hashable, Sendable {
    /// Whether it was well done.
    public var good: Bool

    /// Takes the parts as they are.
    public init(good: Bool) { self.good = good }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    Question(try material.first(max(2, material.options)))
  }

  public static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    let offers = [
      try ReplyOffer("well done", Praise(good: true)), try ReplyOffer("not well done", Praise(good: false)),
    ]
    return Presentation("Is this well done?", captions: ["clip"], reply: .pick(offers))
  }

  public static func check(_ answer: Answer<Praise>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    try question.needs(clips: 2...Int.max)
  }

  public static func ground(
    _ answer: Answer<Praise>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] { [choice(question, good: answer.content.good, person: person)] }

  public static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Praise>? {
    Answer(Praise(good: respondent.pick(choice(question, good: true, person: respondent.person), random: &random) == 0))
  }

  public static func possibleAnswers(to question: Question<NoDetails>, in world: FeedbackWorld) -> [[Answer<Praise>]]? {
    [[true, false].map { Answer(Praise(good: $0)) }]
  }

  private static func choice(_ question: Question<NoDetails>, good: Bool, person: PersonModel) -> Choice {
    let others = Array(question.clips.dropFirst())
    let share = 1 / Double(others.count)
    return Choice(
      options: [
        Choice.Option(question.clips[0]), .mixture(others, shares: [Double](repeating: share, count: others.count)),
      ], picked: good ? 0 : 1, rationality: person.rationality, lapse: person.lapse)
  }
}
