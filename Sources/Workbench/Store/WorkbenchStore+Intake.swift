import Compute
import Feedback
import Foundation
import GRDB
import Runs

extension WorkbenchStore {
  /// Waits as `Answering` asks for, then returns what the round takes in; the same again for the same round. `stop` is
  /// looked at ten times a second.
  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    let iteration = round.iteration
    while true {
      if stop.isRaised { return nil }
      let known = try read { try Self.through(iteration, $0) }
      let isComplete =
        try known != nil || read { try Self.openQuestions(upTo: round.last, wanted: Self.wanted($0), $0) == 0 }
      if isComplete { break }
      changes.wait(seconds: 0.1)
    }
    return try write { db in
      let through: Int
      let fixed = try Self.through(iteration, db)
      if let known = fixed {
        through = known
      } else {
        through = try db.number("SELECT max(sequence) FROM events")
        try db.execute(sql: "INSERT INTO intakes VALUES (?, ?)", arguments: [iteration, through])
      }
      let before = try db.number("SELECT max(through) FROM intakes WHERE iteration < ?", [iteration])
      return try Self.decided(
        Self.events(after: before, through: through, db), in: iteration, isNew: fixed == nil, before: before,
        through: through, db)
    }
  }

  private static func through(_ iteration: Int, _ db: Database) throws -> Int? {
    try Int.fetchOne(db, sql: "SELECT through FROM intakes WHERE iteration = ?", arguments: [iteration])
  }

  /// What was said about the run's own questions; answers taken back before the run took them in are not among it.
  private static func events(after before: Int, through: Int, _ db: Database) throws -> [AnswerEvent] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT e.* FROM events e JOIN questions q ON q.id = e.question
        WHERE q.number IS NOT NULL AND NOT \(isPermission("q.id")) AND e.sequence > :before AND e.sequence <= :through
          AND (e.undoes IS NULL AND NOT EXISTS
              (SELECT 1 FROM events u WHERE u.undoes = e.sequence AND u.sequence <= :through)
            OR e.undoes <= :before)
        ORDER BY e.sequence
        """, arguments: ["before": before, "through": through])
    return try rows.map { row in
      if let undoes = row["undoes"] as Int? { return .takenBack(answer: undoes, person: row["person"]) }
      return .answered(try Self.given(row, db))
    }
  }

  /// An answer that is an event's row, as the run takes it in.
  static func given(_ row: Row, _ db: Database) throws -> GivenAnswer {
    let sequence: Int = row["sequence"]
    guard let question = try StoredQuestion.load(row["question"], db) else {
      throw InputError("answer \(sequence) is to no known question")
    }
    let content: String? = row["content"]
    let made = try Data.fetchAll(
      db, sql: "SELECT content FROM made WHERE event = ? ORDER BY place", arguments: [sequence])
    return GivenAnswer(
      number: sequence, question: question.posed, person: row["person"], content: try content.map(JSONText.value),
      clips: try made.map(StoredSegment.init(decoding:)), skipped: row["skipped"])
  }
}
