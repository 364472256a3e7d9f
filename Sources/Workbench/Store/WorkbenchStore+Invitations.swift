import Compute
import Foundation
import GRDB

/// An invitation as its owner sees it: everything but its code, which is stored nowhere.
package struct InvitationNote: Codable, Sendable, Hashable {
  /// Names it in requests; it lets nobody in.
  package var id: String
  package var name: String
  package var role: Role
  /// Seconds since 1970, as are the others.
  package var created: Double
  package var expires: Double
  /// When it was used; nil if it was not.
  package var used: Double?
}

/// The rules of invitations:
///
/// - A link works once, and the shorter the more it allows: an owner's for an hour, a researcher's for a day, all others
///   for a week.
/// - There is one unused link for a name: a new one ends the earlier.
/// - A link for somebody who is a member already lets the same person in on another device, with the role that they have.
///   If their role has changed since it was made, it lets nobody in.
/// - Starting the workbench prints a link for the owner, and ends those that earlier starts have printed.
extension WorkbenchStore {
  /// For how many seconds an invitation holds.
  static func lifetime(of role: Role) -> Double {
    switch role {
    case .owner: 3600
    case .researcher: 86_400
    case .annotator, .viewer: 7 * 86_400
    }
  }

  /// Makes an invitation that one person can use once.
  ///
  /// - Returns: its code, which is stored nowhere.
  public func invite(_ name: String, as role: Role) throws -> String {
    try makeInvitation(for: name, as: role, atStart: false)
  }

  /// Makes the invitation that a start of the workbench prints; those of earlier starts end.
  package func inviteAtStart(_ name: String) throws -> String {
    try makeInvitation(for: name, as: .owner, atStart: true)
  }

  private func makeInvitation(for name: String, as role: Role, atStart: Bool) throws -> String {
    let name = try Self.checked(name)
    let secret = Secret()
    let now = clock()
    try write { db in
      if let standing = try Member.named(name, db), standing.role != role {
        throw InputError(
          "'\(name)' is a \(standing.role.rawValue) already", at: "name", remedy: "choose another name, or that role")
      }
      try db.execute(
        sql: "DELETE FROM invites WHERE used IS NULL AND (name = ? OR (? AND at_start))", arguments: [name, atStart])
      try db.execute(
        sql: """
          INSERT INTO invites (hash, name, role, created, id, expires, at_start) VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          secret.digest, name, role.rawValue, now, Secret.identifier(), now + Self.lifetime(of: role), atStart,
        ])
    }
    return secret.text
  }

  /// All invitations, the newest first.
  func invitations() throws -> [InvitationNote] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT id, name, role, created, expires, used FROM invites ORDER BY created DESC, rowid DESC"
      ).compactMap { row in
        Role(rawValue: row["role"]).map {
          InvitationNote(
            id: row["id"], name: row["name"], role: $0, created: row["created"], expires: row["expires"],
            used: row["used"])
        }
      }
    }
  }

  /// Ends an invitation that was not used.
  func revoke(_ id: String, by person: String) throws {
    let now = clock()
    try write { db in
      let name = try String.fetchOne(db, sql: "SELECT name FROM invites WHERE id = ?", arguments: [id])
      try db.execute(sql: "DELETE FROM invites WHERE id = ? AND used IS NULL", arguments: [id])
      guard db.changesCount == 1 else {
        throw InputError(
          "there is no such invitation that was not used", at: "invitation",
          remedy: "if somebody has used it, end their session or remove them")
      }
      try Self.note(.invitationRevoked, by: person, about: name, time: now, db)
    }
    changed()
  }

  /// Uses an invitation.
  ///
  /// - Returns: the member and the new session's secret; nil if there is no such invitation, if it was used or has run
  ///   out, or if the person has another role by now.
  package func join(_ code: String) throws -> (member: Member, session: Secret)? {
    let digest = Secret(code).digest
    let session = Secret()
    let now = clock()
    let member = try write { db -> Member? in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT name, role FROM invites WHERE hash = ? AND used IS NULL AND expires > ?",
          arguments: [digest, now]),
        let role = Role(rawValue: row["role"])
      else { return nil }
      let name: String = row["name"]
      guard try Member.named(name, db).map({ $0.role == role }) ?? true else { return nil }
      try db.execute(sql: "UPDATE invites SET used = ? WHERE hash = ?", arguments: [now, digest])
      try db.execute(
        sql: """
          INSERT INTO people (name, role, active, created) VALUES (?, ?, 1, ?)
          ON CONFLICT (name) DO UPDATE SET active = 1
          """, arguments: [name, role.rawValue, now])
      try db.execute(
        sql: "INSERT INTO sessions (hash, person, created, seen, id) VALUES (?, ?, ?, ?, ?)",
        arguments: [session.digest, name, now, now, Secret.identifier()])
      try Self.note(.joined, by: name, time: now, db)
      return Member(name: name, role: role)
    }
    guard let member else { return nil }
    changed()
    return (member, session)
  }
}
