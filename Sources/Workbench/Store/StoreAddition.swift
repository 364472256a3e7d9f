import GRDB

/// What the store's file has besides the tables of its first form; files made before it was added get it when they are
/// opened.
package struct StoreAddition: Sendable {
  /// Kept in the file, so that it is made once.
  package var name: String
  package var sql: String

  package init(name: String, sql: String) { (self.name, self.sql) = (name, sql) }

  /// In the order in which they are made. One that was released is never changed, only followed by another.
  package static let all: [StoreAddition] = [
    .members, .texts, .research, .guide, .erasures, .gold, .deferrals, .permissions, .setAside,
  ]

  /// Invitations run out, and they and sessions can be named without their secrets; questions have names that show
  /// nothing (``QuestionNames``).
  private static let members = StoreAddition(
    name: "members",
    sql: """
      ALTER TABLE invites ADD COLUMN id TEXT;
      ALTER TABLE invites ADD COLUMN expires REAL;
      ALTER TABLE invites ADD COLUMN at_start INTEGER NOT NULL DEFAULT 0;
      UPDATE invites SET id = lower(hex(randomblob(8))),
        expires = created + CASE role WHEN 'owner' THEN 3600 WHEN 'researcher' THEN 86400 ELSE 604800 END;
      ALTER TABLE sessions ADD COLUMN id TEXT;
      UPDATE sessions SET id = lower(hex(randomblob(8)));
      CREATE TABLE keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      INSERT INTO keys VALUES ('question names', lower(hex(randomblob(20))));
      """)

  /// What was deleted at a person's request, without their name.
  private static let erasures = StoreAddition(
    name: "erasures",
    sql: """
      CREATE TABLE erasures (sequence INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, owner TEXT NOT NULL,
        person TEXT NOT NULL, events INTEGER NOT NULL, learned INTEGER NOT NULL);
      CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures
        BEGIN SELECT RAISE(ABORT, 'what was said is append-only'); END;
      CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures
        BEGIN SELECT RAISE(ABORT, 'what was said is append-only'); END;
      """)

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
