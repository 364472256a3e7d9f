import Environments
import Feedback

extension RunRecord {
  /// A question of any kind, and what became of it.
  public struct AskedQuestion: Sendable, Hashable {
    /// The question. A comparison's two segments are in order; what could be said to it follows from the settings.
    public var asked: QuestionAsked
    /// Nil while unanswered.
    public var given: QuestionAnswered?
    /// Whether the answer was taken back.
    public var takenBack = false
    /// Whether the answer was set aside, because who gave it is not relied on.
    public var setAside = false
    /// Environment steps taken when it was asked.
    public var step: Int

    /// Whether there is an answer that was neither taken back nor set aside.
    public var counts: Bool { given != nil && !takenBack && !setAside }
  }

  /// A stored segment: how long it is, and what it is worth.
  package struct ShownSegment: Sendable, Hashable {
    package var number: Int
    package var steps: Int
    package var trueReturn: Double
    /// By the final model; nil until the run has finished.
    package var predictedReturn: Double?
  }

  /// The numbers of the clips of all answers that count, in ascending order.
  package var judgedSegments: [Int] {
    var numbers = Set<Int>()
    for question in questions where question.counts {
      numbers.formUnion(question.asked.segments)
      numbers.formUnion(question.given?.segments ?? [])
    }
    return numbers.sorted()
  }

  /// Whether the agent was paid the environment's own reward, to compare with.
  public var isPaidByTruth: Bool { settings["run.agentReward"] == RunSettings.AgentReward.truth.rawValue }

  /// Whether people answer, who may want something else than what the environment pays.
  package var isAnsweredByPeople: Bool { settings["person.answering"] == PersonSettings.Answering.live.rawValue }

  /// Answers that count: given, neither taken back nor set aside.
  public var answerCount: Int { questions.count(where: \.counts) }

  /// How many answers that count each kind of feedback has, as they were first asked; none without an answer.
  public var answersByKind: [(kind: String, count: Int)] {
    var counts: [(kind: String, count: Int)] = []
    for kind in questions.filter(\.counts).map(\.asked.kind) {
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
  /// Answers taken back are left out, as they do not count; so are those of people who are not relied on, questions
  /// without an answer yet, and comparisons that no person was asked. A comparison is a record of the kind `comparison`.
  ///
  /// - Parameter includesSetAside: whether the answers of people who are not relied on are among them.
  /// - Throws: `InputError` if the ledger cannot be read.
  public func feedbackRecords(includesSetAside: Bool = false) throws -> [FeedbackRecord] {
    let ledger = try Ledger(reading: RunLayout(directory).ledger)
    let leftOut = Set(
      questions.filter { $0.takenBack || $0.setAside && !includesSetAside }.map(\.asked.query))
    return try ledger.answers(before: ledger.count)
      .filter { !$0.isAutomatic && !leftOut.contains($0.record.number) }
      .map(\.record).sorted { $0.number < $1.number }
  }
}

extension RunRecord.AskedQuestion {
  /// What the model, before it learned from the answer, had expected of it: of the answer itself where that says which of
  /// two is better, else of each clear choice that it means. Which of such a choice's two options is called the first
  /// alternates, so that neither side is always the right one.
  var predictions: [RunRecord.Prediction] {
    if let label = preference, let probability = asked.predicted {
      return [
        RunRecord.Prediction(
          query: asked.query, probability: probability, label: label, disagreement: asked.disagreement,
          isFair: asked.forEvaluation ?? false)
      ]
    }
    return (given?.contrasts ?? []).enumerated().map { place, probability in
      let isFirst = (asked.query + place).isMultiple(of: 2)
      return RunRecord.Prediction(
        query: asked.query, probability: isFirst ? probability : 1 - probability, label: isFirst ? 1 : 0)
    }
  }
}
