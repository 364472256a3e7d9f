import Compute
import Feedback
import Files
import Foundation
import GRDB
import Runs

/// What a researcher decided about a question of the run, whatever people answered. It is an event of its own, kept apart
/// from their answers, and the latest about a question is the one that holds.
///
/// A decision that `counts` stands in the place of all answers to its question: the run takes it in with the next round,
/// and what it had learned from the answers does not count any more. One that does not is gold alone: the run learns from
/// the answers as before. Either is gold for those who have not answered the question, if its answers can be the same
/// (``SameAnswer``). With no content it withdraws the one before, and the answers count again.
struct Decision: Sendable {
  var sequence: Int
  var question: Int
  var person: String
  var content: JSONValue?
  var counts: Bool
  /// Seconds since 1970.
  var time: Double

  init(_ row: Row) throws {
    let text: String? = row["content"]
    (sequence, question, person) = (row["sequence"], row["question"], row["person"])
    (content, counts, time) = (try text.map(JSONText.value), row["counts"], row["time"])
  }

  /// What the run calls who gave this answer.
  var decider: String { "\(person) (decision)" }
}

extension WorkbenchStore {
  /// Stores a decision about one of the run's questions.
  ///
  /// - Parameters:
  ///   - content: checked already; nil withdraws what was decided.
  ///   - counts: whether it stands in the place of the answers.
  ///   - form: in which two answers to the question are the same; nil if they never are.
  func decide(
    _ question: Int, _ content: JSONValue?, counts: Bool, comparing form: SameAnswer?, by person: String
  ) throws {
    let now = clock()
    try write { db in
      guard let number = try Int.fetchOne(db, sql: "SELECT number FROM questions WHERE id = ?", arguments: [question])
      else { throw InputError("there is no such question of the run", at: "question") }
      if content == nil {
        guard
          try Bool.fetchOne(
            db, sql: "SELECT content IS NOT NULL FROM decided WHERE question = ?", arguments: [question]) == true
        else { throw InputError("nothing was decided about this question", at: "question") }
      }
      try db.execute(
        sql: "INSERT INTO decisions (question, person, content, counts, time) VALUES (?, ?, ?, ?, ?)",
        arguments: [question, person, try content.map(JSONText.text), counts && content != nil, now])
      if let form, content != nil {
        try db.execute(
          sql: "INSERT INTO gold_forms VALUES (?, ?) ON CONFLICT (question) DO UPDATE SET form = excluded.form",
          arguments: [question, form.rawValue])
      }
      try Self.note(
        content == nil ? .decisionWithdrawn : .decided, by: person, about: "question \(number + 1)",
        content == nil ? nil : counts ? "counts in the place of the answers" : "gold", time: now, db)
    }
    changed()
  }

  /// What holds about a question; nil if nothing was decided, or it was withdrawn.
  func decision(about question: Int) throws -> Decision? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM decided WHERE question = ? AND content IS NOT NULL", arguments: [question]
      ).map(Decision.init)
    }
  }

  // MARK: Taking in

  /// What a round takes in, with decisions in the place of the answers that they override.
  ///
  /// Which decisions a round knows of is fixed with it, as its answers are. Questions about which nothing was ever decided
  /// are left as they are; of the others the round takes in the difference between what counted before it and what counts
  /// now.
  ///
  /// - Parameters:
  ///   - events: without decisions.
  ///   - isNew: whether the round is taken in for the first time.
  static func decided(
    _ events: [AnswerEvent], in iteration: Int, isNew: Bool, before: Int, through: Int, _ db: Database
  ) throws -> [AnswerEvent] {
    if isNew {
      try db.execute(
        sql: "INSERT INTO decision_intakes SELECT ?, coalesce(max(sequence), 0) FROM decisions", arguments: [iteration])
    }
    let now = try db.number("SELECT through FROM decision_intakes WHERE iteration = ?", [iteration])
    let earlier = try db.number("SELECT max(through) FROM decision_intakes WHERE iteration < ?", [iteration])
    let touched = try Int.fetchAll(
      db, sql: "SELECT DISTINCT question FROM decisions WHERE counts = 1 AND sequence <= ? ORDER BY question",
      arguments: [now])
    guard !touched.isEmpty else { return events }
    let apart = Set(touched)
    var taken = try events.filter { event in
      let number =
        switch event {
        case .answered(let answer): answer.number
        case .takenBack(let answer, _): answer
        }
      return !apart.contains(try db.number("SELECT question FROM events WHERE sequence = ?", [number]))
    }
    for question in touched {
      let old = try Counting(question, events: before, decisions: earlier, db)
      let new = try Counting(question, events: through, decisions: now, db)
      for number in old.numbers where !new.numbers.contains(number) {
        taken.append(.takenBack(answer: number, person: try new.decision?.person ?? old.person(of: number, db)))
      }
      for number in new.numbers where !old.numbers.contains(number) {
        taken.append(.answered(try new.answer(number, db)))
      }
    }
    return taken
  }

  /// The answers to a question that count for the run at some moment: a decision, under the negative of its own number, or
  /// else what people said, under the numbers of the events.
  private struct Counting {
    var question: Int
    var decision: Decision?
    var numbers: [Int]

    init(_ question: Int, events: Int, decisions: Int, _ db: Database) throws {
      self.question = question
      let latest = try Row.fetchOne(
        db,
        sql: "SELECT * FROM decisions WHERE question = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1",
        arguments: [question, decisions])
      decision = try latest.map(Decision.init).flatMap { $0.counts ? $0 : nil }
      numbers =
        try decision.map { [-$0.sequence] }
        ?? Int.fetchAll(
          db,
          sql: """
            SELECT sequence FROM events e WHERE question = :question AND undoes IS NULL AND sequence <= :through
              AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.sequence AND u.sequence <= :through)
            ORDER BY sequence
            """, arguments: ["question": question, "through": events])
    }

    func person(of number: Int, _ db: Database) throws -> String {
      if let decision { return decision.person }
      return try String.fetchOne(db, sql: "SELECT person FROM events WHERE sequence = ?", arguments: [number]) ?? ""
    }

    func answer(_ number: Int, _ db: Database) throws -> GivenAnswer {
      if let decision {
        guard let stored = try StoredQuestion.load(question, db) else {
          throw InputError("decision \(decision.sequence) is about no known question")
        }
        return GivenAnswer(
          number: number, question: stored.posed, person: decision.decider, content: decision.content)
      }
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM events WHERE sequence = ?", arguments: [number]) else {
        throw InputError("there is no answer \(number)")
      }
      return try WorkbenchStore.given(row, db)
    }
  }
}
