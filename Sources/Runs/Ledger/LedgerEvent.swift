import Foundation

/// One thing that happened in a run. Events are appended, never edited; everything shown is computed from them.
public enum LedgerEvent: Sendable, Hashable {
  case runStarted(RunStarted)
  case runContinued(RunContinued)
  case queryAsked(QueryAsked)
  case answerGiven(AnswerGiven)
  case feedbackAsked(FeedbackAsked)
  case feedbackGiven(FeedbackGiven)
  case answerTakenBack(AnswerTakenBack)
  case rewardTrained(RewardTrained)
  case agentTrained(AgentTrained)
  case evaluated(Evaluated)
  case checkpointWritten(CheckpointWritten)
  case segmentsJudged(SegmentsJudged)
  case findingMade(FindingMade)
  case runFinished(RunFinished)

  /// The word that stands for the kind of event in the ledger's table and in exports.
  public var kind: Kind {
    switch self {
    case .runStarted: .runStarted
    case .runContinued: .runContinued
    case .queryAsked: .queryAsked
    case .answerGiven: .answerGiven
    case .feedbackAsked: .feedbackAsked
    case .feedbackGiven: .feedbackGiven
    case .answerTakenBack: .answerTakenBack
    case .rewardTrained: .rewardTrained
    case .agentTrained: .agentTrained
    case .evaluated: .evaluated
    case .checkpointWritten: .checkpointWritten
    case .segmentsJudged: .segmentsJudged
    case .findingMade: .findingMade
    case .runFinished: .runFinished
    }
  }

  /// The words of the ledger's table.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case runStarted = "run-started"
    case runContinued = "run-continued"
    case queryAsked = "query-asked"
    case answerGiven = "answer-given"
    case feedbackAsked = "feedback-asked"
    case feedbackGiven = "feedback-given"
    case answerTakenBack = "answer-taken-back"
    case rewardTrained = "reward-trained"
    case agentTrained = "agent-trained"
    case evaluated
    case checkpointWritten = "checkpoint-written"
    case segmentsJudged = "segments-judged"
    case findingMade = "finding-made"
    case runFinished = "run-finished"
  }

  /// The event's content as canonical JSON.
  package func payload() throws -> String {
    switch self {
    case .runStarted(let content): try CanonicalJSON.encode(content)
    case .runContinued(let content): try CanonicalJSON.encode(content)
    case .queryAsked(let content): try CanonicalJSON.encode(content)
    case .answerGiven(let content): try CanonicalJSON.encode(content)
    case .feedbackAsked(let content): try CanonicalJSON.encode(content)
    case .feedbackGiven(let content): try CanonicalJSON.encode(content)
    case .answerTakenBack(let content): try CanonicalJSON.encode(content)
    case .rewardTrained(let content): try CanonicalJSON.encode(content)
    case .agentTrained(let content): try CanonicalJSON.encode(content)
    case .evaluated(let content): try CanonicalJSON.encode(content)
    case .checkpointWritten(let content): try CanonicalJSON.encode(content)
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
    case .queryAsked: self = .queryAsked(try content())
    case .answerGiven: self = .answerGiven(try content())
    case .feedbackAsked: self = .feedbackAsked(try content())
    case .feedbackGiven: self = .feedbackGiven(try content())
    case .answerTakenBack: self = .answerTakenBack(try content())
    case .rewardTrained: self = .rewardTrained(try content())
    case .agentTrained: self = .agentTrained(try content())
    case .evaluated: self = .evaluated(try content())
    case .checkpointWritten: self = .checkpointWritten(try content())
    case .segmentsJudged: self = .segmentsJudged(try content())
    case .findingMade: self = .findingMade(try content())
    case .runFinished: self = .runFinished(try content())
    }
  }
}
