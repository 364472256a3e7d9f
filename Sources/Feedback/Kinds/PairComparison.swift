import Compute
import Environments

/// Which of two clips is better, how strongly, or about equal.
///
/// One likelihood, for every path of an answer (simulated, live, or read from a file). With Δ the utility of the
/// first clip less that of the second, β the person's rationality and δ their ``PersonModel/tieThreshold``:
///
///     no tie can be said    P(first) = σ(Δ)           P(second) = σ(−Δ)
///     a tie can be said     P(first) = σ(Δ − δ)       P(second) = σ(−Δ − δ)      P(tie) = 1 − P(first) − P(second)
///     called strong         P(first) = σ(κ Δ)         P(second) = σ(−κ Δ)
///
/// The first line is Bradley and Terry's model (1952), which Christiano et al. 2017 train; the second is Rao and
/// Kupper's (1967), an ordinal choice with the cut points −δ and δ. The third takes strength as rationality: a strong
/// preference is κ = ``PersonModel/strongRationality`` times as decisive. How often a person calls a preference strong
/// is their habit, a factor π (strong) or 1 − π (anything else) that does not depend on the clips, and so teaches the
/// reward nothing. Hence the answers' probabilities sum to 1 within each line, and over a question with strengths to
/// π + (1 − π).
///
/// Naming a clip never lowers its lead: each of the three P(first) rises with Δ. Grades that meet at further cut points
/// (McCullagh 1980), or adjacent categories, cannot promise that, because a bounded grade such as "first, but not
/// strongly" becomes less likely once Δ lies beyond it. Margins added for strength (Touvron et al. 2023) keep the
/// promise, but are no distribution over answers.
///
/// "Can't tell" and "skipped" are no evidence.
public enum PairComparison: FeedbackKind {
  public static let name = "comparison"
  public static let summary = "which of two clips is better, how strongly, or about equal"

  /// What can be said.
  public struct Details: Codable, Hashable, Sendable {
    /// Whether a preference can be called strong.
    public var strengths: Bool
    /// Whether two clips can be called about equal. Questions stored before it could be said otherwise allow it.
    public var ties: Bool

    /// Takes the parts as they are.
    public init(strengths: Bool = true, ties: Bool = true) {
      self.strengths = strengths
      self.ties = ties
    }

    private enum CodingKeys: String, CodingKey { case strengths, ties }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      strengths = try container.decode(Bool.self, forKey: .strengths)
      ties = try container.decodeIfPresent(Bool.self, forKey: .ties) ?? true
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(strengths, forKey: .strengths)
      if !ties { try container.encode(ties, forKey: .ties) }
    }
  }

  /// What the person said.
  public struct Preference: Codable, Hashable, Sendable {
    /// Which clip is better, if one is.
    public var answer: ComparisonAnswer
    /// Nil where strengths are not asked for, or the answer names no winner.
    public var strongly: Bool?

    /// Takes the parts as they are.
    public init(_ answer: ComparisonAnswer, strongly: Bool? = nil) {
      self.answer = answer
      self.strongly = strongly
    }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    Question(try material.first(2), details: Details(strengths: material.strengths, ties: material.ties))
  }

  public static let isAboutPairs = true
  public static let isShared = true

  /// The clip that is named; ties and refusals name none.
  public static func label(of answer: Answer<Preference>) -> Int? {
    switch answer.content.answer {
    case .first: 0
    case .second: 1
    case .tie, .cannotTell, .skipped: nil
    }
  }

  public static func majority(of answers: [Answer<Preference>]) -> Answer<Preference>? {
    Deferral.majority(answers.map(\.content.answer)).map { Answer(Preference($0)) }
  }

  /// The first clip against the second, with no other answer: what is expected of an answer that names one.
  public static func forecast(_ question: Question<Details>) -> Choice? {
    guard question.clips.count == 2 else { return nil }
    return between(question, picked: 0, rationality: 1, person: PersonModel())
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    Presentation(
      "Which of the two is better?", captions: ["first", "second"],
      reply: .compare(strengths: question.details.strengths, ties: question.details.ties))
  }

  public static func check(
    _ answer: Answer<Preference>, to question: Question<Details>, in world: FeedbackWorld
  ) throws { try check(answer.content, question) }

  private static func check(_ said: Preference, _ question: Question<Details>) throws {
    try question.needs(clips: 2...2)
    if said.answer == .tie, !question.details.ties {
      throw InputError("the question does not allow a tie", at: "answer.answer", remedy: "name a clip, or skip it")
    }
    guard said.strongly == true else { return }
    guard said.answer == .first || said.answer == .second else {
      throw InputError("'\(said.answer.rawValue)' cannot be strong", at: "answer.strongly")
    }
    guard question.details.strengths else {
      throw InputError("the question does not ask how strongly", at: "answer.strongly", remedy: "leave it out")
    }
  }

  public static func ground(
    _ answer: Answer<Preference>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] { try ground(answer.content, to: question, person: person) }

  /// What an answer means; it takes no world, so that comparisons of a file without one are grounded like all others.
  ///
  /// - Throws: `InputError` if the answer does not fit the question, or the person's thresholds are invalid.
  public static func ground(
    _ said: Preference, to question: Question<Details>, person: PersonModel = PersonModel()
  ) throws -> [Choice] {
    try check(said, question)
    switch said.answer {
    case .cannotTell, .skipped: return []
    case .first where said.strongly == true: return [try strongChoice(question, picked: 0, person: person)]
    case .second where said.strongly == true: return [try strongChoice(question, picked: 1, person: person)]
    case .first, .second, .tie: return [try plainChoice(question, said.answer, person: person)]
    }
  }

  /// A respondent with a rule of their own answers by it, never strongly; a tie that cannot be said is settled as by
  /// others. Those pick by the likelihood; where strengths can be said, one answer in two is a strong one.
  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Preference>? {
    if let said = respondent.compare(question.clips[0], question.clips[1], random: &random),
      said != .tie || question.details.ties
    {
      return Answer(plain(said, question))
    }
    if question.details.strengths, random.bernoulli(0.5) {
      let picked = respondent.pick(try strongChoice(question, picked: 0, person: respondent.person), random: &random)
      return Answer(Preference(picked == 0 ? .first : .second, strongly: true))
    }
    let picked = respondent.pick(try plainChoice(question, .first, person: respondent.person), random: &random)
    return Answer(plain(plainAnswers(question)[picked], question))
  }

  /// An answer that is not a strong one.
  private static func plain(_ answer: ComparisonAnswer, _ question: Question<Details>) -> Preference {
    let isNamed = answer == .first || answer == .second
    return Preference(answer, strongly: question.details.strengths && isNamed ? false : nil)
  }

  public static func possibleAnswers(
    to question: Question<Details>, in world: FeedbackWorld
  ) -> [[Answer<Preference>]]? {
    let strengths = question.details.strengths
    let plainly = plainAnswers(question).map { Answer(plain($0, question)) }
    guard strengths else { return [plainly] }
    return [plainly, [ComparisonAnswer.first, .second].map { Answer(Preference($0, strongly: true)) }]
  }

  /// In the order of the choice's options: the clips, or the grades from the lowest.
  private static func plainAnswers(_ question: Question<Details>) -> [ComparisonAnswer] {
    question.details.ties ? [.second, .tie, .first] : [.first, .second]
  }

  private static func plainChoice(
    _ question: Question<Details>, _ answer: ComparisonAnswer, person: PersonModel
  ) throws -> Choice {
    let answers = plainAnswers(question)
    let picked = answers.firstIndex(of: answer) ?? 0
    guard question.details.ties else {
      return between(question, picked: picked, rationality: person.rationality, person: person)
    }
    try person.checkTieThreshold()
    return Choice(
      grade: person.option(question.clips[0], shownFirst: true), against: person.option(question.clips[1]),
      cutPoints: [-person.tieThreshold, person.tieThreshold], target: answers.indices.map { $0 == picked ? 1 : 0 },
      rationality: person.rationality, lapse: person.lapse)
  }

  private static func strongChoice(
    _ question: Question<Details>, picked: Int, person: PersonModel
  ) throws -> Choice {
    guard person.strongRationality > 0, person.strongRationality.isFinite else {
      throw InputError(
        "a strong preference is \(person.strongRationality) times as decisive", at: "person",
        remedy: "use a positive number")
    }
    return between(
      question, picked: picked, rationality: person.rationality * person.strongRationality, person: person)
  }

  private static func between(
    _ question: Question<Details>, picked: Int, rationality: Double, person: PersonModel
  ) -> Choice {
    Choice(
      options: [person.option(question.clips[0], shownFirst: true), person.option(question.clips[1])], picked: picked,
      rationality: rationality, lapse: person.lapse)
  }
}

extension PairComparison {
  /// What an answer to a comparison means: ``ground(_:to:person:)``.
  public static func ground(
    _ comparison: Comparison, _ answer: ComparisonAnswer, strongly: Bool? = nil, details: Details,
    person: PersonModel = PersonModel()
  ) throws -> [Choice] {
    try ground(
      Preference(answer, strongly: strongly), to: Question([comparison.first, comparison.second], details: details),
      person: person)
  }
}

extension FeedbackRecord {
  /// A comparison of a run, as a record of the kind `comparison`.
  ///
  /// - Parameters:
  ///   - number: the question's, in its run.
  ///   - person: who answered.
  ///   - comparison: the clips.
  ///   - answer: what was said.
  ///   - strongly: nil where strength was not asked for, or the answer names no winner.
  ///   - details: what could be said.
  public init(
    number: Int, person: String, comparison: Comparison, answer: ComparisonAnswer, strongly: Bool? = nil,
    details: PairComparison.Details
  ) throws {
    let question = Question([comparison.first, comparison.second], details: details)
    self.init(
      number: number, kind: PairComparison.name, person: person, question: try question.erased(),
      answer: answer.isEvidence
        ? try Answer(PairComparison.Preference(answer, strongly: strongly)).erased() : nil,
      skipped: answer.isEvidence ? nil : answer.rawValue)
  }
}
