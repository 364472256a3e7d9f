import Files
import GRDB

/// A comparison, or a verdict on a text, as a person answered it; or their answer to a gold question of any kind.
struct Judgment: Sendable {
  var person: String
  var kind: String
  /// ``StoredQuestion/id``, and that of the question from which this one was made.
  var question: Int
  var source: Int?
  /// "first", "second" or "tie", or the word for having given none.
  var answer: String?
  var check: StoredQuestion.Check?
  /// What is right, for gold.
  var expected: String?
  /// Of gold of any other kind than a comparison or a verdict: whether the answer is the same as what is right
  /// (``SameAnswer``); nil if that cannot be told.
  var isSame: Bool?

  /// 1 where what is called the first stood left, −1 where it stood right; nil where nothing stood beside it.
  var leftmost: Double?

  /// 1 the first, −1 the second, 0 equal; nil for no answer. Of verdicts on a completion, right and wrong.
  static func side(_ word: String?) -> Double? {
    switch word {
    case "first", "right": 1
    case "second", "wrong": -1
    case "tie": 0
    default: nil
    }
  }

  var side: Double? { Self.side(answer) }

  /// Whether it is one of the answers that two people are held against each other by: a comparison, or a verdict.
  var isComparison: Bool { StoredQuestion.comparedKinds.contains(kind) }

  /// Whether an answer to gold of another kind is right: none is wrong, as of comparisons.
  static func isSame(_ content: String?, as expected: String?, form: String?) throws -> Bool? {
    guard let form = form.flatMap(SameAnswer.init(rawValue:)), let expected else { return nil }
    guard let content else { return false }
    return form.isSame(try JSONText.value(content), as: try JSONText.value(expected))
  }

  /// Whether a question about the person was answered as it should be; nil for any other, and where it cannot be said.
  ///
  /// - Parameter before: which side the same person took when the question was first asked.
  func isPassed(before: Double?) -> Bool? {
    switch check {
    case nil: return nil
    case .gold: return isComparison ? Self.side(expected).map { $0 == side } : isSame
    case .duplicate:
      guard let before, let side else { return nil }
      return before == side
    case .mirrored:
      guard let before, let side else { return nil }
      return before == -side
    case .impossible: return !["first", "second"].contains(answer)
    }
  }
}

/// What many comparisons' contents say: few of them are different, and each is parsed once.
struct ContentWords {
  private var known: [String: (word: String?, strongly: Bool?)] = [:]

  /// "first", "second" or "tie"; nil for anything else.
  mutating func word(_ text: String?) throws -> String? { try parsed(text)?.word }

  mutating func strongly(_ text: String?) throws -> Bool? { try parsed(text)?.strongly }

  private mutating func parsed(_ text: String?) throws -> (word: String?, strongly: Bool?)? {
    guard let text else { return nil }
    if let parsed = known[text] { return parsed }
    guard case .object(let fields) = try JSONText.value(text) else { return nil }
    var parsed: (word: String?, strongly: Bool?) = (nil, nil)
    if case .string(let word)? = fields["answer"] { parsed.word = word }
    if case .bool(let strongly)? = fields["strongly"] { parsed.strongly = strongly }
    known[text] = parsed
    return parsed
  }
}

extension WorkbenchStore {
  /// All comparisons and answers to gold that stand, in the order in which they were answered.
  static func judgments(_ db: Database) throws -> [Judgment] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.person AS person, q.id AS id, q.source AS source, q.kind AS kind, q.check_kind AS check_kind,
          q.expected AS expected, s.content AS content, s.skipped AS skipped, f.form AS form
        FROM standing s JOIN questions q ON q.id = s.question LEFT JOIN gold_forms f ON f.question = q.source
        WHERE q.kind IN (\(StoredQuestion.judgedKinds)) OR q.check_kind = 'gold' ORDER BY s.sequence
        """)
    var words = ContentWords()
    return try rows.map { row in
      let kind: String = row["kind"]
      let check = (row["check_kind"] as String?).flatMap(StoredQuestion.Check.init(rawValue:))
      guard StoredQuestion.comparedKinds.contains(kind) else {
        return Judgment(
          person: row["person"], kind: kind, question: row["id"], source: row["source"], check: check,
          isSame: try Judgment.isSame(row["content"], as: row["expected"], form: row["form"]))
      }
      return Judgment(
        person: row["person"], kind: kind, question: row["id"], source: row["source"],
        answer: try words.word(row["content"]) ?? row["skipped"], check: check,
        expected: try words.word(row["expected"]), leftmost: try Sides.leftmost(kind, row["content"]))
    }
  }

  /// The side that was decided on, for each comparison about which something was.
  static func decidedSides(_ db: Database) throws -> [Int: Double] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT d.question AS question, d.content AS content FROM decided d JOIN questions q ON q.id = d.question
        WHERE q.kind = 'comparison' AND d.content IS NOT NULL
        """)
    var (sides, words) = ([Int: Double](), ContentWords())
    for row in rows { sides[row["question"]] = Judgment.side(try words.word(row["content"])) }
    return sides
  }
}
