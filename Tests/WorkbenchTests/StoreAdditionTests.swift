import Foundation
import GRDB
import Testing
import Workbench

@Suite("What a store's file has got since its first form")
struct StoreAdditionTests {
  private let additions = [
    StoreAddition(name: "notes", sql: "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('first')"),
    StoreAddition(name: "colour", sql: "ALTER TABLE notes ADD COLUMN colour TEXT"),
  ]

  @Test("a file of an earlier version gets what it lacks, once and in order")
  func missing() throws {
    let database = try DatabaseQueue()
    try database.writeWithoutTransaction { db in
      try StoreAddition.makeMissing([additions[0]], in: db)
      try StoreAddition.makeMissing(additions, in: db)
      try StoreAddition.makeMissing(additions, in: db)
    }
    let texts = try database.read { try String.fetchAll($0, sql: "SELECT text FROM notes WHERE colour IS NULL") }
    #expect(texts == ["first"])
    let names = try database.read { try String.fetchAll($0, sql: "SELECT name FROM additions ORDER BY name") }
    #expect(names == ["colour", "notes"])
  }

  @Test("one that cannot be made leaves the file as it was")
  func allOrNone() throws {
    let database = try DatabaseQueue()
    let broken = additions + [StoreAddition(name: "broken", sql: "CREATE nonsense")]
    #expect(throws: DatabaseError.self) {
      try database.writeWithoutTransaction { try StoreAddition.makeMissing(broken, in: $0) }
    }
    #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") } == 0)
  }
}
