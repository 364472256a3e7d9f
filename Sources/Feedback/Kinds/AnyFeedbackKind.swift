import Compute
import Environments
import Files

/// A kind of feedback with its types erased: details and contents are JSON.
public struct AnyFeedbackKind: Sendable {
  /// ``FeedbackKind/name``
  public let name: String
  /// ``FeedbackKind/summary``
  public let summary: String
  /// ``FeedbackKind/isAboutPairs``
  public let isAboutPairs: Bool
  /// ``FeedbackKind/isShared``
  public let isShared: Bool
  /// ``FeedbackKind/level``
  public let level: AnswerLevel
  private let asking: @Sendable (QuestionMaterial, inout RandomStream) throws -> Question<JSONValue>
  private let showing: @Sendable (Question<JSONValue>, FeedbackWorld) throws -> Presentation
  private let checking: @Sendable (Answer<JSONValue>, Question<JSONValue>, FeedbackWorld) throws -> Void
  private let grounding:
    @Sendable (Answer<JSONValue>, Question<JSONValue>, FeedbackWorld, PersonModel) throws -> [Choice]
  private let forecasting: @Sendable (Question<JSONValue>) throws -> Choice?
  private let simulating:
    @Sendable (Question<JSONValue>, FeedbackWorld, inout any Respondent, inout RandomStream) throws
      -> Answer<JSONValue>?
  private let labelling: @Sendable (Answer<JSONValue>) throws -> Int?
  private let deciding: @Sendable ([Answer<JSONValue>]) throws -> Answer<JSONValue>?
  private let stating: @Sendable (Answer<JSONValue>, Question<JSONValue>, FeedbackWorld) throws -> [[Double]]?
  private let listing: @Sendable (Question<JSONValue>, FeedbackWorld) throws -> [[Answer<JSONValue>]]?

  /// Erases a kind.
  public init<Kind: FeedbackKind>(_ kind: Kind.Type) {
    name = Kind.name
    summary = Kind.summary
    isAboutPairs = Kind.isAboutPairs
    isShared = Kind.isShared
    level = Kind.level
    labelling = { try Kind.label(of: $0.typed(Kind.Content.self, kind: Kind.name)) }
    deciding = { try Kind.majority(of: $0.map { try $0.typed(Kind.Content.self, kind: Kind.name) })?.erased() }
    forecasting = { question in try Kind.forecast(question.typed(Kind.Details.self, kind: Kind.name)) }
    asking = { material, random in try Kind.ask(material, random: &random).erased() }
    showing = { question, world in
      try Kind.show(question.typed(Kind.Details.self, kind: Kind.name), in: world)
    }
    checking = { answer, question, world in
      try Kind.check(
        answer.typed(Kind.Content.self, kind: Kind.name), to: question.typed(Kind.Details.self, kind: Kind.name),
        in: world)
    }
    grounding = { answer, question, world, person in
      let answer = try answer.typed(Kind.Content.self, kind: Kind.name)
      let question = try question.typed(Kind.Details.self, kind: Kind.name)
      try Kind.check(answer, to: question, in: world)
      return try Kind.ground(answer, to: question, in: world, person: person)
    }
    stating = { answer, question, world in
      let answer = try answer.typed(Kind.Content.self, kind: Kind.name)
      let question = try question.typed(Kind.Details.self, kind: Kind.name)
      try Kind.check(answer, to: question, in: world)
      return try Kind.rewards(stated: answer, to: question, in: world)
    }
    listing = { question, world in
      try Kind.possibleAnswers(to: question.typed(Kind.Details.self, kind: Kind.name), in: world)?
        .map { try $0.map { try $0.erased() } }
    }
    simulating = { question, world, respondent, random in
      func simulate<Judge: Respondent>(_ start: Judge) throws -> Answer<Kind.Content>? {
        var typed = start
        let answer = try Kind.simulate(
          question.typed(Kind.Details.self, kind: Kind.name), in: world, respondent: &typed, random: &random)
        respondent = typed
        return answer
      }
      return try simulate(respondent)?.erased()
    }
  }

  /// Makes a question from material.
  ///
  /// - Throws: `InputError` if the material does not suffice.
  public func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<JSONValue> {
    try asking(material, &random)
  }

  /// - Throws: `InputError` if the question's details are not of this kind.
  public func show(_ question: Question<JSONValue>, in world: FeedbackWorld) throws -> Presentation {
    try showing(question, world)
  }

  /// - Throws: `InputError` if the answer does not fit the question.
  public func check(_ answer: Answer<JSONValue>, to question: Question<JSONValue>, in world: FeedbackWorld) throws {
    try checking(answer, question, world)
  }

  /// What is predicted before the answer is known; nil for nothing.
  ///
  /// - Throws: `InputError` if the question's details are not of this kind.
  public func forecast(_ question: Question<JSONValue>) throws -> Choice? { try forecasting(question) }

  /// What the answer means, after it was checked.
  public func ground(
    _ answer: Answer<JSONValue>, to question: Question<JSONValue>, in world: FeedbackWorld,
    person: PersonModel = PersonModel()
  ) throws -> [Choice] { try grounding(answer, question, world, person) }

  /// What a simulated respondent answers; nil for one who cannot tell. The respondent comes back as the answer left
  /// them.
  ///
  /// - Throws: `InputError` if the question's details are not of this kind.
  public func simulate(
    _ question: Question<JSONValue>, in world: FeedbackWorld, respondent: inout any Respondent,
    random: inout RandomStream
  ) throws -> Answer<JSONValue>? { try simulating(question, world, &respondent, &random) }

  /// Which of two things an answer says, to hold people against one another; nil for neither.
  ///
  /// - Throws: `InputError` if the answer's content is not of this kind.
  public func label(of answer: Answer<JSONValue>) throws -> Int? { try labelling(answer) }

  /// What several people's answers to one question come to; nil for nothing.
  ///
  /// - Throws: `InputError` if an answer's content is not of this kind.
  public func majority(of answers: [Answer<JSONValue>]) throws -> Answer<JSONValue>? { try deciding(answers) }

  /// What an answer that states a reward gives each transition of the question's clips, after it was checked; nil for
  /// others.
  public func rewards(
    stated answer: Answer<JSONValue>, to question: Question<JSONValue>, in world: FeedbackWorld
  ) throws -> [[Double]]? { try stating(answer, question, world) }

  /// Every answer that the question allows, in groups that sum to 1; nil where they cannot be counted
  /// (``FeedbackKind/possibleAnswers(to:in:)``).
  public func possibleAnswers(
    to question: Question<JSONValue>, in world: FeedbackWorld
  ) throws -> [[Answer<JSONValue>]]? { try listing(question, world) }
}

extension Question {
  /// The same with its details as JSON.
  public func erased() throws -> Question<JSONValue> {
    Question<JSONValue>(clips, details: try JSONValue(encoding: details))
  }
}

extension Question where Details == JSONValue {
  fileprivate func typed<Typed>(_ type: Typed.Type, kind: String) throws -> Question<Typed> {
    do {
      return Question<Typed>(clips, details: try details.decode(type))
    } catch {
      throw InputError.misfit("the question's details", kind: kind, error)
    }
  }
}

extension Answer {
  /// The same with its content as JSON.
  public func erased() throws -> Answer<JSONValue> { Answer<JSONValue>(try JSONValue(encoding: content), clips: clips) }
}

extension Answer where Content == JSONValue {
  fileprivate func typed<Typed>(_ type: Typed.Type, kind: String) throws -> Answer<Typed> {
    do {
      return Answer<Typed>(try content.decode(type), clips: clips)
    } catch {
      throw InputError.misfit("the answer's content", kind: kind, error)
    }
  }
}

extension InputError {
  fileprivate static func misfit(_ what: String, kind: String, _ error: any Error) -> InputError {
    var place: String?
    var problem = "cannot be read"
    if let error = error as? DecodingError {
      let context: DecodingError.Context? =
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context
        case .keyNotFound(let key, let context):
          DecodingError.Context(codingPath: context.codingPath + [key], debugDescription: "it is missing")
        @unknown default: nil
        }
      if let context {
        place = context.codingPath.map(\.stringValue).joined(separator: ".")
        problem = "do not fit: \(context.debugDescription)"
      }
    }
    return InputError(
      "\(what) \(problem)", at: place.flatMap { $0.isEmpty ? nil : $0 }, remedy: "see the kind '\(kind)'")
  }
}
