import Compute
import Files
import Foundation
import GRDB

/// The results of a study's finished trials: a table in SQLite that each enters once.
///
/// An entry is on disk when `enter` returns. What is there is never changed: a trial that is repeated, after a kill
/// between its run's last event and its entry, must say the same, and then nothing happens. Times and failures have
/// tables of their own, so that equal studies have equal entries, in whatever order, with however many workers.
package final class StudyTable: Sendable {
  private static let format = 1
  private static let applicationID = 0x5041_5354  // "PAST"

  private let path: String
  private let database: DatabaseQueue

  /// Opens the table, making it if it is missing.
  package init(path: String) throws {
    self.path = path
    do {
      database = try DurableDatabase.open(path) {
        try Self.verify($0, path)
      } create: {
        try Self.create(in: $0)
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// Opens it to read; nil if there is none yet.
  package init?(reading path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    self.path = path
    do {
      // A process that was killed as it made the file leaves one without tables.
      var isEmpty = true
      database = try DurableDatabase.read(path) { identity in
        isEmpty = false
        try Self.verify(identity, path)
      }
      if isEmpty { return nil }
    } catch {
      throw Self.explained(error, path)
    }
  }

  private static func verify(_ file: DurableDatabase.Identity, _ path: String) throws {
    guard file.applicationID == applicationID else {
      throw InputError("not a study's table", at: path, remedy: "choose another directory for the study")
    }
    guard file.format == format else {
      throw InputError(
        "the table has format \(file.format), this program reads format \(format)", at: path,
        remedy: "use the version of Pactolus that made the study")
    }
  }

  private static func create(in db: Database) throws {
    try db.inTransaction(.immediate) {
      try db.execute(
        sql: """
          CREATE TABLE trials (key TEXT PRIMARY KEY, result TEXT NOT NULL);
          CREATE TABLE times (key TEXT PRIMARY KEY, seconds REAL NOT NULL, entered REAL NOT NULL);
          CREATE TABLE failures (key TEXT PRIMARY KEY, reason TEXT NOT NULL);
          PRAGMA application_id = \(applicationID);
          PRAGMA user_version = \(format);
          """)
      for change in ["UPDATE", "DELETE"] {
        try db.execute(
          sql: """
            CREATE TRIGGER trials_no_\(change.lowercased()) BEFORE \(change) ON trials
            BEGIN SELECT RAISE(ABORT, 'a result is entered once'); END
            """)
      }
      return .commit
    }
  }

  /// Enters a finished trial; false if it had been entered before, with the same result.
  ///
  /// - Parameters:
  ///   - seconds: processor seconds that it took.
  ///   - time: seconds since 1970.
  /// - Throws: `InputError` if the table has another result of this trial.
  @discardableResult
  package func enter(_ key: String, _ result: TrialResult, seconds: Double, at time: Double) throws -> Bool {
    let text = try CanonicalJSON.encode(result)
    do {
      return try database.write { db in
        if let known = try String.fetchOne(db, sql: "SELECT result FROM trials WHERE key = ?", arguments: [key]) {
          guard known == text else {
            throw InputError(
              "the trial '\(key)' had another result before", at: self.path,
              remedy: "the study's files were changed; put them back, or begin the study anew")
          }
          return false
        }
        try db.execute(sql: "INSERT INTO trials VALUES (?, ?)", arguments: [key, text])
        try db.execute(sql: "INSERT INTO times VALUES (?, ?, ?)", arguments: [key, seconds, time])
        try db.execute(sql: "DELETE FROM failures WHERE key = ?", arguments: [key])
        return true
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// Notes why a trial could not be finished; it stays open.
  package func note(_ key: String, failure reason: String) throws {
    do {
      try database.write { db in
        try db.execute(sql: "INSERT OR REPLACE INTO failures VALUES (?, ?)", arguments: [key, reason])
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// What the table has, at one moment.
  package struct Contents: Sendable {
    package var results: [String: TrialResult] = [:]
    package var seconds: [String: Double] = [:]
    package var failures: [String: String] = [:]

    package init() {}
  }

  /// Everything in it.
  package func contents() throws -> Contents {
    let rows: (results: [Row], times: [Row], failures: [Row])
    do {
      rows = try database.read { db in
        (
          try Row.fetchAll(db, sql: "SELECT key, result FROM trials"),
          try Row.fetchAll(db, sql: "SELECT key, seconds FROM times"),
          try Row.fetchAll(db, sql: "SELECT key, reason FROM failures")
        )
      }
    } catch {
      throw Self.explained(error, path)
    }
    var contents = Contents()
    for row in rows.results {
      let (key, text): (String, String) = (row[0], row[1])
      do {
        contents.results[key] = try CanonicalJSON.decode(TrialResult.self, from: text)
      } catch {
        throw InputError("the result of '\(key)' cannot be read", at: path, remedy: "put the study's own table back")
      }
    }
    for row in rows.times { contents.seconds[row[0]] = row[1] }
    for row in rows.failures { contents.failures[row[0]] = row[1] }
    return contents
  }

  /// All entries as text, one a line: what equal studies have in common, byte for byte.
  package func export() throws -> String {
    do {
      return try database.read { db in
        try Row.fetchAll(db, sql: "SELECT key, result FROM trials ORDER BY key")
          .map { "\($0[0] as String)\t\($0[1] as String)\n" }.joined()
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  private static func explained(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let remedy =
      switch error.resultCode {
      case .SQLITE_FULL: "the disk is full: make room and run the study again; nothing entered so far is lost"
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: "the file is damaged: put the study's own table back"
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: "check the directory's permissions"
      default: "run the study again; nothing entered so far is lost"
      }
    return InputError(
      "the study's table cannot be used (\(error.message ?? "\(error.resultCode)"))", at: path, remedy: remedy)
  }
}
