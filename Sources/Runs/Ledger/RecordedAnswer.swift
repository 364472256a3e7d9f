import Compute
import Environments
import Feedback

/// A question and its answer, of any kind, as the ledger has them.
///
/// A pair of events holds them, in the kind's `RecordForm`. Everything else sees a kind, a question and an answer.
struct RecordedAnswer: Sendable {
  /// The query's number in the run, the question, who answered, and what.
  var record: FeedbackRecord
  /// The round that asked it.
  var iteration: Int
  /// Whether the answer is kept apart from learning, to measure by.
  var forEvaluation = false
  /// Whether no person was asked.
  var isAutomatic = false
  /// What was predicted before the answer was known.
  var forecast: Forecast?
  /// What was predicted of what was picked, where the kind has no forecast: ``QuestionAnswered/contrasts``.
  var contrasts: [Double]?

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
    /// Where the shown ones are stored already: the same question was answered by another person just before.
    var standing: [Int]?
  }

  /// Its events.
  ///
  /// - Parameters:
  ///   - clips: what is shown and made.
  ///   - segment: the number that the next stored segment gets; moved on.
  ///   - step: environment steps so far.
  /// - Returns: the entries, and the numbers of the question's clips.
  func entries(_ clips: Clips, segment: inout Int, step: Int) throws -> (entries: [LedgerEntry], shown: [Int]) {
    func store(_ count: Int) -> [Int] {
      defer { segment += count }
      return (0..<count).map { segment + $0 }
    }
    let stored = clips.standing == nil ? clips.shown : []
    let shown = clips.standing ?? store(clips.shown.count)
    let form = recordForm(of: record.kind)
    let asked = try form.asked(self, shown: shown)
    let given = try form.given(self, made: store(clips.made.count))
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
    let details = try ComparisonForm.details(rows.first?.event)
    var comparisons: [Int: ComparisonAsked] = [:]
    var questions: [Int: QuestionAsked] = [:]
    var answers: [RecordedAnswer] = []
    for row in rows {
      func unknown() -> InputError { InputError("event \(row.sequence) answers no known question", at: path) }
      switch row.event {
      case .comparisonAsked(let asked): comparisons[asked.query] = asked
      case .questionAsked(let asked): questions[asked.query] = asked
      case .comparisonAnswered(let given):
        guard let asked = comparisons[given.query] else { throw unknown() }
        let clips = try segments([asked.first, asked.second]).map(\.trajectory)
        guard let answer = try ComparisonForm.record(asked, given, clips: clips, details: details) else {
          throw unknown()
        }
        answers.append(answer)
      case .questionAnswered(let given):
        guard let asked = questions[given.query] else { throw unknown() }
        answers.append(
          RecordedAnswer(
            record: try record(asked, given), iteration: asked.iteration, forEvaluation: asked.forEvaluation ?? false))
      default: break
      }
    }
    return answers
  }

  /// A question of another kind and its answer with their clips.
  package func record(_ asked: QuestionAsked, _ given: QuestionAnswered) throws -> FeedbackRecord {
    let clips = try segments(asked.segments).map(\.trajectory)
    return FeedbackRecord(
      number: asked.query, kind: asked.kind, person: given.person, question: Question(clips, details: asked.details),
      answer: try given.content.map { Answer($0, clips: try segments(given.segments).map(\.trajectory)) },
      skipped: given.skipped)
  }
}
