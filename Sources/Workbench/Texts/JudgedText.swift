import Compute
import Files
import RewardFiles

/// Two replies to one prompt, as a question keeps them. What the file says of them never leaves the server before
/// somebody has answered.
struct TextPair: Codable, Sendable {
  /// A reply.
  struct Reply: Codable, Sendable {
    /// As the file has it: a text, or messages.
    var value: JSONValue
    /// As people read it, where that is not the value itself.
    var text: String?
    /// The reward model's.
    var score: Double?

    init(_ value: JSONValue, shown: String, score: Double) {
      self.value = value
      text = value == .string(shown) ? nil : shown
      self.score = score.isFinite ? score : nil
    }

    var shown: String {
      if let text { return text }
      guard case .string(let text) = value else { return "" }
      return text
    }
  }

  /// The number of the row in the source, from 0.
  var row: Int
  /// `pairs.jsonl:17`
  var place: String
  /// As the file has it; nil where both replies begin with it.
  var prompt: JSONValue?
  /// As people read it.
  var shownPrompt: String
  /// The file's chosen reply, then its rejected one; the other way round in a question that asks about a person.
  var replies: [Reply]

  /// Refuses what is no pair: it comes from a database.
  static func read(_ details: JSONValue) throws -> TextPair {
    let pair = try details.decode(TextPair.self)
    guard pair.replies.count == 2 else { throw InputError("a pair has \(pair.replies.count) replies") }
    return pair
  }
}

/// A completion to a prompt, as a question keeps it.
struct JudgedRollout: Codable, Sendable {
  /// The number of the row in the source, from 0.
  var row: Int
  /// What sheets of labels call it.
  var key: String
  var prompt: String
  var completion: String
  /// What the verifier took for the answer; empty if the file does not say.
  var extracted: String
  /// The reference answer; empty if there is none.
  var answer: String
  /// What the verifier paid; nil in a sheet, which does not say.
  var reward: Double?
}

/// What is stored of an answer about two replies.
struct TextComparison: Codable, Sendable {
  enum Preference: String, Codable, Sendable { case first, second, tie }

  /// Of the question's replies, in their own order.
  var answer: Preference
  var strongly: Bool?
  /// Which of them stood left.
  var left: Preference
}

/// What is stored of an answer about a completion.
struct RolloutVerdict: Codable, Sendable {
  enum Verdict: String, Codable, Sendable { case right, wrong }

  var answer: Verdict
}
