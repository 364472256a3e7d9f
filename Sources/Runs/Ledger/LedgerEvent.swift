import Files
import Foundation

/// One thing that happened in a run. Events are appended, never edited; everything shown is computed from them.
public enum LedgerEvent: Sendable, Hashable {
  /// A run was started.
  case runStarted(RunStarted)
  /// It goes on with another arithmetic.
  case runContinued(RunContinued)
  /// Two segments were put side by side.
  case comparisonAsked(ComparisonAsked)
  /// What was said to that.
  case comparisonAnswered(ComparisonAnswered)
  /// A question of any other kind was asked.
  case questionAsked(QuestionAsked)
  /// What was said to it.
  case questionAnswered(QuestionAnswered)
  /// An answer does not count any more.
  case answerTakenBack(AnswerTakenBack)
  /// Answers of somebody who is not relied on do not count any more.
  case answersSetAside(AnswersSetAside)
  /// Questions could not be asked as they were planned.
  case questionsReplaced(QuestionsReplaced)
  /// The reward was fitted to the answers.
  case rewardTrained(RewardTrained)
  /// The agent took its steps.
  case agentTrained(AgentTrained)
  /// The policy was evaluated.
  case evaluated(Evaluated)
  /// A checkpoint is on disk.
  case checkpointWritten(CheckpointWritten)
  /// What fixed policies earn, to compare the agent with.
  case referencesMeasured(ReferencesMeasured)
  /// The final model was asked about every segment.
  case segmentsJudged(SegmentsJudged)
  /// An audit found something.
  case findingMade(FindingMade)
  /// The run is at its end.
  case runFinished(RunFinished)

  /// The word that stands for the kind of event in the ledger's table and in exports.
  public var kind: Kind {
    switch self {
    case .runStarted: .runStarted
    case .runContinued: .runContinued
    case .comparisonAsked: .comparisonAsked
    case .comparisonAnswered: .comparisonAnswered
    case .questionAsked: .questionAsked
    case .questionAnswered: .questionAnswered
    case .answerTakenBack: .answerTakenBack
    case .answersSetAside: .answersSetAside
    case .questionsReplaced: .questionsReplaced
    case .rewardTrained: .rewardTrained
    case .agentTrained: .agentTrained
    case .evaluated: .evaluated
    case .checkpointWritten: .checkpointWritten
    case .referencesMeasured: .referencesMeasured
    case .segmentsJudged: .segmentsJudged
    case .findingMade: .findingMade
    case .runFinished: .runFinished
    }
  }

  /// The words of the ledger's table.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// ``LedgerEvent/runStarted(_:)``
    case runStarted = "run-started"
    /// ``LedgerEvent/runContinued(_:)``
    case runContinued = "run-continued"
    /// ``LedgerEvent/comparisonAsked(_:)``
    case comparisonAsked = "query-asked"
    /// ``LedgerEvent/comparisonAnswered(_:)``
    case comparisonAnswered = "answer-given"
    /// ``LedgerEvent/questionAsked(_:)``
    case questionAsked = "feedback-asked"
    /// ``LedgerEvent/questionAnswered(_:)``
    case questionAnswered = "feedback-given"
    /// ``LedgerEvent/answerTakenBack(_:)``
    case answerTakenBack = "answer-taken-back"
    /// ``LedgerEvent/answersSetAside(_:)``
    case answersSetAside = "answers-set-aside"
    /// ``LedgerEvent/questionsReplaced(_:)``
    case questionsReplaced = "questions-replaced"
    /// ``LedgerEvent/rewardTrained(_:)``
    case rewardTrained = "reward-trained"
    /// ``LedgerEvent/agentTrained(_:)``
    case agentTrained = "agent-trained"
    /// ``LedgerEvent/evaluated(_:)``
    case evaluated
    /// ``LedgerEvent/checkpointWritten(_:)``
    case checkpointWritten = "checkpoint-written"
    /// ``LedgerEvent/referencesMeasured(_:)``
    case referencesMeasured = "references-measured"
    /// ``LedgerEvent/segmentsJudged(_:)``
    case segmentsJudged = "segments-judged"
    /// ``LedgerEvent/findingMade(_:)``
    case findingMade = "finding-made"
    /// ``LedgerEvent/runFinished(_:)``
    case runFinished = "run-finished"
  }

  /// The event's content as canonical JSON.
  package func payload() throws -> String {
    switch self {
    case .runStarted(let content): try CanonicalJSON.encode(content)
    case .runContinued(let content): try CanonicalJSON.encode(content)
    case .comparisonAsked(let content): try CanonicalJSON.encode(content)
    case .comparisonAnswered(let content): try CanonicalJSON.encode(content)
    case .questionAsked(let content): try CanonicalJSON.encode(content)
    case .questionAnswered(let content): try CanonicalJSON.encode(content)
    case .answerTakenBack(let content): try CanonicalJSON.encode(content)
    case .answersSetAside(let content): try CanonicalJSON.encode(content)
    case .questionsReplaced(let content): try CanonicalJSON.encode(content)
    case .rewardTrained(let content): try CanonicalJSON.encode(content)
    case .agentTrained(let content): try CanonicalJSON.encode(content)
    case .evaluated(let content): try CanonicalJSON.encode(content)
    case .checkpointWritten(let content): try CanonicalJSON.encode(content)
    case .referencesMeasured(let content): try CanonicalJSON.encode(content)
    case .segmentsJudged(let content): try CanonicalJSON.encode(content)
    case .findingMade(let content): try CanonicalJSON.encode(content)
    case .runFinished(let content): try CanonicalJSON.encode(content)
    }
  }

  package init(kind: Kind, payload: String) throws {
    func content<Content: Decodable>() throws -> Content { try CanonicalJSON.decode(Content.self, from: payload) }
    switch kind {
    case .runStarted: self = .runStarted(try content())
    case .runContinued: self = .runContinued(try content())
    case .comparisonAsked: self = .comparisonAsked(try content())
    case .comparisonAnswered: self = .comparisonAnswered(try content())
    case .questionAsked: self = .questionAsked(try content())
    case .questionAnswered: self = .questionAnswered(try content())
    case .answerTakenBack: self = .answerTakenBack(try content())
    case .answersSetAside: self = .answersSetAside(try content())
    case .questionsReplaced: self = .questionsReplaced(try content())
    case .rewardTrained: self = .rewardTrained(try content())
    case .agentTrained: self = .agentTrained(try content())
    case .evaluated: self = .evaluated(try content())
    case .checkpointWritten: self = .checkpointWritten(try content())
    case .referencesMeasured: self = .referencesMeasured(try content())
    case .segmentsJudged: self = .segmentsJudged(try content())
    case .findingMade: self = .findingMade(try content())
    case .runFinished: self = .runFinished(try content())
    }
  }
}
