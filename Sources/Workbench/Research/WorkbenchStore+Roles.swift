import Compute
import Foundation
import GRDB

extension WorkbenchStore {
  /// Gives a member another role: it holds from their next request on. Invitations in their name that were not used go,
  /// as whoever had one would come in with the new role.
  ///
  /// - Throws: `InputError` if there is no such member, or no owner would be left.
  func setRole(of name: String, to role: Role, by person: String) throws {
    let now = clock()
    let isChanged = try write { db -> Bool in
      guard let member = try Member.named(name, db),
        try Bool.fetchOne(db, sql: "SELECT active FROM people WHERE name = ?", arguments: [name]) == true
      else { throw InputError("there is no member '\(name)'", at: "name") }
      guard member.role != role else { return false }
      let owners = try db.number(
        "SELECT count(*) FROM people WHERE role = 'owner' AND active = 1 AND name <> ?", [name])
      guard member.role != .owner || owners > 0 else {
        throw InputError("'\(name)' is the only owner", at: "name", remedy: "make somebody else an owner first")
      }
      try db.execute(sql: "UPDATE people SET role = ? WHERE name = ?", arguments: [role.rawValue, name])
      try db.execute(sql: "DELETE FROM invites WHERE name = ? AND used IS NULL", arguments: [name])
      // Who does not judge any more holds no question back from the others.
      if !role.judges { try db.execute(sql: "DELETE FROM leases WHERE person = ?", arguments: [name]) }
      try Self.note(
        .roleChanged, by: person, about: name, RoleChange(from: member.role, to: role).text, time: now, db)
      return true
    }
    if isChanged { changed() }
  }
}

/// A change of role as the audit log has it: "annotator → researcher".
struct RoleChange {
  var from: Role
  var to: Role

  init(from: Role, to: Role) { (self.from, self.to) = (from, to) }

  init?(_ text: String) {
    let words = text.components(separatedBy: " → ")
    guard words.count == 2, let from = Role(rawValue: words[0]), let to = Role(rawValue: words[1]) else { return nil }
    (self.from, self.to) = (from, to)
  }

  var text: String { "\(from.rawValue) → \(to.rawValue)" }
}
