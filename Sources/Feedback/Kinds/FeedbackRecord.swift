import Environments
import Files

/// One question and what became of it, of any kind: a line of an export, a pair of events in the ledger.
public struct FeedbackRecord: Codable, Hashable, Sendable {
  /// The question's number in its run or file, counted from 0.
  public var number: Int
  /// ``FeedbackKind/name``.
  public var kind: String
  /// Who was asked.
  public var person: String
  /// What was asked, its details as JSON.
  public var question: Question<JSONValue>
  /// Nil if the person gave none.
  public var answer: Answer<JSONValue>?
  /// Why there is no answer: "cant-tell", "skipped", "broken clip" or "not understood".
  public var skipped: String?
  /// What the person said about that, in their own words: why they passed over the question, or the sentence that was
  /// not understood. Only where there is no answer.
  public var reason: String?

  /// Takes the parts as they are.
  public init(
    number: Int, kind: String, person: String, question: Question<JSONValue>, answer: Answer<JSONValue>?,
    skipped: String? = nil
  ) {
    self.number = number
    self.kind = kind
    self.person = person
    self.question = question
    self.answer = answer
    self.skipped = skipped
  }

  /// What it means; empty without an answer, or if the answer is no evidence.
  ///
  /// - Throws: `InputError` if the kind is unknown, or question and answer do not fit.
  public func choices(
    in world: FeedbackWorld, person: PersonModel = PersonModel(), kinds: FeedbackRegistry = .standard
  ) throws -> [Choice] {
    guard let answer else { return [] }
    return try kinds.kind(kind).ground(answer, to: question, in: world, person: person)
  }
}
