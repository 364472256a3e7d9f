import GRDB

/// What a workbench has to know when it is started again.
extension WorkbenchStore {
  enum Remembered: String {
    /// 1 while the agent is paused.
    case paused
    /// The port that the page was last served at.
    case port
    /// Microseconds since 1970 when people first came to this run: no other run on the computer has them.
    case identity
  }

  func remembered(_ what: Remembered) throws -> Double? {
    try read { try Double.fetchOne($0, sql: "SELECT value FROM settings WHERE name = ?", arguments: [what.rawValue]) }
  }

  func remember(_ what: Remembered, _ value: Double) throws {
    try write { db in
      try db.execute(
        sql: "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        arguments: [what.rawValue, value])
    }
  }

  /// What tells this run from every other at the same address, so that an answer on its way reaches its own.
  func identity() throws -> String {
    if let known = try remembered(.identity) { return "\(Int64(known))" }
    let made = (clock() * 1e6).rounded()
    try remember(.identity, made)
    return "\(Int64(made))"
  }
}
