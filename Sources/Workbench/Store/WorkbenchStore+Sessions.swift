import Compute
import Foundation
import GRDB

/// A session as it is listed: everything but its secret, of which only a digest is stored.
package struct SessionNote: Codable, Sendable, Hashable {
  /// Names it in requests; it signs nobody in.
  package var id: String
  package var person: String
  /// Seconds since 1970.
  package var created: Double
  /// When it was last used, to a minute.
  package var seen: Double
}

extension WorkbenchStore {
  /// A session that holds: its person is a member, it was used within a week, and began within thirty days.
  private static let holds = "active = 1 AND seen > :now - 7 * 86400 AND sessions.created > :now - 30 * 86400"

  /// Whose session this is; nil if it has ended.
  package func member(of session: String) throws -> Member? {
    let digest = Secret(session).digest
    let now = clock()
    guard let (member, seen) = try find(digest, now) else { return nil }
    // Written once a minute: reading should not wait for the disk.
    if now - seen > 60 {
      try write { try $0.execute(sql: "UPDATE sessions SET seen = ? WHERE hash = ?", arguments: [now, digest]) }
    }
    return member
  }

  /// The same for a page that only listens, which is no use of the session.
  package func listener(of session: String) throws -> Member? {
    try find(Secret(session).digest, clock())?.member
  }

  private func find(_ digest: String, _ now: Double) throws -> (member: Member, seen: Double)? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT name, role, seen FROM sessions JOIN people ON people.name = sessions.person
            WHERE hash = :digest AND \(Self.holds)
            """, arguments: ["digest": digest, "now": now]),
        let role = Role(rawValue: row["role"])
      else { return nil }
      return (Member(name: row["name"], role: role), row["seen"])
    }
  }

  package func leave(_ session: String) throws {
    try write { try $0.execute(sql: "DELETE FROM sessions WHERE hash = ?", arguments: [Secret(session).digest]) }
    changed()
  }

  /// The sessions that hold, the last used first: all for an owner, everybody else's own.
  func sessions(for member: Member) throws -> [SessionNote] {
    let now = clock()
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, person, sessions.created AS created, seen FROM sessions JOIN people ON people.name = sessions.person
          WHERE \(Self.holds) AND (:all OR person = :person) ORDER BY seen DESC, sessions.rowid DESC
          """, arguments: ["now": now, "all": member.role == .owner, "person": member.name]
      ).map { SessionNote(id: $0["id"], person: $0["person"], created: $0["created"], seen: $0["seen"]) }
    }
  }

  /// Ends a session: an owner any, everybody else their own.
  func endSession(_ id: String, by member: Member) throws {
    let now = clock()
    try write { db in
      let person = try String.fetchOne(db, sql: "SELECT person FROM sessions WHERE id = ?", arguments: [id])
      try db.execute(
        sql: "DELETE FROM sessions WHERE id = ? AND (? OR person = ?)",
        arguments: [id, member.role == .owner, member.name])
      guard db.changesCount == 1 else { throw InputError("there is no such session", at: "session") }
      try Self.note(.sessionEnded, by: member.name, about: person, time: now, db)
    }
    changed()
  }
}
