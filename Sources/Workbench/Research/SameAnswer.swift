import Feedback
import Files
import GRDB

/// What it means that two people gave the same answer, by the form of the reply. Gold is made of such answers alone:
/// where no two people ever say quite the same, a different answer is no wrong one.
enum SameAnswer: String, Sendable {
  /// The same clip, or neither; how strongly is a person's manner.
  case compare
  /// The same of the offers: a rating, well done or not, the best of several, a feature, an action, off or on.
  case pick
  /// The same clips in the same places, all of them; those that share a place are in no order.
  case order
  /// The same best and the same worst moment.
  case moments
  /// The same of the states that were offered.
  case states

  /// Nil for a form of which ``ReplyForm/noGold`` says why not.
  init?(_ reply: ReplyForm) {
    switch reply {
    case .compare: self = .compare
    case .pick: self = .pick
    case .order: self = .order
    case .moments: self = .moments
    case .states: self = .states
    case .curve, .trajectory, .formula, .text: return nil
    }
  }

  /// Whether an answer says what is right; nil where that cannot be told: a state that the person made may be as good
  /// as the one that is.
  func isSame(_ content: JSONValue, as expected: JSONValue) -> Bool? {
    if self == .states, !Self.namesState(content) { return nil }
    return meaning(content) == meaning(expected)
  }

  /// Whether one of the states on offer was picked; else it is the last of a clip that the person made.
  static func namesState(_ content: JSONValue) -> Bool {
    guard case .object(let fields) = content, case .number? = fields["state"] else { return false }
    return true
  }

  /// The content without what does not matter, so that equal meanings are equal values.
  private func meaning(_ content: JSONValue) -> JSONValue {
    guard case .object(var fields) = content else { return content }
    switch self {
    case .compare: fields["strongly"] = nil
    case .order:
      if case .array(let groups)? = fields["groups"] {
        fields["groups"] = .array(groups.map(Self.withoutOrder))
      }
    case .pick, .moments, .states: break
    }
    // What is nothing may be written or left out.
    return .object(fields.filter { $0.value != .null })
  }

  private static func withoutOrder(_ group: JSONValue) -> JSONValue {
    guard case .array(let clips) = group else { return group }
    return .array(
      clips.sorted {
        guard case .number(let one) = $0, case .number(let other) = $1 else { return false }
        return one < other
      })
  }
}

extension ReplyForm {
  /// Why no gold is made of answers in this form; nil where it is.
  var noGold: String? {
    switch self {
    case .compare, .pick, .order, .moments, .states: nil
    case .curve: "no two people draw the same curve"
    case .trajectory: "no two people act alike, and another way may be as good"
    case .formula: "one formula can be written in many ways"
    case .text: "one thing can be said in many sentences"
    }
  }

  /// Why this answer in particular is not made gold; nil where it can be.
  func noGold(of content: JSONValue) -> String? {
    if let noGold { return noGold }
    guard case .states = self, !SameAnswer.namesState(content) else { return nil }
    return "nobody else can pick a state that somebody made"
  }
}

extension StoreAddition {
  /// In which form the right answer to a question is, for those of which gold was made: the store alone does not know
  /// what a kind of feedback asks for. Comparisons that were decided earlier are not in it.
  static let gold = StoreAddition(
    name: "gold",
    sql: "CREATE TABLE gold_forms (question INTEGER PRIMARY KEY REFERENCES questions, form TEXT NOT NULL)")
}
