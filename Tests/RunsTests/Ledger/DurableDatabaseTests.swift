import Foundation
import GRDB
import RunFixtures
import Runs
import Testing

@Suite("How SQLite files are opened")
struct DurableDatabaseTests {
  @Test("what a commit wrote is on disk when it returns: the pragmas say so, and a weaker setting is noticed")
  func pragmas() throws {
    try withTemporaryDirectory { directory in
      let database = try DurableDatabase.open(directory + "/a.sqlite") { _ in
      } create: { db in
        try db.execute(sql: "CREATE TABLE t (x INTEGER)")
      }
      try database.writeWithoutTransaction { db in
        #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
        #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
        #expect(try DurableDatabase.isDurable(db))
        try db.execute(sql: "PRAGMA synchronous = OFF")
        #expect(try !DurableDatabase.isDurable(db))
      }
    }
  }

  @Test("a file with tables is verified before anything is changed in it")
  func verified() throws {
    struct Refused: Error {}
    try withTemporaryDirectory { directory in
      let path = directory + "/a.sqlite"
      let other = try DatabaseQueue(path: path)
      try other.write { (db: Database) in try db.execute(sql: "CREATE TABLE t (x INTEGER); PRAGMA application_id = 7;")
      }
      try other.close()
      #expect(throws: Refused.self) {
        _ = try DurableDatabase.open(path) { file in
          #expect(file.tables == 1 && file.applicationID == 7 && file.format == 0)
          throw Refused()
        } create: { _ in
          Issue.record("a table was made in a file that has one")
        }
      }
    }
  }
}
