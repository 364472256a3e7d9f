/// Two segments shown side by side.
public struct ComparisonAsked: Sendable, Hashable, Codable {
  /// The round that asked it.
  public var iteration: Int
  /// The question's number, counted from 0 over the whole run.
  public var query: Int
  /// Numbers of the segments in the ledger's `segments` table.
  public var first: Int
  /// See ``first``.
  public var second: Int
  /// The model's probability that the first is preferred, before it has learned from the answer; nil in the first
  /// round.
  public var predicted: Double?
  /// The standard deviation of that probability over the ensemble's members; nil for one member.
  public var disagreement: Double?
  /// Whether the question is a random one whose answer is never learned from; nil for no.
  public var forEvaluation: Bool?
  /// Whether no person was asked: a demonstrated segment counts as better than one of the agent's; nil for no.
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
public struct ComparisonAnswered: Sendable, Hashable, Codable {
  /// The question's number.
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

/// The person took it back: the answer no longer counts from the next training of the reward on.
public struct AnswerTakenBack: Sendable, Hashable, Codable {
  /// The question's number.
  public var query: Int
  /// Who took it back.
  public var person: String

  package init(query: Int, person: String) {
    self.query = query
    self.person = person
  }
}

/// These answers count no longer, from the next training of the reward on, because who gave them was found unreliable, or
/// to have changed: what was found stands in the ledger too.
public struct AnswersSetAside: Sendable, Hashable, Codable {
  /// The questions' numbers, ascending.
  public var queries: [Int]

  package init(queries: [Int]) { self.queries = queries }
}
