import Compute
import Environments

/// Which of two clips is better, how strongly, or about equal.
///
/// An ordinal choice: the difference of the clips' utilities falls into one of the grades "second", "about equal",
/// "first", or with strengths also "second, strongly" and "first, strongly"; they meet at ±
/// ``PersonModel/tieThreshold`` and ± ``PersonModel/strongThreshold``. "Can't tell" and "skipped" are no evidence. Weak
/// comparisons: Bıyık et al. 2019; grades: McCullagh 1980. A run asks the same question by ``Comparison``, whose ties
/// are a target of ½, ½.
public enum PairComparison: FeedbackKind {
  public static let name = "comparison"
  public static let summary = "which of two clips is better, how strongly, or about equal"

  public struct Details: Codable, Hashable, Sendable {
    /// Whether a preference can be called strong.
    public var strengths: Bool

    public init(strengths: Bool = true) { self.strengths = strengths }
  }

  public struct Verdict: Codable, Hashable, Sendable {
    public var answer: ComparisonAnswer
    /// Nil where strengths are not asked for, or the answer names no winner.
    public var strongly: Bool?

    public init(_ answer: ComparisonAnswer, strongly: Bool? = nil) {
      self.answer = answer
      self.strongly = strongly
    }
  }

  public static let isAboutPairs = true

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    Question(try material.first(2), details: Details(strengths: material.strengths))
  }

  /// The first clip against the second, without ties or strengths.
  public static func forecast(_ question: Question<Details>) -> Choice? {
    guard question.clips.count == 2 else { return nil }
    return Choice(options: question.clips.map { Choice.Option($0) }, target: [0.5, 0.5])
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    let plain = ["the first", "the second", "about equal", "can't tell"]
    return Presentation(
      "Which of the two is better?", captions: ["first", "second"],
      reply: .pick(question.details.strengths ? plain + ["the first, strongly", "the second, strongly"] : plain))
  }

  public static func check(
    _ answer: Answer<Verdict>, to question: Question<Details>, in world: FeedbackWorld
  ) throws {
    try question.needs(clips: 2...2)
    if answer.content.strongly == true {
      guard answer.content.answer == .first || answer.content.answer == .second else {
        throw InputError("'\(answer.content.answer.rawValue)' cannot be strong", at: "answer.strongly")
      }
      guard question.details.strengths else {
        throw InputError("the question does not ask how strongly", at: "answer.strongly", remedy: "leave it out")
      }
    }
  }

  public static func ground(
    _ answer: Answer<Verdict>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    guard question.details.strengths else {
      let comparison = Comparison(first: question.clips[0], second: question.clips[1])
      return Choice(comparison, answer.content.answer, rationality: person.rationality, lapse: person.lapse).map {
        [$0]
      } ?? []
    }
    guard let grade = grade(of: answer.content, strengths: question.details.strengths) else { return [] }
    return [try choice(question, grade: grade, person: person)]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, judge: inout some FeedbackJudge,
    random: inout RandomStream
  ) throws -> Answer<Verdict>? {
    let grade = judge.pick(try choice(question, grade: 0, person: judge.person), random: &random)
    return Answer(verdicts(strengths: question.details.strengths)[grade])
  }

  /// The grades, lowest (the second is far better) first.
  static func verdicts(strengths: Bool) -> [Verdict] {
    guard strengths else { return [Verdict(.second), Verdict(.tie), Verdict(.first)] }
    return [
      Verdict(.second, strongly: true), Verdict(.second, strongly: false), Verdict(.tie),
      Verdict(.first, strongly: false), Verdict(.first, strongly: true),
    ]
  }

  private static func grade(of verdict: Verdict, strengths: Bool) -> Int? {
    let strongly = verdict.strongly ?? false
    return verdicts(strengths: strengths).firstIndex {
      $0.answer == verdict.answer && ($0.strongly ?? false) == strongly
    }
  }

  private static func choice(_ question: Question<Details>, grade: Int, person: PersonModel) throws -> Choice {
    let (tie, strong) = (person.tieThreshold, person.strongThreshold)
    guard tie > 0, strong > tie || !question.details.strengths else {
      throw InputError(
        "the thresholds of a tie and of a strong preference are \(tie) and \(strong)", at: "person",
        remedy: "use 0 < tie < strong")
    }
    let cutPoints = question.details.strengths ? [-strong, -tie, tie, strong] : [-tie, tie]
    return Choice(
      grade: person.option(question.clips[0], shownFirst: true), against: person.option(question.clips[1]),
      cutPoints: cutPoints, target: (0...cutPoints.count).map { $0 == grade ? 1 : 0 },
      rationality: person.rationality, lapse: person.lapse)
  }
}

extension FeedbackRecord {
  /// A comparison of a run, as a record of the kind `comparison`.
  ///
  /// `strongly` is nil where strength was not asked for, or the answer names no winner.
  public init(
    number: Int, person: String, comparison: Comparison, answer: ComparisonAnswer, strongly: Bool? = nil
  ) throws {
    let question = Question(
      [comparison.first, comparison.second], details: PairComparison.Details(strengths: strongly != nil))
    let isAnswer = answer.target != nil
    self.init(
      number: number, kind: PairComparison.name, person: person, question: try question.erased(),
      answer: isAnswer ? try Answer(PairComparison.Verdict(answer, strongly: strongly)).erased() : nil,
      skipped: isAnswer ? nil : answer.rawValue)
  }
}
