import Compute
import Foundation
import GRDB
import RunFixtures
import Synchronization
import Testing
import Workbench

@Suite("Writes that share a commit")
struct GroupCommitTests {
  private static func database(_ path: String) throws -> DatabaseQueue {
    let database = try DatabaseQueue(path: path)
    try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE notes (text TEXT UNIQUE)")
    }
    return database
  }

  private struct Refused: Error {}

  /// Writes these at once: the first holds the database until all others wait behind it.
  private static func together(_ texts: [String], _ commits: GroupCommit) -> [String: Bool] {
    let outcomes = Mutex<[String: Bool]>([:])
    let first = DispatchSemaphore(value: 0)
    let ended = DispatchGroup()
    func write(_ text: String, _ before: @escaping @Sendable () -> Void = {}) {
      ended.enter()
      Thread {
        let result = Result {
          try commits.write { db in
            before()
            try db.execute(sql: "INSERT INTO notes VALUES (?)", arguments: [text])
            if text.hasPrefix("refused") { throw Refused() }
          }
        }
        if case .success = result {
          outcomes.withLock { $0[text] = true }
        } else {
          outcomes.withLock { $0[text] = false }
        }
        ended.leave()
      }.start()
    }
    let others = texts.count - 1
    write(texts[0]) {
      first.signal()
      while commits.waiting < others { Thread.sleep(forTimeInterval: 0.001) }
    }
    first.wait()
    for text in texts.dropFirst() { write(text) }
    ended.wait()
    return outcomes.withLock { $0 }
  }

  private static func notes(_ database: DatabaseQueue) throws -> Set<String> {
    try database.read { try Set(String.fetchAll($0, sql: "SELECT text FROM notes")) }
  }

  @Test("forty that wait together are on disk after one flush more than the one before them")
  func together() throws {
    try withTemporaryDirectory { directory in
      let database = try Self.database(directory + "/notes.sqlite")
      let commits = GroupCommit(database)
      let texts = (0..<41).map { "note \($0)" }
      let calls = try watchedCalls(below: directory) {
        #expect(Self.together(texts, commits).values.allSatisfy { $0 })
      }
      #expect(try Self.notes(database) == Set(texts))
      #expect(calls.count { $0 == "fdatasync notes.sqlite-wal" || $0 == "fsync notes.sqlite-wal" } == 2)
    }
  }

  @Test("one that fails leaves nothing behind, and the others stand")
  func apart() throws {
    try withTemporaryDirectory { directory in
      let database = try Self.database(directory + "/notes.sqlite")
      let texts = ["first"] + (0..<10).map { $0 % 3 == 0 ? "refused \($0)" : "note \($0)" }
      let outcomes = Self.together(texts, GroupCommit(database))
      for text in texts { #expect(outcomes[text] == !text.hasPrefix("refused"), "\(text)") }
      #expect(try Self.notes(database) == Set(texts.filter { !$0.hasPrefix("refused") }))
    }
  }

  @Test("if the transaction fails as a whole, each is tried alone, and only that one fails which cannot be stored")
  func alone() throws {
    try withTemporaryDirectory { directory in
      let database = try Self.database(directory + "/notes.sqlite")
      // This one undoes everything, as a full disk does.
      try database.write { db in
        try db.execute(
          sql: """
            CREATE TRIGGER full BEFORE INSERT ON notes WHEN new.text LIKE 'large%'
            BEGIN SELECT RAISE(ROLLBACK, 'no room'); END
            """)
      }
      let texts = ["first", "a", "b", "large one", "c"]
      let outcomes = Self.together(texts, GroupCommit(database))
      #expect(outcomes == ["first": true, "a": true, "b": true, "large one": false, "c": true])
      #expect(try Self.notes(database) == ["first", "a", "b", "c"])
    }
  }

  @Test("a value comes back, also none, and an error as it was thrown")
  func values() throws {
    let commits = GroupCommit(try DatabaseQueue())
    #expect(try commits.write { try Int.fetchOne($0, sql: "SELECT 41 + 1") } == 42)
    #expect(try commits.write { try Int.fetchOne($0, sql: "SELECT 1 WHERE 0") } == nil)
    #expect(throws: Refused.self) { try commits.write { _ in throw Refused() } }
    #expect(commits.waiting == 0)
  }
}
