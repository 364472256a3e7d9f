import Findings
import Foundation

/// One thing that happened in a run. Events are appended, never edited; everything shown is computed from them.
public enum LedgerEvent: Sendable, Hashable {
  case runStarted(RunStarted)
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

  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case runStarted = "run-started"
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

/// The first event of every run.
public struct RunStarted: Sendable, Hashable, Codable {
  /// Every setting by its name, in the spelling of the settings file.
  public var settings: [String: String]
  /// The arithmetic in use: runs repeat bit by bit on machines that agree in it.
  public var arithmetic: String
  public var format: Int

  package init(settings: [String: String], arithmetic: String, format: Int) {
    self.settings = settings
    self.arithmetic = arithmetic
    self.format = format
  }
}

/// Two segments shown side by side.
public struct QueryAsked: Sendable, Hashable, Codable {
  public var iteration: Int
  /// The question's number, counted from 0 over the whole run.
  public var query: Int
  /// Numbers of the segments in the ledger's `segments` table.
  public var first: Int
  public var second: Int
  /// The model's probability that the first is preferred, before it has learned from the answer; nil in the first
  /// round.
  public var predicted: Double?
  /// The standard deviation of that probability over the ensemble's members; nil for one member.
  public var disagreement: Double?
  /// Whether the question is a random one whose answer is never learned from; nil for no.
  public var forEvaluation: Bool?
  /// Whether nobody was asked: a demonstrated segment counts as better than one of the agent's; nil for no.
  public var isAutomatic: Bool?

  package init(
    iteration: Int, query: Int, first: Int, second: Int, predicted: Double?, disagreement: Double?,
    forEvaluation: Bool? = nil, isAutomatic: Bool? = nil
  ) {
    self.isAutomatic = isAutomatic
    self.forEvaluation = forEvaluation
    self.iteration = iteration
    self.query = query
    self.first = first
    self.second = second
    self.predicted = predicted
    self.disagreement = disagreement
  }
}

/// What the person said.
public struct AnswerGiven: Sendable, Hashable, Codable {
  public var query: Int
  /// `ComparisonAnswer.rawValue`.
  public var answer: String
  /// `simulated/boltzmann`, or a name.
  public var person: String
  /// Whether the preference was called a strong one; nil where that was not asked.
  public var strongly: Bool?

  package init(query: Int, answer: String, person: String, strongly: Bool? = nil) {
    self.query = query
    self.answer = answer
    self.person = person
    self.strongly = strongly
  }
}

/// The person thought better of it: the answer no longer counts from the next training of the reward on.
public struct AnswerTakenBack: Sendable, Hashable, Codable {
  public var query: Int
  public var person: String

  package init(query: Int, person: String) {
    self.query = query
    self.person = person
  }
}

/// The reward model was fitted to all answers that count.
public struct RewardTrained: Sendable, Hashable, Codable {
  public var iteration: Int
  public var comparisons: Int
  public var epochs: Int
  public var loss: Double
  /// On answers with a clear preference; nil without any.
  public var accuracy: Double?
  public var heldOutLoss: Double?
  public var heldOutAccuracy: Double?

  package init(
    iteration: Int, comparisons: Int, epochs: Int, loss: Double, accuracy: Double?, heldOutLoss: Double?,
    heldOutAccuracy: Double?
  ) {
    self.iteration = iteration
    self.comparisons = comparisons
    self.epochs = epochs
    self.loss = loss
    self.accuracy = accuracy
    self.heldOutLoss = heldOutLoss
    self.heldOutAccuracy = heldOutAccuracy
  }
}

/// The agent took its steps of this iteration on the learned reward.
public struct AgentTrained: Sendable, Hashable, Codable {
  public var iteration: Int
  /// The agent's own steps so far, and all steps so far including those taken only to have something to ask about.
  public var agentSteps: Int
  public var allSteps: Int
  /// True returns of the training episodes that ended in this iteration.
  public var trueReturns: [Double]
  /// Mean learned reward per step of this iteration's experience.
  public var meanPredictedReward: Double
  /// `ppo/…` figures of the last update.
  public var statistics: [String: Double]

  package init(
    iteration: Int, agentSteps: Int, allSteps: Int, trueReturns: [Double], meanPredictedReward: Double,
    statistics: [String: Double]
  ) {
    self.iteration = iteration
    self.agentSteps = agentSteps
    self.allSteps = allSteps
    self.trueReturns = trueReturns
    self.meanPredictedReward = meanPredictedReward
    self.statistics = statistics
  }
}

/// Whole episodes of the current policy, judged by the truth and by the model.
public struct Evaluated: Sendable, Hashable, Codable {
  public var iteration: Int
  /// The final evaluation has its own number of episodes.
  public var final: Bool
  public var trueReturns: [Double]
  public var predictedReturns: [Double]
  public var lengths: [Int]
  /// Mean over steps of the standard deviation of the members' rewards; nil for one member.
  public var disagreement: Double?
  /// Segments of these episodes kept for showing: best- and worst-judged first.
  public var clips: [Int]

  package init(
    iteration: Int, final: Bool, trueReturns: [Double], predictedReturns: [Double], lengths: [Int],
    disagreement: Double?, clips: [Int]
  ) {
    self.iteration = iteration
    self.final = final
    self.trueReturns = trueReturns
    self.predictedReturns = predictedReturns
    self.lengths = lengths
    self.disagreement = disagreement
    self.clips = clips
  }
}

/// A checkpoint stands in `checkpoints/<iteration>`.
public struct CheckpointWritten: Sendable, Hashable, Codable {
  public var iteration: Int
  /// FNV-1a of the weights' bytes, hexadecimal.
  public var weights: String

  package init(iteration: Int, weights: String) {
    self.iteration = iteration
    self.weights = weights
  }
}

/// What the final model makes of every segment that was ever shown.
public struct SegmentsJudged: Sendable, Hashable, Codable {
  /// Predicted return by segment number.
  public var predictedReturns: [Double]

  package init(predictedReturns: [Double]) {
    self.predictedReturns = predictedReturns
  }
}

/// An audit's claim.
public struct FindingMade: Sendable, Hashable, Codable {
  public var finding: Finding

  package init(finding: Finding) {
    self.finding = finding
  }
}

/// The last event of a run that went to its end.
public struct RunFinished: Sendable, Hashable, Codable {
  public var iterations: Int
  public var agentSteps: Int
  public var allSteps: Int
  public var answers: Int

  package init(iterations: Int, agentSteps: Int, allSteps: Int, answers: Int) {
    self.iterations = iterations
    self.agentSteps = agentSteps
    self.allSteps = allSteps
    self.answers = answers
  }
}
