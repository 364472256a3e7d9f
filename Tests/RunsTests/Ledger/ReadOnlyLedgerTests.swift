import Foundation
import GRDB
import RunFixtures
import Runs
import Testing

@Suite("A ledger that may only be read")
struct ReadOnlyLedgerTests {
  private func rows(_ database: DatabaseQueue) throws -> Int {
    try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") ?? -1 }
  }

  private func names(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  private func made(_ path: String) throws -> DatabaseQueue {
    let database = try DurableDatabase.open(
      path, verify: { _ in },
      create: { try $0.execute(sql: "CREATE TABLE t (x INTEGER); PRAGMA application_id = 7;") })
    try database.write { try $0.execute(sql: "INSERT INTO t VALUES (1), (2)") }
    return database
  }

  @Test("a file that was closed is read, and nothing is made beside it")
  func closed() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a b?.sqlite"
      try made(path).close()
      #expect(try names(directory) == ["a b?.sqlite"])
      let database = try DurableDatabase.readWithoutWriting(path) { #expect($0.applicationID == 7 && $0.tables == 1) }
      #expect(try rows(database) == 2)
      #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") } }
      #expect(try names(directory) == ["a b?.sqlite"])
    }
  }

  @Test("one that is being written is read with its log")
  func open() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/a.sqlite"
      let writer = try made(path)
      let before = try names(directory)
      #expect(before == ["a.sqlite", "a.sqlite-shm", "a.sqlite-wal"])
      let database = try DurableDatabase.readWithoutWriting(path) { _ in }
      #expect(try rows(database) == 2)
      try writer.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") }
      #expect(try rows(database) == 3)
      try database.close()
      #expect(try names(directory) == before)
    }
  }

  @Test("one whose writer was killed is read with its log, from a copy that does not stay")
  func killed() throws {
    try withTemporaryDirectory { directory in
      let writer = try made(directory + "/a.sqlite")
      let left = directory + "/left"
      try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: false)
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: directory + "/a.sqlite" + suffix, toPath: left + "/a.sqlite" + suffix)
      }
      let database = try DurableDatabase.readWithoutWriting(left + "/a.sqlite") { #expect($0.tables == 1) }
      #expect(try rows(database) == 2)
      #expect(try names(left) == ["a.sqlite", "a.sqlite-wal"])
      try withExtendedLifetime(writer) { try database.close() }
    }
  }

  @Test("a finished run gives the same record, and what is refused is refused")
  func run() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run").run()
      let before = try names(parent + "/run")
      let record = try RunRecord(directory: parent + "/run")
      #expect(record.answerCount == 13 && record.finished != nil)
      #expect(try names(parent + "/run") == before)
      struct Refused: Error {}
      #expect(throws: Refused.self) {
        _ = try DurableDatabase.readWithoutWriting(RunLayout(parent + "/run").ledger) { _ in throw Refused() }
      }
    }
  }
}
