import Compute
import Feedback
import GRDB
import Runs

extension StoreAddition {
  /// Questions whose answer has to come in time: until when, what decided them, and whether it is too late.
  static let permissions = StoreAddition(
    name: "permissions",
    sql: """
      CREATE TABLE permissions (question INTEGER PRIMARY KEY REFERENCES questions, until REAL NOT NULL, event INTEGER,
        closed INTEGER NOT NULL DEFAULT 0);
      """)
}

/// Steps of the agent that wait for somebody: whoever answers first decides, and an answer after the time is refused. The
/// time is this computer's, not the page's, and goes on while the workbench is not running.
extension WorkbenchStore {
  /// Asks, and waits for the first answer, the end of the time, or `stop`. A question that is known by its number keeps
  /// its time, and what became of it.
  func permit(_ question: PosedQuestion, within seconds: Double, stop: StopFlag) throws -> PermissionReply {
    let id = try write { db -> Int in
      let id = try add(question, db)
      try db.execute(
        sql: "INSERT OR IGNORE INTO permissions (question, until) VALUES (?, ?)", arguments: [id, clock() + seconds])
      return id
    }
    changed()
    defer { changed() }
    while true {
      if let reply = try permission(id) { return reply }
      if stop.isRaised { return .stopped }
      if try secondsLeft(id) ?? 0 > 0 {
        changes.wait(seconds: 0.1)
      } else {
        try write { db in
          try db.execute(
            sql: "UPDATE permissions SET closed = 1 WHERE question = ? AND event IS NULL", arguments: [id])
        }
      }
    }
  }

  /// What became of it; nil as long as it is open.
  private func permission(_ question: Int) throws -> PermissionReply? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT event, closed FROM permissions WHERE question = ?", arguments: [question])
      else { return nil }
      if let event = row["event"] as Int? {
        guard let given = try Row.fetchOne(db, sql: "SELECT * FROM events WHERE sequence = ?", arguments: [event])
        else {
          throw InputError("the answer \(event) is missing", at: path)
        }
        return .given(try Self.given(given, db))
      }
      return row["closed"] ? .late : nil
    }
  }

  /// How long an answer to this question still counts; nil for a question that has no end.
  package func secondsLeft(_ question: Int) throws -> Double? {
    let now = clock()
    return try read { db in
      try Double.fetchOne(db, sql: "SELECT until FROM permissions WHERE question = ?", arguments: [question])
        .map { max(0, $0 - now) }
    }
  }

  /// How many steps wait now.
  func openPermissions() throws -> Int {
    let now = clock()
    return try read {
      try $0.number("SELECT count(*) FROM permissions WHERE event IS NULL AND closed = 0 AND until > ?", [now])
    }
  }

  /// The step that has waited longest of those that this person can decide about. Several people may have it at once.
  static func permission(to person: String, excluding taken: [Int], _ now: Double, _ db: Database) throws -> Int? {
    let held = taken.map(String.init).joined(separator: ",")
    return try Int.fetchOne(
      db,
      sql: """
        SELECT question FROM permissions p
        WHERE event IS NULL AND closed = 0 AND until > :now AND question NOT IN (\(held))
          AND NOT \(isBroken("p.question"))
          AND NOT EXISTS (SELECT 1 FROM given WHERE person = :person AND question = p.question)
        ORDER BY until, question LIMIT 1
        """, arguments: ["person": person, "now": now])
  }

  /// - Throws: `InputError` if this is the question of a step that waits no longer.
  static func requireTime(_ question: Int, _ now: Double, _ db: Database) throws {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT until, event, closed FROM permissions WHERE question = ?", arguments: [question])
    else { return }
    guard row["event"] as Int? == nil else {
      throw InputError("somebody else has decided about this step", at: "question")
    }
    guard row["closed"] == 0, row["until"] as Double > now else {
      throw InputError("the time is over, and the agent did not take the step", at: "question")
    }
  }

  /// An answer decides about the step that waits for it; what is no answer leaves it to others.
  static func decide(_ question: Int, by event: Int, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE permissions SET event = ? WHERE question = ? AND event IS NULL AND closed = 0",
      arguments: [event, question])
  }

  /// Whether a question is about a step that waited; `question` is SQL for its id.
  static func isPermission(_ question: String) -> String { "\(question) IN (SELECT question FROM permissions)" }
}
