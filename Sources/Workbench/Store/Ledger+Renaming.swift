import Compute
import Files
import Foundation
import GRDB
import Runs

extension Ledger {
  /// Puts another name wherever the record of a run has a person's: for somebody who wants to be forgotten.
  ///
  /// What they said stays, as the run has learned from it. Only for a run that has finished: one that goes on would say the
  /// name again.
  ///
  /// - Throws: `InputError` if a process works on the run.
  package static func rename(person: String, to other: String, in layout: RunLayout) throws {
    guard FileManager.default.fileExists(atPath: layout.ledger) else { return }
    let lock = try RunLock(layout)
    defer { withExtendedLifetime(lock) {} }
    let database = try DurableDatabase.open(layout.ledger, verify: { _ in }, create: { _ in })
    let (before, after) = (try field(person), try field(other))
    try database.write { db in
      let triggers = try Row.fetchAll(
        db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'")
      for trigger in triggers {
        try db.execute(sql: "DROP TRIGGER \((trigger["name"] as String).quotedDatabaseIdentifier)")
      }
      try db.execute(
        sql: "UPDATE events SET payload = replace(payload, ?, ?) WHERE instr(payload, ?) > 0",
        arguments: [before, after, before])
      for trigger in triggers { try db.execute(sql: trigger["sql"]) }
    }
  }

  /// As it stands in a payload.
  private static func field(_ person: String) throws -> String {
    "\"person\":\(try CanonicalJSON.encode(person))"
  }
}
