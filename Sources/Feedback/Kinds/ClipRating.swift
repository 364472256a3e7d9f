import Compute
import Environments

/// One of several ratings for one clip.
///
/// An ordinal choice of the clip's own utility, with cut points that are the person's (``PersonModel/cutPoints``,
/// fitted by ``fitCutPoints(values:ratings:count:)`` alternating with the reward) or, where none are known, the
/// question's. A rating is about the level of a clip's value, not only about differences, so it also fixes the reward's
/// zero. McCullagh 1980.
public enum ClipRating: FeedbackKind {
  public static let name = "rating"
  public static let summary = "one of several ratings for one clip"
  public static var level: AnswerLevel { .middling }

  public struct Details: Codable, Hashable, Sendable {
    /// The ratings' names, worst first.
    public var ratings: [String]
    /// Where they meet, in utility, unless the person has cut points of their own.
    public var cutPoints: [Double]

    /// Takes the parts as they are.
    public init(ratings: [String], cutPoints: [Double]) {
      self.ratings = ratings
      self.cutPoints = cutPoints
    }

    /// Five, one unit of utility apart, around 0.
    public static let standard = Details(
      ratings: ["very bad", "bad", "middling", "good", "very good"], cutPoints: [-1.5, -0.5, 0.5, 1.5])
  }

  /// The rating, counted from 0, the worst.
  public struct Grade: Codable, Hashable, Sendable {
    /// The number of the rating, counted from 0, the worst.
    public var rating: Int

    /// Takes the parts as they are.
    public init(rating: Int) { self.rating = rating }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    Question(try material.first(1), details: .standard)
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    try Presentation(
      "How good is this?", captions: ["clip"],
      reply: .pick(
        question.details.ratings.enumerated().map { try ReplyOffer($1, Grade(rating: $0)) }))
  }

  public static func check(_ answer: Answer<Grade>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...1)
    let count = question.details.ratings.count
    guard count >= 2 else {
      throw InputError("the question has \(count) ratings", at: "question.ratings", remedy: "give at least 2")
    }
    guard question.details.cutPoints.count == count - 1 else {
      throw InputError(
        "\(count) ratings meet at \(question.details.cutPoints.count) cut points", at: "question.cutPoints",
        remedy: "give \(count - 1)")
    }
    guard (0..<count).contains(answer.content.rating) else {
      throw InputError("rating \(answer.content.rating) is not one of 0 ..< \(count)", at: "answer.rating")
    }
  }

  public static func ground(
    _ answer: Answer<Grade>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] { [choice(question, rating: answer.content.rating, person: person)] }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Grade>? {
    Answer(Grade(rating: respondent.pick(choice(question, rating: 0, person: respondent.person), random: &random)))
  }

  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Grade>]]? {
    [question.details.ratings.indices.map { Answer(Grade(rating: $0)) }]
  }

  private static func choice(_ question: Question<Details>, rating: Int, person: PersonModel) -> Choice {
    let own = person.cutPoints.count == question.details.cutPoints.count ? person.cutPoints : nil
    return Choice(
      grade: person.option(question.clips[0]), cutPoints: own ?? question.details.cutPoints,
      target: question.details.ratings.indices.map { $0 == rating ? 1 : 0 }, rationality: person.rationality,
      lapse: person.lapse)
  }
}
