import Foundation
import GRDB

/// What is written down of what people do besides answering.
package enum AuditedAction: String, Codable, Sendable, CaseIterable {
  case invited
  case invitationRevoked = "invitation revoked"
  case joined
  case removed
  case roleChanged = "role changed"
  case settingsChanged = "settings changed"
  case paused
  case resumed
  case exported
  case sessionEnded = "session ended"
  case dataDeleted = "data deleted"
  case decided
  case decisionWithdrawn = "decision withdrawn"
  case deferred = "not asked any more"
}

/// One thing that somebody did.
struct AuditEntry: Codable, Sendable {
  var sequence: Int
  /// Milliseconds since 1970.
  var time: Int
  /// Nil for whoever sits at the computer that the workbench runs on.
  var person: String?
  var action: AuditedAction
  /// Whom or what it was done to.
  var subject: String?
  /// What was there before and is there now, for example.
  var details: String?
}

extension WorkbenchStore {
  /// How many entries are shown; the file keeps all.
  static let shownEntries = 200

  /// Writes down that somebody did something; part of the caller's transaction.
  static func note(
    _ action: AuditedAction, by person: String?, about subject: String? = nil, _ details: String? = nil,
    time: Double, _ db: Database
  ) throws {
    try db.execute(
      sql: "INSERT INTO audit (time, person, action, subject, details) VALUES (?, ?, ?, ?, ?)",
      arguments: [time, person, action.rawValue, subject, details])
  }

  /// The same, in a transaction of its own.
  func note(
    _ action: AuditedAction, by person: String?, about subject: String? = nil, _ details: String? = nil
  ) throws {
    let now = clock()
    try write { try Self.note(action, by: person, about: subject, details, time: now, $0) }
  }

  /// The latest entries, newest first.
  func audit() throws -> [AuditEntry] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM audit ORDER BY sequence DESC LIMIT ?", arguments: [Self.shownEntries]
      ).compactMap { row in
        AuditedAction(rawValue: row["action"]).map { action in
          AuditEntry(
            sequence: row["sequence"], time: Int(((row["time"] as Double) * 1000).rounded()), person: row["person"],
            action: action, subject: row["subject"], details: row["details"])
        }
      }
    }
  }
}
