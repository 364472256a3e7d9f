import Compute
import Environments
import Feedback
import Files

/// How a question and its answer stand in the ledger: as a pair of events.
///
/// ``GeneralForm`` holds any kind. A kind can have a form of its own, by which its events are shorter; only this table and
/// that form know.
protocol RecordForm: Sendable {
  /// The event of the question.
  ///
  /// - Parameter shown: the numbers under which its clips stand.
  static func asked(_ record: RecordedAnswer, shown: [Int]) throws -> LedgerEvent
  /// The event of the answer.
  ///
  /// - Parameter made: the numbers that the person's clips get.
  static func given(_ record: RecordedAnswer, made: [Int]) throws -> LedgerEvent
}

/// The form of a kind.
func recordForm(of kind: String) -> any RecordForm.Type { shortForms[kind] ?? GeneralForm.self }

private let shortForms: [String: any RecordForm.Type] = [PairComparison.name: ComparisonForm.self]

/// `feedback-asked` and `feedback-given`, for any kind.
enum GeneralForm: RecordForm {
  static func asked(_ record: RecordedAnswer, shown: [Int]) throws -> LedgerEvent {
    .questionAsked(
      QuestionAsked(
        iteration: record.iteration, query: record.record.number, kind: record.record.kind, segments: shown,
        details: record.record.question.details, predicted: record.forecast?.probability,
        disagreement: record.forecast?.disagreement, forEvaluation: record.forEvaluation ? true : nil))
  }

  static func given(_ record: RecordedAnswer, made: [Int]) throws -> LedgerEvent {
    .questionAnswered(
      QuestionAnswered(
        query: record.record.number, person: record.record.person, content: record.record.answer?.content,
        segments: made, skipped: record.record.skipped, contrasts: record.contrasts))
  }
}

/// `query-asked` and `answer-given`, for comparisons: what could be said follows from the run's settings.
enum ComparisonForm: RecordForm {
  static func asked(_ record: RecordedAnswer, shown: [Int]) throws -> LedgerEvent {
    .comparisonAsked(
      ComparisonAsked(
        iteration: record.iteration, query: record.record.number, first: shown[0], second: shown[1],
        predicted: record.forecast?.probability, disagreement: record.forecast?.disagreement,
        forEvaluation: record.forEvaluation ? true : nil, isAutomatic: record.isAutomatic ? true : nil))
  }

  static func given(_ record: RecordedAnswer, made: [Int]) throws -> LedgerEvent {
    let said = try record.record.answer?.content.decode(PairComparison.Preference.self)
    let answer = said?.answer ?? record.record.skipped.flatMap(ComparisonAnswer.init) ?? .skipped
    return .comparisonAnswered(
      ComparisonAnswered(
        query: record.record.number, answer: answer.rawValue, person: record.record.person,
        strongly: answer == .first || answer == .second ? said?.strongly : nil))
  }

  /// The question's event in the form that any kind has. What could be said to it is not in the event, but follows from
  /// the run's settings.
  static func general(_ asked: ComparisonAsked) -> QuestionAsked {
    QuestionAsked(
      iteration: asked.iteration, query: asked.query, kind: PairComparison.name, segments: [asked.first, asked.second],
      details: .object([:]), predicted: asked.predicted, disagreement: asked.disagreement,
      forEvaluation: asked.forEvaluation)
  }

  /// The answer's event in the form that any kind has.
  static func general(_ given: ComparisonAnswered) -> QuestionAnswered {
    var content: [String: JSONValue] = ["answer": .string(given.answer)]
    if let strongly = given.strongly { content["strongly"] = .bool(strongly) }
    return QuestionAnswered(
      query: given.query, person: given.person, content: .object(content), segments: [], skipped: nil)
  }

  /// What the event says of an answer to a comparison, in either form.
  static func said(_ given: QuestionAnswered) -> (answer: String, strongly: Bool?)? {
    if let skipped = given.skipped { return (skipped, nil) }
    guard case .object(let content)? = given.content, case .string(let answer)? = content["answer"] else { return nil }
    guard case .bool(let strongly)? = content["strongly"] else { return (answer, nil) }
    return (answer, strongly)
  }

  /// The record that the two events say; nil if the answer is none of a comparison's.
  ///
  /// - Parameter details: what could be said to the run's comparisons (``details(_:)``).
  static func record(
    _ asked: ComparisonAsked, _ given: ComparisonAnswered, clips: [Trajectory], details: PairComparison.Details
  ) throws -> RecordedAnswer? {
    guard let answer = ComparisonAnswer(rawValue: given.answer) else { return nil }
    let isAutomatic = asked.isAutomatic ?? false
    return RecordedAnswer(
      record: try FeedbackRecord(
        number: asked.query, person: given.person, comparison: Feedback.Comparison(first: clips[0], second: clips[1]),
        answer: answer, strongly: given.strongly, details: isAutomatic ? .automatic : details),
      iteration: asked.iteration, forEvaluation: asked.forEvaluation ?? false, isAutomatic: isAutomatic)
  }

  /// What could be said to the run's comparisons, by the settings of who answered.
  ///
  /// - Parameter start: the run's first event.
  static func details(_ start: LedgerEvent?) throws -> PairComparison.Details {
    guard case .runStarted(let started)? = start else { return PairComparison.Details() }
    let person = started.settings.filter { $0.key.hasPrefix("\(PersonSettings.section).") }
    return try ResolvedSettings(flags: person).settings.person.comparisonDetails
  }
}

extension PairComparison.Details {
  /// Nobody was asked, so nobody could have said anything but which is better.
  static let automatic = PairComparison.Details(strengths: false, ties: false)
}
