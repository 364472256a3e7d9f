import Compute
import Files
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

  /// A name for something that is listed, which tells nothing of its secret: 64 random bits.
  static func identifier() -> String { String(Secret().text.prefix(16)) }

  /// SHA-256, in hexadecimal.
  package var digest: String { SHA256.hexadecimal(of: text.utf8) }
}

extension WorkbenchStore {
  /// Ends a person's sessions and invitations; their answers stay.
  func remove(_ name: String) throws {
    try write { db in
      try Self.requireRemovable(name, db)
      try db.execute(sql: "UPDATE people SET active = 0 WHERE name = ?", arguments: [name])
      try db.execute(sql: "DELETE FROM sessions WHERE person = ?", arguments: [name])
      try db.execute(sql: "DELETE FROM invites WHERE name = ?", arguments: [name])
      try db.execute(sql: "DELETE FROM leases WHERE person = ?", arguments: [name])
    }
    changed()
  }

  /// A member, and not the only owner.
  static func requireRemovable(_ name: String, _ db: Database) throws {
    guard let member = try Member.named(name, db) else {
      throw InputError("there is no member '\(name)'", at: "name")
    }
    let owners = try db.number("SELECT count(*) FROM people WHERE role = 'owner' AND active = 1 AND name <> ?", [name])
    guard member.role != .owner || owners > 0 else {
      throw InputError("'\(name)' is the only owner", at: "name", remedy: "invite another owner first")
    }
  }

  static func checked(_ name: String) throws -> String {
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
