import Compute
import GRDB

/// How a project watches over its answers.
public struct QualitySettings: Codable, Sendable, Hashable {
  /// How many people answer each question.
  public var overlap = 1
  /// The share of questions whose right answer is known: made gold, decided, or answered strongly by an owner or
  /// researcher. All four kinds are put in to learn about the person, and together make up at most half of the questions.
  public var gold = 0.0
  /// The share of questions that the person answered before.
  public var duplicate = 0.0
  /// The share of questions that the person answered before, their sides changed.
  public var mirrored = 0.0
  /// The share of questions whose two clips are equal.
  public var impossible = 0.0

  /// One person for each question, and no questions for quality.
  public init() {}

  /// What is other than before, as the audit log has it: "overlap 1 → 3, gold 0.0 → 0.1".
  func changes(from before: QualitySettings) -> String {
    var words: [String] = []
    if overlap != before.overlap { words.append("overlap \(before.overlap) → \(overlap)") }
    for (name, old, new) in [
      ("gold", before.gold, gold), ("duplicate", before.duplicate, duplicate), ("mirrored", before.mirrored, mirrored),
      ("impossible", before.impossible, impossible),
    ] where old != new {
      words.append("\(name) \(old) → \(new)")
    }
    return words.joined(separator: ", ")
  }

  func validate() throws {
    guard (1...100).contains(overlap) else {
      throw InputError("\(overlap) people for each question", at: "overlap", remedy: "use 1 to 100")
    }
    for (name, value) in [("gold", gold), ("duplicate", duplicate), ("mirrored", mirrored), ("impossible", impossible)]
    {
      guard (0...0.5).contains(value) else {
        throw InputError("\(value) is not a share that can be used", at: name, remedy: "use 0 to 0.5")
      }
    }
    guard gold + duplicate + mirrored + impossible <= 0.5 else {
      throw InputError("more than half of the questions would be there for quality alone", at: "gold")
    }
  }
}

extension WorkbenchStore {
  /// The settings as they are stored; what was never set has its default.
  public func quality() throws -> QualitySettings { try read { try Self.quality($0) } }

  static func quality(_ db: Database) throws -> QualitySettings {
    var settings = QualitySettings()
    for row in try Row.fetchAll(db, sql: "SELECT name, value FROM settings") {
      let value: Double = row["value"]
      switch row["name"] as String {
      case "overlap": settings.overlap = Int(value)
      case "gold": settings.gold = value
      case "duplicate": settings.duplicate = value
      case "mirrored": settings.mirrored = value
      case "impossible": settings.impossible = value
      default: break
      }
    }
    return settings
  }

  /// - Throws: `InputError` if a value is out of range; nothing has changed then.
  public func set(_ quality: QualitySettings) throws {
    try quality.validate()
    try write { db in
      for (name, value) in [
        ("overlap", Double(quality.overlap)), ("gold", quality.gold), ("duplicate", quality.duplicate),
        ("mirrored", quality.mirrored), ("impossible", quality.impossible),
      ] {
        try db.execute(
          sql: "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          arguments: [name, value])
      }
    }
    changed()
  }
}
