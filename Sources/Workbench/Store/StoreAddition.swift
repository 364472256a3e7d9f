import GRDB

/// What the store's file has besides the tables of its first form; files made before it was added get it when they are
/// opened.
package struct StoreAddition: Sendable {
  /// Kept in the file, so that it is made once.
  package var name: String
  package var sql: String

  package init(name: String, sql: String) { (self.name, self.sql) = (name, sql) }

  /// In the order in which they are made. One that was released is never changed, only followed by another.
  package static let all: [StoreAddition] = [texts]

  /// Makes those that the file does not have, all or none.
  package static func makeMissing(_ additions: [StoreAddition] = all, in db: Database) throws {
    try db.inTransaction(.immediate) {
      try db.execute(sql: "CREATE TABLE IF NOT EXISTS additions (name TEXT PRIMARY KEY) WITHOUT ROWID")
      let made = try Set(String.fetchAll(db, sql: "SELECT name FROM additions"))
      for addition in additions where !made.contains(addition.name) {
        try db.execute(sql: addition.sql)
        try db.execute(sql: "INSERT INTO additions VALUES (?)", arguments: [addition.name])
      }
      return .commit
    }
  }
}
