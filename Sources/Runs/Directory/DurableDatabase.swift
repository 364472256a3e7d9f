import Compute
import GRDB

/// How every SQLite file of the house is opened: what a committed transaction wrote survives a power failure.
///
/// The journal is a write-ahead log and `synchronous` is FULL, so that a commit returns only when the log is on disk;
/// a process that finds the file locked waits for five seconds. The pragmas are read back: SQLite ignores those that it
/// cannot follow, such as a write-ahead log on a network disk, and an acknowledged answer would then be lost without a
/// word.
///
/// It is in this room, not in `Files`, so that the rooms below build without GRDB.
package enum DurableDatabase {
  /// A file's own numbers: how many tables it has, and those in its header.
  package struct Identity {
    package var tables: Int
    package var applicationID: Int
    package var format: Int
  }

  /// Opens the file, making it if it is missing.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - verify: Called for a file that has tables; throws if it is not Pactolus'.
  ///   - create: Called for a file without tables, to make them.
  /// - Throws: GRDB's errors, those of the two calls, and `InputError` if the disk cannot keep a write-ahead log.
  package static func open(
    _ path: String, verify: (Identity) throws -> Void, create: (Database) throws -> Void
  ) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    let database = try DatabaseQueue(path: path, configuration: configuration)
    try database.writeWithoutTransaction { db in
      let identity = Identity(
        tables: try db.number("SELECT count(*) FROM sqlite_master"),
        applicationID: try db.number("PRAGMA application_id"),
        format: try db.number("PRAGMA user_version"))
      if identity.tables > 0 { try verify(identity) }
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
      guard try isDurable(db) else {
        throw InputError(
          "the disk cannot keep a write-ahead log", at: path, remedy: "choose a directory on a local disk")
      }
      if identity.tables == 0 { try create(db) }
    }
    return database
  }

  /// Whether the connection follows the rules above.
  package static func isDurable(_ db: Database) throws -> Bool {
    let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
    let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
    let timeout = try Int.fetchOne(db, sql: "PRAGMA busy_timeout")
    return journal == "wal" && synchronous == 2 && timeout == 5000
  }
}

extension Database {
  /// The one number that a query gives; 0 for NULL.
  func number(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
    try Int.fetchOne(self, sql: sql, arguments: arguments) ?? 0
  }
}
