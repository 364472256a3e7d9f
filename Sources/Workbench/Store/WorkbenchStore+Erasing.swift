import Compute
import Foundation
import GRDB

/// What was taken out of the file at a person's request. It is kept, without their name.
package struct Erasure: Codable, Sendable, Hashable {
  /// What stands for the person where something of theirs remains.
  package var person: String
  /// Answers and undoings that are gone.
  package var events: Int
  /// How many of those the run has learned from: its own record keeps them under `person`, and its weights what they
  /// taught.
  package var learned: Int
}

extension WorkbenchStore {
  /// How many of this person's answers the run has taken in.
  func takenIn(from name: String) throws -> Int {
    try read { db in
      let through = try db.number("SELECT max(through) FROM intakes")
      return try db.number(
        """
        SELECT count(*) FROM events JOIN questions ON questions.id = events.question
        WHERE events.person = ? AND number IS NOT NULL AND sequence <= ?
        """, [name, through])
    }
  }

  /// Deletes a person: name, answers, sessions, invitations. The one way past the rule that what was said is never
  /// changed; that it was gone is written down.
  ///
  /// - Parameters:
  ///   - owner: who does it.
  ///   - other: what stands for them from now on.
  func erase(_ name: String, by owner: String, leaving other: String) throws -> Erasure {
    let (now, learned) = (clock(), try takenIn(from: name))
    let erasure = try write { db -> Erasure in
      try Self.requireRemovable(name, db)
      let triggers = try Row.fetchAll(
        db,
        sql: """
          SELECT name, sql FROM sqlite_master
          WHERE type = 'trigger' AND tbl_name IN ('events', 'made', 'questions', 'erasures', 'decisions', 'audit')
          """)
      for trigger in triggers {
        try db.execute(sql: "DROP TRIGGER \((trigger["name"] as String).quotedDatabaseIdentifier)")
      }
      let events = try db.number("SELECT count(*) FROM events WHERE person = ?", [name])
      for sql in [
        """
        UPDATE progress SET answers = answers - 1
          WHERE question IN (SELECT question FROM given WHERE person = :name)
        """,
        "DELETE FROM given WHERE person = :name", "DELETE FROM reopened WHERE person = :name",
        "DELETE FROM made WHERE event IN (SELECT sequence FROM events WHERE person = :name)",
        "DELETE FROM events WHERE person = :name AND undoes IS NOT NULL", "DELETE FROM events WHERE person = :name",
        "DELETE FROM leases WHERE person = :name", "DELETE FROM sessions WHERE person = :name",
        "DELETE FROM invites WHERE name = :name", "DELETE FROM deferrals WHERE person = :name",
        "DELETE FROM people WHERE name = :name",
      ] { try db.execute(sql: sql, arguments: ["name": name]) }
      for (table, column) in [
        ("questions", "person"), ("erasures", "owner"), ("decisions", "person"), ("audit", "person"),
        ("audit", "subject"),
      ] {
        try db.execute(sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) = ?", arguments: [other, name])
      }
      try db.execute(
        sql: "INSERT INTO erasures (time, owner, person, events, learned) VALUES (?, ?, ?, ?, ?)",
        arguments: [now, owner == name ? other : owner, other, events, learned])
      for trigger in triggers { try db.execute(sql: trigger["sql"]) }
      try Self.note(.dataDeleted, by: owner == name ? other : owner, about: other, time: now, db)
      return Erasure(person: other, events: events, learned: learned)
    }
    changed()
    return erasure
  }
}
