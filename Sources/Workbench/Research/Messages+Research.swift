import Feedback
import Files

extension Messages {
  struct RoleChange: Decodable {
    var name: String
    var role: Role
  }

  /// A question by its own id, or by the run's number.
  struct QuestionRequest: Decodable {
    var id: Int?
    var number: Int?
  }

  /// A question of the run with all that was said about it.
  struct QuestionShown: Encodable {
    var id: Int
    var number: Int
    var round: Int
    var kind: String
    var prompt: String
    var captions: [String]
    var reply: ReplyForm
    var clips: [ClipPicture]
    var details: JSONValue
    /// Whether it may be decided about: its answers need nothing but a choice.
    var canBeDecided: Bool
    /// Why no gold is made of its answers; nil where it can be.
    var noGold: String?
    /// Whether a decision still reaches the run.
    var reachesRun: Bool
    var answers: [AnswerShown]
    var decision: DecisionShown?
  }

  struct AnswerShown: Encodable {
    var person: String
    var role: Role?
    var content: JSONValue?
    /// Why this answer is not made gold; nil where it can be, and where nothing was answered.
    var noGold: String?
    var nonAnswer: String?
    var reason: String?
    /// When, in milliseconds since 1970, and how long it took.
    var time: Int
    var milliseconds: Int?
    var late: Bool
  }

  struct DecisionShown: Encodable {
    var person: String
    var content: JSONValue
    var counts: Bool
    var time: Int
  }

  struct Decide: Decodable {
    var question: Int
    /// Null withdraws what was decided.
    var content: JSONValue?
    /// Whether it counts in the place of the answers; otherwise it is gold alone.
    var counts: Bool?
  }
}
