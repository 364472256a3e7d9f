import Compute
import Foundation
import GRDB

/// What a person may do at a workbench.
public enum Role: String, Codable, Sendable, Hashable, CaseIterable {
  /// Everything.
  case owner
  /// Judging, watching, pausing, the answers of all.
  case researcher
  /// Judging alone, blind to the answers of others.
  case annotator
  /// Watching alone.
  case viewer

  var judges: Bool { self != .viewer }
}

/// A person at a workbench.
public struct Member: Codable, Sendable, Hashable {
  /// What they are called on screen; unique within a project.
  public var name: String
  /// What they may do.
  public var role: Role
}

/// A secret of 160 random bits, of which only the digest is kept.
package struct Secret: Sendable, Hashable {
  package let text: String

  /// A new one, from the system's generator.
  package init() {
    var generator = SystemRandomNumberGenerator()
    var bytes = Data()
    for _ in 0..<20 { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
    text = bytes.map { String(format: "%02x", $0) }.joined()
  }

  package init(_ text: String) { self.text = text }

  /// SHA-256, in hexadecimal.
  package var digest: String { SHA256.digest(of: text.utf8).map { String(format: "%02x", $0) }.joined() }
}

extension WorkbenchStore {
  /// Makes an invitation that one person can use once.
  ///
  /// - Returns: its code, which is stored nowhere.
  public func invite(_ name: String, as role: Role) throws -> String {
    let name = try Self.checked(name)
    let secret = Secret()
    try write { db in
      if let standing = try Member.named(name, db), standing.role != role {
        throw InputError(
          "'\(name)' is a \(standing.role.rawValue) already", at: "name", remedy: "choose another name, or that role")
      }
      try db.execute(
        sql: "INSERT INTO invites (hash, name, role, created) VALUES (?, ?, ?, ?)",
        arguments: [secret.digest, name, role.rawValue, clock()])
    }
    return secret.text
  }

  /// Uses an invitation.
  ///
  /// - Returns: the member and the new session's secret; nil if there is no such invitation, or it was used.
  package func join(_ code: String) throws -> (member: Member, session: Secret)? {
    let digest = Secret(code).digest
    let session = Secret()
    let now = clock()
    let member = try write { db -> Member? in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT name, role FROM invites WHERE hash = ? AND used IS NULL", arguments: [digest]),
        let role = Role(rawValue: row["role"])
      else { return nil }
      let name: String = row["name"]
      try db.execute(sql: "UPDATE invites SET used = ? WHERE hash = ?", arguments: [now, digest])
      try db.execute(
        sql: """
          INSERT INTO people (name, role, active, created) VALUES (?, ?, 1, ?)
          ON CONFLICT (name) DO UPDATE SET active = 1
          """, arguments: [name, role.rawValue, now])
      try db.execute(
        sql: "INSERT INTO sessions (hash, person, created, seen) VALUES (?, ?, ?, ?)",
        arguments: [session.digest, name, now, now])
      return Member(name: name, role: role)
    }
    guard let member else { return nil }
    changed()
    return (member, session)
  }

  /// Sessions end after a week without use, or thirty days.
  package func member(of session: String) throws -> Member? {
    let digest = Secret(session).digest
    let now = clock()
    let found = try read { db -> (Member, Double)? in
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT name, role, seen FROM sessions JOIN people ON people.name = sessions.person
            WHERE hash = ? AND active = 1 AND seen > ? AND sessions.created > ?
            """, arguments: [digest, now - 7 * 86_400, now - 30 * 86_400]),
        let role = Role(rawValue: row["role"])
      else { return nil }
      return (Member(name: row["name"], role: role), row["seen"])
    }
    guard let (member, seen) = found else { return nil }
    // Written once a minute: reading should not wait for the disk.
    if now - seen > 60 {
      try write { try $0.execute(sql: "UPDATE sessions SET seen = ? WHERE hash = ?", arguments: [now, digest]) }
    }
    return member
  }

  package func leave(_ session: String) throws {
    try write { try $0.execute(sql: "DELETE FROM sessions WHERE hash = ?", arguments: [Secret(session).digest]) }
  }

  /// Ends a person's sessions and invitations; their answers stay.
  func remove(_ name: String) throws {
    try write { db in
      guard let member = try Member.named(name, db) else {
        throw InputError("there is no member '\(name)'", at: "name")
      }
      let owners = try db.number(
        "SELECT count(*) FROM people WHERE role = 'owner' AND active = 1 AND name <> ?", [name])
      guard member.role != .owner || owners > 0 else {
        throw InputError("'\(name)' is the only owner", at: "name", remedy: "invite another owner first")
      }
      try db.execute(sql: "UPDATE people SET active = 0 WHERE name = ?", arguments: [name])
      try db.execute(sql: "DELETE FROM sessions WHERE person = ?", arguments: [name])
      try db.execute(sql: "DELETE FROM invites WHERE name = ?", arguments: [name])
      try db.execute(sql: "DELETE FROM leases WHERE person = ?", arguments: [name])
    }
    changed()
  }

  private static func checked(_ name: String) throws -> String {
    let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...60).contains(trimmed.count),
      trimmed.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw InputError("a name has 1 to 60 letters", at: "name") }
    return trimmed
  }
}

extension Member {
  static func named(_ name: String, _ db: Database) throws -> Member? {
    guard let text = try String.fetchOne(db, sql: "SELECT role FROM people WHERE name = ?", arguments: [name]) else {
      return nil
    }
    return Role(rawValue: text).map { Member(name: name, role: $0) }
  }
}
