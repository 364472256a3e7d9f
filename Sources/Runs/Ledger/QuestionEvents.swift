import Feedback
import Files

/// A question of any kind but a comparison of two segments (``ComparisonAsked``).
public struct QuestionAsked: Sendable, Hashable, Codable {
  /// The round that asked it.
  public var iteration: Int
  /// The question's number, counted from 0 over the whole run, comparisons included.
  public var query: Int
  /// `FeedbackKind.name`.
  public var kind: String
  /// The question's clips: numbers in the ledger's `segments` table.
  public var segments: [Int]
  /// What else the question holds.
  public var details: JSONValue
  /// What the model predicted before it learned from the answer, where the kind has a forecast; nil in the first round.
  public var predicted: Double?
  /// The standard deviation of that over the ensemble's members; nil for one member.
  public var disagreement: Double?
  /// Whether the question is a random one whose answer is never learned from; nil for no.
  public var forEvaluation: Bool?

  package init(
    iteration: Int, query: Int, kind: String, segments: [Int], details: JSONValue, predicted: Double? = nil,
    disagreement: Double? = nil, forEvaluation: Bool? = nil
  ) {
    self.predicted = predicted
    self.disagreement = disagreement
    self.forEvaluation = forEvaluation
    self.iteration = iteration
    self.query = query
    self.kind = kind
    self.segments = segments
    self.details = details
  }
}

/// What the person said to it.
public struct QuestionAnswered: Sendable, Hashable, Codable {
  /// The number of the question.
  public var query: Int
  /// `simulated/boltzmann`, or a name.
  public var person: String
  /// Nil if the person gave no answer.
  public var content: JSONValue?
  /// The clips that the person made: numbers in the ledger's `segments` table.
  public var segments: [Int]
  /// Why there is no answer.
  public var skipped: String?
  /// For each clear choice that the answer means, the probability of what was picked against one other option, drawn at
  /// random, by the model that had not learned from it: at ½ a coin would do as well. Nil for kinds with a forecast of
  /// the question itself, in the first round, and in runs of formats before 3.
  public var contrasts: [Double]?

  package init(
    query: Int, person: String, content: JSONValue?, segments: [Int], skipped: String?, contrasts: [Double]? = nil
  ) {
    self.contrasts = contrasts
    self.query = query
    self.person = person
    self.content = content
    self.segments = segments
    self.skipped = skipped
  }
}

/// Questions of one round that could not be asked as they were planned, and what was done instead.
///
/// An agent that always acts alike leaves clips that are all the same, and some kinds of feedback ask how clips differ.
/// Such a question is asked about clips of exploring, or another kind is asked in its place, or it is left out.
public struct QuestionsReplaced: Sendable, Hashable, Codable {
  /// The round.
  public var iteration: Int
  /// The kind that was planned.
  public var kind: String
  /// The kind that was asked: the same one where it was asked about clips of exploring; nil where none was.
  public var instead: String?
  /// How many questions.
  public var count: Int
  /// Why the first of them could not be asked as planned.
  public var reason: String

  package init(iteration: Int, kind: String, instead: String?, count: Int, reason: String) {
    self.iteration = iteration
    self.kind = kind
    self.instead = instead
    self.count = count
    self.reason = reason
  }

  /// For a screen: what could not be asked, why, and what was done.
  public var sentence: String {
    let questions = "\(count) \(count == 1 ? "question" : "questions")"
    let done =
      switch instead {
      case kind: "asked about clips of exploring"
      case let other?: "asked '\(other)' instead"
      case nil: "left out"
      }
    return "round \(iteration): \(questions) of '\(kind)' could not be asked (\(reason)); \(done)"
  }
}
