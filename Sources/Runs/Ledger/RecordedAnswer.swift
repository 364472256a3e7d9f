import Compute
import Environments
import Feedback

/// A question and its answer, whatever the kind, as the ledger has them.
///
/// Two pairs of events hold them. A comparison of two segments is a `query-asked` with an `answer-given`, which also say
/// what was predicted; every other kind is a `feedback-asked` with a `feedback-given`. This file alone knows which is
/// which; everything else sees a kind, a question and an answer.
struct RecordedAnswer: Sendable {
  /// The query's number in the run, the question, who answered, and what.
  var record: FeedbackRecord
  /// The round that asked it.
  var iteration: Int
  /// Whether the answer is kept apart from learning, to measure by.
  var forEvaluation = false
  /// Whether nobody was asked.
  var isAutomatic = false
  /// What was predicted before the answer was known.
  var forecast: Forecast?

  /// The probability of the first option of the kind's forecast.
  struct Forecast: Sendable {
    var probability: Double
    /// Its standard deviation over the ensemble's members; nil for one member.
    var disagreement: Double?
  }
}

// MARK: Writing

extension RecordedAnswer {
  /// The clips of a question and of its answer, as they are stored.
  struct Clips {
    var shown: [StoredSegment]
    var made: [StoredSegment] = []
    /// Where the shown ones stand already: the same question was answered by somebody else just before.
    var standing: [Int]?
  }

  /// The events that say it.
  ///
  /// - Parameters:
  ///   - clips: what is shown and made.
  ///   - segment: the number that the next stored segment gets; moved on.
  ///   - step: environment steps so far.
  /// - Returns: the entries, and the numbers under which the question's clips stand.
  func entries(_ clips: Clips, segment: inout Int, step: Int) throws -> (entries: [LedgerEntry], shown: [Int]) {
    func store(_ count: Int) -> [Int] {
      defer { segment += count }
      return (0..<count).map { segment + $0 }
    }
    let stored = clips.standing == nil ? clips.shown : []
    let shown = clips.standing ?? store(clips.shown.count)
    let (asked, given): (LedgerEvent, LedgerEvent)
    if record.kind == PairComparison.name {
      let said = try record.answer?.content.decode(PairComparison.Preference.self)
      let answer = said?.answer ?? record.skipped.flatMap(ComparisonAnswer.init) ?? .skipped
      asked = .queryAsked(
        QueryAsked(
          iteration: iteration, query: record.number, first: shown[0], second: shown[1],
          predicted: forecast?.probability, disagreement: forecast?.disagreement,
          forEvaluation: forEvaluation ? true : nil, isAutomatic: isAutomatic ? true : nil))
      given = .answerGiven(
        AnswerGiven(
          query: record.number, answer: answer.rawValue, person: record.person,
          strongly: answer == .first || answer == .second ? said?.strongly : nil))
    } else {
      asked = .feedbackAsked(
        FeedbackAsked(
          iteration: iteration, query: record.number, kind: record.kind, segments: shown,
          details: record.question.details))
      given = .feedbackGiven(
        FeedbackGiven(
          query: record.number, person: record.person, content: record.answer?.content,
          segments: store(clips.made.count), skipped: record.skipped))
    }
    return (
      [
        LedgerEntry(asked, step: step, segments: stored), LedgerEntry(given, step: step, segments: clips.made),
      ], shown
    )
  }
}

// MARK: Reading

extension Ledger {
  /// Every answer before this position, in the order in which they were given.
  ///
  /// - Throws: `InputError` if an answer is to no known question, or something cannot be read.
  func answers(before position: Int) throws -> [RecordedAnswer] {
    let rows = try entries(before: position)
    let details = try Self.comparisonDetails(rows.first?.event)
    var comparisons: [Int: QueryAsked] = [:]
    var questions: [Int: FeedbackAsked] = [:]
    var answers: [RecordedAnswer] = []
    for row in rows {
      func unknown() -> InputError { InputError("event \(row.sequence) answers no known question", at: path) }
      switch row.event {
      case .queryAsked(let asked): comparisons[asked.query] = asked
      case .feedbackAsked(let asked): questions[asked.query] = asked
      case .answerGiven(let given):
        guard let asked = comparisons[given.query], let answer = ComparisonAnswer(rawValue: given.answer) else {
          throw unknown()
        }
        answers.append(
          RecordedAnswer(
            record: try comparison(asked, answer, given, asked.isAutomatic == true ? .automatic : details),
            iteration: asked.iteration, forEvaluation: asked.forEvaluation ?? false,
            isAutomatic: asked.isAutomatic ?? false))
      case .feedbackGiven(let given):
        guard let asked = questions[given.query] else { throw unknown() }
        answers.append(RecordedAnswer(record: try record(asked, given), iteration: asked.iteration))
      default: break
      }
    }
    return answers
  }

  /// What could be said to the run's comparisons, by the settings of who answered.
  private static func comparisonDetails(_ start: LedgerEvent?) throws -> PairComparison.Details {
    guard case .runStarted(let started)? = start else { return PairComparison.Details() }
    let person = started.settings.filter { $0.key.hasPrefix("\(PersonSettings.section).") }
    return try ResolvedSettings(flags: person).settings.person.comparisonDetails
  }

  private func comparison(
    _ asked: QueryAsked, _ answer: ComparisonAnswer, _ given: AnswerGiven, _ details: PairComparison.Details
  ) throws -> FeedbackRecord {
    let clips = try segments([asked.first, asked.second]).map(\.trajectory)
    return try FeedbackRecord(
      number: asked.query, person: given.person, comparison: Feedback.Comparison(first: clips[0], second: clips[1]),
      answer: answer, strongly: given.strongly, details: details)
  }

  /// A question of another kind and its answer with their clips.
  package func record(_ asked: FeedbackAsked, _ given: FeedbackGiven) throws -> FeedbackRecord {
    let clips = try segments(asked.segments).map(\.trajectory)
    return FeedbackRecord(
      number: asked.query, kind: asked.kind, person: given.person, question: Question(clips, details: asked.details),
      answer: try given.content.map { Answer($0, clips: try segments(given.segments).map(\.trajectory)) },
      skipped: given.skipped)
  }
}

extension PairComparison.Details {
  /// Nobody was asked, so nobody could have said anything but which is better.
  static let automatic = PairComparison.Details(strengths: false, ties: false)
}
