import Compute
import Environments
import Feedback
import Files
import Foundation
import GRDB
import Runs

/// A question as it is kept, with its clips.
struct StoredQuestion: Sendable {
  /// What the page calls it.
  var id: Int
  /// What the run calls it; nil for one that is there to learn about a person.
  var number: Int?
  var iteration: Int
  var kind: String
  var details: JSONValue
  var forEvaluation: Bool
  /// Why it was put in, and from which question it was made.
  var check: Check?
  var source: Int?
  /// What is certainly right, for gold.
  var expected: JSONValue?
  var clips: [StoredSegment]

  enum Check: String, Sendable { case gold, duplicate, mirrored, impossible }

  var question: Question<JSONValue> { Question(clips.map(\.trajectory), details: details) }

  var posed: PosedQuestion {
    PosedQuestion(
      number: number ?? -1, iteration: iteration, kind: kind, question: question, clips: clips,
      forEvaluation: forEvaluation)
  }

  static func load(_ id: Int, _ db: Database) throws -> StoredQuestion? {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM questions WHERE id = ?", arguments: [id]) else {
      return nil
    }
    let contents = try Data.fetchAll(
      db, sql: "SELECT content FROM clips WHERE question = ? ORDER BY place", arguments: [id])
    let expected: String? = row["expected"]
    return StoredQuestion(
      id: id, number: row["number"], iteration: row["iteration"], kind: row["kind"],
      details: try JSONText.value(row["details"]), forEvaluation: row["forEvaluation"],
      check: (row["check_kind"] as String?).flatMap(Check.init(rawValue:)), source: row["source"],
      expected: try expected.map(JSONText.value), clips: try contents.map(StoredSegment.init(decoding:)))
  }

  /// - Parameter person: the only one who is asked it; nil for all.
  @discardableResult
  func insert(for person: String?, _ db: Database) throws -> Int {
    try db.execute(
      sql: """
        INSERT INTO questions (number, iteration, kind, details, forEvaluation, check_kind, source, person, expected)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        number, iteration, kind, try JSONText.text(details), forEvaluation, check?.rawValue, source, person,
        try expected.map(JSONText.text),
      ])
    let id = Int(db.lastInsertedRowID)
    if number != nil {
      try db.execute(sql: "INSERT INTO progress VALUES (?, ?, 0)", arguments: [id, iteration])
    }
    for (place, clip) in clips.enumerated() {
      try db.execute(sql: "INSERT INTO clips VALUES (?, ?, ?)", arguments: [id, place, clip.encoded()])
    }
    return id
  }
}

/// JSON values as text in a column, equal values as equal text.
enum JSONText {
  static func text(_ value: JSONValue) throws -> String { try CanonicalJSON.encode(value) }
  static func value(_ text: String) throws -> JSONValue { try CanonicalJSON.decode(JSONValue.self, from: text) }
}

extension WorkbenchStore {
  /// Adds the run's questions; those that are there already must be the same.
  func add(_ questions: [PosedQuestion]) throws {
    guard !questions.isEmpty else { return }
    try write { db in
      for question in questions { try add(question, db) }
    }
    changed()
  }

  /// - Returns: what the page calls it.
  @discardableResult
  func add(_ question: PosedQuestion, _ db: Database) throws -> Int {
    if let id = try Int.fetchOne(
      db, sql: "SELECT id FROM questions WHERE number = ?", arguments: [question.number])
    {
      guard let known = try StoredQuestion.load(id, db), known.posed == question else {
        throw InputError(
          "question \(question.number) is not the one that was asked before", at: path,
          remedy: "resume with the version and settings that the run was started with")
      }
      return id
    }
    return try StoredQuestion(
      id: 0, number: question.number, iteration: question.iteration, kind: question.kind,
      details: question.question.details, forEvaluation: question.forEvaluation, clips: question.clips
    ).insert(for: nil, db)
  }

  func question(_ id: Int) throws -> StoredQuestion? { try read { try StoredQuestion.load(id, $0) } }
}
