import Environments
import Feedback

extension RunRecord {
  /// A question of another kind, and its answer.
  public struct OtherFeedback: Sendable, Hashable {
    /// The question.
    public var asked: FeedbackAsked
    /// Nil while unanswered.
    public var given: FeedbackGiven?
    /// Whether the answer was taken back.
    public var takenBack = false
    /// Environment steps taken when it was asked.
    public var step: Int
  }

  /// A stored segment: how long it is, and what it is worth.
  package struct ShownSegment: Sendable, Hashable {
    package var number: Int
    package var steps: Int
    package var trueReturn: Double
    /// By the final model; nil until the run has finished.
    package var predictedReturn: Double?
  }

  /// Whether the agent was paid the environment's own reward, to compare with.
  public var isPaidByTruth: Bool { settings["run.agentReward"] == RunSettings.AgentReward.truth.rawValue }

  /// Whether people answer, who may want something else than what the environment pays.
  package var isAnsweredByPeople: Bool { settings["person.answering"] == PersonSettings.Answering.live.rawValue }

  /// Answers that count: given, not taken back.
  public var answerCount: Int {
    comparisons.count { $0.answer != nil && !$0.takenBack } + otherFeedback.count { $0.given != nil && !$0.takenBack }
  }

  /// How many answers that count each kind of feedback has: comparisons first, the others as they were first asked; none
  /// without an answer.
  public var answersByKind: [(kind: String, count: Int)] {
    var counts: [(kind: String, count: Int)] = []
    let kinds =
      comparisons.filter { $0.answer != nil && !$0.takenBack }.map { _ in PairComparison.name }
      + otherFeedback.filter { $0.given != nil && !$0.takenBack }.map(\.asked.kind)
    for kind in kinds {
      if let index = counts.firstIndex(where: { $0.kind == kind }) {
        counts[index].count += 1
      } else {
        counts.append((kind, 1))
      }
    }
    return counts
  }

  /// Every question of the run with what became of it, in order, whatever the kind: what an export holds.
  ///
  /// Answers taken back are left out, as they do not count; so are questions without an answer yet, and comparisons
  /// that no person was asked. A comparison is a record of the kind `comparison`.
  ///
  /// - Throws: `InputError` if the ledger cannot be read.
  public func feedbackRecords() throws -> [FeedbackRecord] {
    let ledger = try Ledger(reading: RunLayout(directory).ledger)
    let takenBack = Set(
      comparisons.filter(\.takenBack).map(\.query) + otherFeedback.filter(\.takenBack).map(\.asked.query))
    return try ledger.answers(before: ledger.count)
      .filter { !$0.isAutomatic && !takenBack.contains($0.record.number) }
      .map(\.record).sorted { $0.number < $1.number }
  }
}

extension RunRecord.Prediction {
  /// The predictions of an answer of another kind. Which of the two options is called the first alternates, so that
  /// neither side is always the right one.
  static func contrasts(_ given: FeedbackGiven) -> [RunRecord.Prediction] {
    (given.contrasts ?? []).enumerated().map { place, probability in
      let isFirst = (given.query + place).isMultiple(of: 2)
      return RunRecord.Prediction(
        query: given.query, probability: isFirst ? probability : 1 - probability, label: isFirst ? 1 : 0)
    }
  }
}
