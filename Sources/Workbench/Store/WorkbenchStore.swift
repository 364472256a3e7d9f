import Compute
import Foundation
import GRDB
import Runs
import Synchronization

/// Everything that people said at a workbench, and who they are: one SQLite file in the run's directory.
///
/// What people do is an event, appended and never edited; an answer that was acknowledged is on disk (write-ahead log,
/// `synchronous = FULL`). An undo is an event too. It also records which iteration took in
/// which answers, so that a killed run resumes with exactly the same ones.
///
/// Safe to use from several threads: those that write share commits (`GroupCommit`), those that read wait for nobody.
public final class WorkbenchStore: Sendable {
  static let format = 1
  private static let applicationID = 0x5057_424B  // "PWBK"

  let path: String
  /// Connections that only read: nobody who looks waits for a commit of others. Closed before the one that writes, which
  /// takes the log away when it is the last.
  private let reading: any DatabaseReader
  private let commits: GroupCommit
  /// Seconds since 1970.
  let clock: @Sendable () -> Double
  let random: RandomSource
  /// What pages call the questions.
  package let names: QuestionNames
  /// Called after everything that changes what a page shows.
  private let observers = Mutex<[@Sendable () -> Void]>([])
  /// How many changes there were; waiting for answers is waiting for it to grow.
  let changes = ChangeCounter()
  /// What is computed from the answers, kept for a while.
  let reports = ReportCache()

  /// Opens the file, making it if it is missing.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - seed: of the draws that decide where questions for quality are put in.
  ///   - clock: seconds since 1970.
  /// - Throws: `InputError` if the file is something else.
  public init(path: String, seed: UInt64, clock: @escaping @Sendable () -> Double) throws {
    self.path = path
    self.clock = clock
    random = RandomSource(seed: seed).child("workbench")
    do {
      // GRDB turns foreign keys on by itself.
      let database = try DurableDatabase.open(path) {
        try Self.check($0, path)
      } create: {
        try Self.create(in: $0)
      }
      names = try Self.completed(database)
      (reading, commits) = (try Self.readers(path), GroupCommit(database))
    } catch let error as DatabaseError {
      throw Self.unopened(error, path)
    }
  }

  /// A store in memory with what a file has, for a run that may only be read: nothing is written to the file, and what
  /// people do here is forgotten with the store.
  ///
  /// - Throws: `InputError` if the file is something else, or cannot be read. Where there is none, the store is empty.
  init(showing path: String, seed: UInt64, clock: @escaping @Sendable () -> Double) throws {
    self.path = path
    self.clock = clock
    random = RandomSource(seed: seed).child("workbench")
    do {
      let database = try DatabaseQueue()
      if FileManager.default.fileExists(atPath: path) {
        try DurableDatabase.readWithoutWriting(path) { try Self.check($0, path) }.backup(to: database)
      } else {
        try database.writeWithoutTransaction { try Self.create(in: $0) }
      }
      names = try Self.completed(database)
      (reading, commits) = (database, GroupCommit(database))
    } catch let error as DatabaseError {
      throw Self.unopened(error, path)
    }
  }

  /// The file has its tables by now.
  private static func readers(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    return try DatabasePool(path: path, configuration: configuration)
  }

  /// Makes what a file of an earlier version lacks.
  private static func completed(_ database: DatabaseQueue) throws -> QuestionNames {
    try database.writeWithoutTransaction { db in
      try StoreAddition.makeMissing(in: db)
      return QuestionNames(
        key: try String.fetchOne(db, sql: "SELECT value FROM keys WHERE name = 'question names'") ?? "")
    }
  }

  private static func check(_ file: DurableDatabase.Identity, _ path: String) throws {
    guard file.applicationID == Self.applicationID, file.format == Self.format else {
      throw InputError(
        "not answers that this version of the workbench keeps", at: path, remedy: "choose another directory")
    }
  }

  private static func unopened(_ error: DatabaseError, _ path: String) -> InputError {
    InputError(
      "the workbench's answers cannot be opened: \(error.message ?? "\(error)")", at: path,
      remedy: "look at the disk and the permissions")
  }

  private static func create(in db: Database) throws {
    try db.inTransaction(.immediate) {
      try db.execute(
        sql: """
          CREATE TABLE settings (name TEXT PRIMARY KEY, value REAL NOT NULL);
          CREATE TABLE people (name TEXT PRIMARY KEY, role TEXT NOT NULL, active INTEGER NOT NULL, created REAL NOT NULL);
          CREATE TABLE invites (hash TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, created REAL NOT NULL,
            used REAL);
          CREATE TABLE sessions (hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people, created REAL NOT NULL,
            seen REAL NOT NULL);
          CREATE TABLE questions (id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER UNIQUE, iteration INTEGER NOT NULL,
            kind TEXT NOT NULL, details TEXT NOT NULL, forEvaluation INTEGER NOT NULL, check_kind TEXT, source INTEGER,
            person TEXT, expected TEXT);
          CREATE TABLE clips (question INTEGER NOT NULL REFERENCES questions, place INTEGER NOT NULL,
            content BLOB NOT NULL, PRIMARY KEY (question, place));
          CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
            person TEXT NOT NULL REFERENCES people, question INTEGER NOT NULL REFERENCES questions,
            undoes INTEGER UNIQUE REFERENCES events, content TEXT, skipped TEXT, reason TEXT, milliseconds INTEGER,
            late INTEGER NOT NULL DEFAULT 0, time REAL NOT NULL);
          CREATE INDEX events_by_question ON events (question);
          CREATE INDEX events_by_person ON events (person);
          CREATE TABLE made (event INTEGER NOT NULL REFERENCES events, place INTEGER NOT NULL, content BLOB NOT NULL,
            PRIMARY KEY (event, place));
          CREATE TABLE leases (question INTEGER NOT NULL REFERENCES questions, person TEXT NOT NULL, token TEXT NOT NULL,
            until REAL NOT NULL, PRIMARY KEY (question, person));
          CREATE INDEX events_by_time ON events (time);
          CREATE TABLE intakes (iteration INTEGER PRIMARY KEY, through INTEGER NOT NULL);
          -- What follows from the events, kept so that it need not be counted: who has a standing answer to what, how many
          -- each of the run's questions has, and what people took back and have not answered again.
          CREATE TABLE given (person TEXT NOT NULL, question INTEGER NOT NULL, sequence INTEGER NOT NULL UNIQUE,
            PRIMARY KEY (person, question)) WITHOUT ROWID;
          CREATE TABLE progress (question INTEGER PRIMARY KEY, iteration INTEGER NOT NULL, answers INTEGER NOT NULL);
          CREATE TABLE reopened (person TEXT NOT NULL, question INTEGER NOT NULL, PRIMARY KEY (person, question))
            WITHOUT ROWID;
          CREATE VIEW standing AS SELECT events.* FROM given JOIN events ON events.sequence = given.sequence;
          PRAGMA application_id = \(applicationID);
          PRAGMA user_version = \(format);
          """)
      for table in ["events", "made", "clips", "questions", "intakes"] {
        for change in ["UPDATE", "DELETE"] {
          try db.execute(
            sql: """
              CREATE TRIGGER \(table)_no_\(change.lowercased()) BEFORE \(change) ON \(table)
              BEGIN SELECT RAISE(ABORT, 'what was said is append-only'); END
              """)
        }
      }
      return .commit
    }
  }

  /// Calls this after every change; from any thread, so it should only take note.
  public func observe(_ body: @escaping @Sendable () -> Void) { observers.withLock { $0.append(body) } }

  func changed() {
    changes.increment()
    for observer in observers.withLock({ $0 }) { observer() }
  }

  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try commits.write(body)
    } catch let error as DatabaseError {
      throw InputError(
        "could not be stored: \(error.message ?? "\(error)")", at: path, remedy: "look at the disk; nothing was changed"
      )
    }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws -> Result { try reading.read(body) }
}

extension Database {
  /// The one number that a query gives; 0 for NULL, as the largest of no rows is.
  func number(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
    try Int.fetchOne(self, sql: sql, arguments: arguments) ?? 0
  }
}

/// A number that grows, and threads that wait for it to.
final class ChangeCounter: Sendable {
  private let condition = NSCondition()
  private let count = Mutex(0)

  func increment() {
    condition.lock()
    count.withLock { $0 += 1 }
    condition.broadcast()
    condition.unlock()
  }

  var value: Int { count.withLock { $0 } }

  /// Returns after the next change, or after this many seconds.
  func wait(seconds: Double) {
    condition.lock()
    let before = count.withLock { $0 }
    let limit = Date(timeIntervalSinceNow: seconds)
    while count.withLock({ $0 }) == before, condition.wait(until: limit) {}
    condition.unlock()
  }
}
