import Compute
import Feedback
import Files
import Foundation
import GRDB
import Runs

/// An answer on its way into the store, checked already.
struct IncomingAnswer: Sendable {
  /// The page's own name for it: sent again, it is stored once.
  var id: String
  var question: Int
  var token: String
  var content: JSONValue?
  var clips: [StoredSegment]
  var skipped: String?
  var reason: String?
  var milliseconds: Int?
}

extension WorkbenchStore {
  struct Receipt: Codable, Sendable {
    /// The event's number.
    var stored: Int
    /// Whether the lease had run out: the answer counts, and is marked.
    var late: Bool
  }

  /// Stores an answer; on return it is on disk. The same again returns the first receipt.
  ///
  /// - Throws: `InputError` if the person has answered this question otherwise.
  func store(_ answer: IncomingAnswer, of person: String) throws -> Receipt {
    let now = clock()
    let receipt = try write { db -> Receipt in
      if let row = try Row.fetchOne(
        db, sql: "SELECT sequence, late, person FROM events WHERE id = ?", arguments: [answer.id])
      {
        guard row["person"] == person else { throw InputError("the answer's id is taken", at: "id") }
        return Receipt(stored: row["sequence"], late: row["late"])
      }
      let standing = try Int.fetchOne(
        db, sql: "SELECT sequence FROM given WHERE question = ? AND person = ?", arguments: [answer.question, person])
      guard standing == nil else {
        throw InputError("you have answered this question", at: "question", remedy: "take that answer back first")
      }
      try Self.requireTime(answer.question, now, db)
      let owner = try String.fetchOne(
        db, sql: "SELECT person FROM questions WHERE id = ? AND person IS NOT NULL", arguments: [answer.question])
      guard owner == nil || owner == person else { throw InputError("there is no such question", at: "question") }
      let lease = try Row.fetchOne(
        db, sql: "SELECT token, until FROM leases WHERE question = ? AND person = ?",
        arguments: [answer.question, person])
      guard let lease else { throw InputError("this question was not lent to you", at: "question") }
      let isCurrent = lease["token"] == answer.token && (lease["until"] as Double) >= now
      try db.execute(
        sql: """
          INSERT INTO events (id, person, question, content, skipped, reason, milliseconds, late, time)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          answer.id, person, answer.question, try answer.content.map(JSONText.text), answer.skipped, answer.reason,
          answer.milliseconds, !isCurrent, now,
        ])
      let sequence = Int(db.lastInsertedRowID)
      if answer.content != nil { try Self.decide(answer.question, by: sequence, db) }
      for (place, clip) in answer.clips.enumerated() {
        try db.execute(sql: "INSERT INTO made VALUES (?, ?, ?)", arguments: [sequence, place, clip.encoded()])
      }
      try db.execute(
        sql: "INSERT INTO given (person, question, sequence) VALUES (?, ?, ?)",
        arguments: [person, answer.question, sequence])
      try db.execute(sql: "UPDATE progress SET answers = answers + 1 WHERE question = ?", arguments: [answer.question])
      try db.execute(
        sql: "DELETE FROM reopened WHERE person = ? AND question = ?", arguments: [person, answer.question])
      // Kept, run out: an answer sent again after an undo is known to have been lent.
      try db.execute(
        sql: "UPDATE leases SET until = 0 WHERE question = ? AND person = ?", arguments: [answer.question, person])
      return Receipt(stored: sequence, late: !isCurrent)
    }
    changed()
    return receipt
  }

  /// What becomes of taking back.
  enum Undoing {
    /// Taken back: the question is asked again.
    case lent(LentQuestion)
    /// There is no answer.
    case nothing
    /// The answer was learned from, and no round is to come that would take it out again.
    case tooLate
  }

  /// Takes a standing answer of the person back, the latest if none is named, as an event of its own, and lends the question again.
  /// What was said about a step that waited stays: the step was taken, or was not.
  ///
  /// - Parameter lastRound: the run's last round, whose answers nothing can take back. Nil if the run is over and its
  ///   rounds are not known.
  func undo(_ person: String, answer: Int? = nil, lastRound: Int?) throws -> Undoing {
    let now = clock()
    let undoing = try write { db -> Undoing in
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT sequence, question FROM given WHERE person = :person AND sequence = ifnull(:answer, sequence)
              AND NOT \(Self.isPermission("question"))
            ORDER BY sequence DESC LIMIT 1
            """, arguments: ["person": person, "answer": answer]),
        let question = try StoredQuestion.load(row["question"], db)
      else { return .nothing }
      let sequence: Int = row["sequence"]
      if question.number != nil, try sequence <= Self.learnedForGood(lastRound, db) { return .tooLate }
      try db.execute(
        sql: "INSERT INTO events (id, person, question, undoes, time) VALUES (?, ?, ?, ?, ?)",
        arguments: ["undo-\(sequence)", person, question.id, sequence, now])
      try db.execute(sql: "DELETE FROM given WHERE sequence = ?", arguments: [sequence])
      try db.execute(sql: "UPDATE progress SET answers = answers - 1 WHERE question = ?", arguments: [question.id])
      try db.execute(sql: "INSERT INTO reopened VALUES (?, ?)", arguments: [person, question.id])
      return .lent(try lend(question, to: person, db))
    }
    if case .lent = undoing { changed() }
    return undoing
  }

  /// The last event that a run without a further round has learned from; 0 if there are rounds to come.
  private static func learnedForGood(_ lastRound: Int?, _ db: Database) throws -> Int {
    let isOver = try db.number("SELECT count(*) FROM intakes WHERE iteration >= ?", [lastRound ?? 0]) > 0
    return isOver ? try db.number("SELECT max(through) FROM intakes") : 0
  }

  /// Whether the question is, or was, this person's to answer.
  func isLent(_ question: Int, to person: String) throws -> Bool {
    try read {
      try Bool.fetchOne(
        $0, sql: "SELECT EXISTS (SELECT 1 FROM leases WHERE question = ? AND person = ?)",
        arguments: [question, person])
        ?? false
    }
  }

  /// Every answer that stands to a question of the run, as the lines of an export.
  ///
  /// - Parameter includesSetAside: whether those of people who are not relied on are among them.
  func exported(includesSetAside: Bool = false) throws -> Data {
    let records = try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT s.* FROM standing s JOIN questions q ON q.id = s.question WHERE q.number IS NOT NULL
            AND (:all OR NOT EXISTS (SELECT 1 FROM taken_answers WHERE event = s.sequence AND set_aside = 1))
          ORDER BY s.sequence
          """, arguments: ["all": includesSetAside]
      ).enumerated().compactMap { number, row -> FeedbackRecord? in
        guard let question = try StoredQuestion.load(row["question"], db) else { return nil }
        let content: String? = row["content"]
        let made = try Data.fetchAll(
          db, sql: "SELECT content FROM made WHERE event = ? ORDER BY place", arguments: [row["sequence"] as Int])
        let clips = try made.map { try StoredSegment(decoding: $0).trajectory }
        var record = FeedbackRecord(
          number: number, kind: question.kind, person: row["person"], question: question.question,
          answer: try content.map { Answer(try JSONText.value($0), clips: clips) }, skipped: row["skipped"])
        if record.skipped != nil { record.reason = row["reason"] }
        return record
      }
    }
    return try FeedbackRecordFile.data(records)
  }

  /// How many answers of this person stand.
  func answers(of person: String) throws -> Int {
    try read { try $0.number("SELECT count(*) FROM given WHERE person = ?", [person]) }
  }

  /// How many people are to answer each question: as many as the project asks for, if there are so many.
  static func wanted(_ db: Database) throws -> Int {
    let judges = try db.number(
      """
      SELECT count(*) FROM people
      WHERE active = 1 AND role <> 'viewer' AND name NOT IN (SELECT person FROM deferrals)
      """)
    return min(try quality(db).overlap, max(1, judges))
  }

  static func openQuestions(upTo iteration: Int, wanted: Int, _ db: Database) throws -> Int {
    try db.number(
      """
      SELECT count(*) FROM progress p
      WHERE iteration <= ? AND answers < ? AND NOT \(isBroken("p.question")) AND NOT \(isPermission("p.question"))
      """, [iteration, wanted])
  }
}
