import GRDB

extension StoreAddition {
  /// Who is not asked any more.
  static let deferrals = StoreAddition(
    name: "deferrals",
    sql: "CREATE TABLE deferrals (person TEXT PRIMARY KEY, time REAL NOT NULL) WITHOUT ROWID;")
}

extension WorkbenchStore {
  /// From now on these people get no questions, as long as somebody else is there to answer; what they have in hand they
  /// may finish.
  package func stopAsking(_ names: [String]) throws {
    guard !names.isEmpty else { return }
    let now = clock()
    let isNew = try write { db in
      var isNew = false
      for name in names {
        try db.execute(sql: "INSERT OR IGNORE INTO deferrals VALUES (?, ?)", arguments: [name, now])
        guard db.changesCount > 0 else { continue }
        isNew = true
        try Self.note(.deferred, by: nil, about: name, "found unreliable, or changed", time: now, db)
      }
      return isNew
    }
    if isNew { changed() }
  }

  /// Everybody's name.
  func memberNames() throws -> [String] {
    try read { try String.fetchAll($0, sql: "SELECT name FROM people ORDER BY name") }
  }

  /// Whether this person gets no questions.
  func isDeferred(_ name: String) throws -> Bool { try read { try Self.isDeferred(name, $0) } }

  static func isDeferred(_ name: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM deferrals WHERE person = :name)
          AND EXISTS (SELECT 1 FROM people WHERE active = 1 AND role <> 'viewer'
            AND name NOT IN (SELECT person FROM deferrals))
        """, arguments: ["name": name]) ?? false
  }
}
