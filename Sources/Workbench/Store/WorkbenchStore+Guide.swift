import Compute
import Foundation
import GRDB
import Runs

/// What the owner tells those who judge, and lets them do.
public struct GuideSettings: Sendable, Hashable {
  /// In a subset of Markdown; shown beside what the environment says of itself.
  public var instructions = ""
  /// Whether people are offered a practice on pairs that the environment's own reward decides.
  public var offersPractice = true
  /// Whether annotators may see how the run goes.
  public var annotatorsWatch = false

  /// No instructions, a practice, and annotators who only judge.
  public init() {}

  /// The longest instructions that are taken, in bytes.
  package static let longest = 20_000
}

extension StoreAddition {
  /// The owner's words for annotators, and what the agent did after each iteration.
  static let guide = StoreAddition(
    name: "guide",
    sql: """
      CREATE TABLE guide (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE agent_clips (iteration INTEGER PRIMARY KEY, content BLOB NOT NULL);
      """)
}

extension WorkbenchStore {
  /// The guide's settings as they are stored; what was never set has its default.
  public func guide() throws -> GuideSettings {
    try read { db in
      var settings = GuideSettings()
      for row in try Row.fetchAll(db, sql: "SELECT name, value FROM guide") {
        let value: String = row["value"]
        switch row["name"] as String {
        case "instructions": settings.instructions = value
        case "offersPractice": settings.offersPractice = value == "yes"
        case "annotatorsWatch": settings.annotatorsWatch = value == "yes"
        default: break
        }
      }
      return settings
    }
  }

  /// - Throws: `InputError` if the instructions are too long; nothing has changed then.
  public func set(_ guide: GuideSettings) throws {
    let size = guide.instructions.utf8.count
    guard size <= GuideSettings.longest else {
      throw InputError(
        "instructions of \(size) bytes", at: "instructions", remedy: "use at most \(GuideSettings.longest)")
    }
    try write { db in
      for (name, value) in [
        ("instructions", guide.instructions), ("offersPractice", guide.offersPractice ? "yes" : "no"),
        ("annotatorsWatch", guide.annotatorsWatch ? "yes" : "no"),
      ] {
        try db.execute(sql: "INSERT OR REPLACE INTO guide VALUES (?, ?)", arguments: [name, value])
      }
    }
    changed()
  }

  /// Keeps what the agent did after an iteration, to show people later what came of their answers.
  package func keep(_ clip: StoredSegment, of iteration: Int) throws {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO agent_clips VALUES (?, ?)", arguments: [iteration, clip.encoded()])
    }
  }

  /// The longest clip among the run's first questions, in steps; nil before there are any.
  func clipLength() throws -> Int? {
    try read { db in
      let clips = try Data.fetchAll(db, sql: "SELECT content FROM clips ORDER BY question, place LIMIT 20")
      return try clips.map { try StoredSegment(decoding: $0).trajectory.count }.max()
    }
  }
}
