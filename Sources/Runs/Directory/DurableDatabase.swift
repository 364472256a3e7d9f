import Compute
import Files
import Foundation
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

    fileprivate init(_ db: Database) throws {
      tables = try db.number("SELECT count(*) FROM sqlite_master")
      applicationID = try db.number("PRAGMA application_id")
      format = try db.number("PRAGMA user_version")
    }
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
    makePrivate(path)
    let database = try DatabaseQueue(path: path, configuration: configuration)
    try database.writeWithoutTransaction { db in
      let identity = try Identity(db)
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

  /// Makes a missing file as one that its owner alone may read; SQLite gives the log's two files the same permissions.
  private static func makePrivate(_ path: String) {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    // If it is there already, it keeps its permissions; whatever else is wrong, SQLite says.
    if descriptor >= 0 { close(descriptor) }
  }

  /// Opens a file that is only read.
  ///
  /// Where the file and its directory may be written, SQLite makes the log's two files for the time being, as every
  /// reader of a write-ahead log does. Where they may not, a file without a log is read as one that nobody changes, and
  /// one with a log (its writer was killed, or is at work) with the log; SQLite needs the log's index for that, so where
  /// there is none, file and log are read from a copy in the directory for temporary files.
  ///
  /// - Throws: GRDB's errors; `InputError` if the copy cannot be made; what `verify` throws.
  package static func read(_ path: String, verify: (Identity) throws -> Void) throws -> DatabaseQueue {
    let directory = path.parentPath
    guard access(path, W_OK) != 0 || access(directory.isEmpty ? "." : directory, W_OK) != 0 else {
      return try open(path, verify: verify, create: { _ in })
    }
    return try readWithoutWriting(path, verify: verify)
  }

  /// The second half of ``read(_:verify:)``.
  package static func readWithoutWriting(_ path: String, verify: (Identity) throws -> Void) throws -> DatabaseQueue {
    guard access(path, R_OK) == 0 else { throw fileError("cannot read here", at: path) }
    let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
    if !hasLog || access(path + "-shm", R_OK) == 0 {
      do {
        return try connect(address(path, hasLog ? "mode=ro" : "immutable=1"), verify: verify)
      } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
        // An index of no use, as after a kill; or an SQLite that was built without addresses.
      }
    }
    let copy = try TemporaryCopy(of: path)
    // The files are there as long as the connection has them open, and no longer.
    defer { copy.remove() }
    return try connect(copy.path, verify: verify)
  }

  private static func connect(_ address: String, verify: (Identity) throws -> Void) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.readonly = true
    let database = try DatabaseQueue(path: address, configuration: configuration)
    try database.read { db in
      let identity = try Identity(db)
      if identity.tables > 0 { try verify(identity) }
    }
    return database
  }

  /// SQLite's address of a file, with a parameter.
  private static func address(_ path: String, _ parameter: String) -> String {
    let absolute = URL(fileURLWithPath: path).path
    let kept = CharacterSet(charactersIn: "?#%").inverted
    return "file:" + (absolute.addingPercentEncoding(withAllowedCharacters: kept) ?? absolute) + "?" + parameter
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

/// A database and its log, copied to where they may be written.
private struct TemporaryCopy {
  private let directory: String
  let path: String

  init(of original: String) throws {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-XXXXXX").path
    var name = Array(template.utf8CString)
    guard mkdtemp(&name) != nil else { throw fileError("cannot make a copy to read from", at: template) }
    directory = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    path = directory + "/ledger.sqlite"
    do {
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: original + suffix) {
        try FileManager.default.copyItem(atPath: original + suffix, toPath: path + suffix)
        // The copy of a file that may only be read may only be read, too.
        guard chmod(path + suffix, 0o600) == 0 else { throw fileError("cannot use the copy", at: path + suffix) }
      }
    } catch {
      remove()
      throw InputError(
        "cannot make a copy to read from", at: original,
        remedy: "make room in \(FileManager.default.temporaryDirectory.path), or read it as somebody who may write here"
      )
    }
  }

  func remove() {
    do { try DurableFile.remove(directory) } catch {
      // What stays behind is a copy in the directory for temporary files; the system clears it.
    }
  }
}
