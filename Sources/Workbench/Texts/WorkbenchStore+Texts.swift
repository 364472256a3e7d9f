import Compute
import Files
import Foundation
import GRDB

extension StoreAddition {
  /// What the source says of each question about texts, beside its texts: they are long, and this is counted often. And
  /// an index for what is asked of one person alone, which is looked for whenever somebody is asked something.
  static let texts = StoreAddition(
    name: "texts",
    sql: """
      CREATE TABLE text_facts (question INTEGER PRIMARY KEY REFERENCES questions, row INTEGER NOT NULL, label TEXT,
        reward REAL);
      CREATE INDEX questions_by_person ON questions (person) WHERE person IS NOT NULL
      """)
}

extension WorkbenchStore {
  /// Questions whose answer was given with them, as SQL: nobody is asked one, but each person may be asked a copy.
  static let trusted = "q.number IS NULL AND q.person IS NULL AND q.check_kind = 'gold'"

  /// Adds the questions of a project about texts.
  func add(_ read: JudgingSource.Read) throws {
    let kind = read.kind.name
    func stored(_ details: JSONValue, number: Int?) -> StoredQuestion {
      StoredQuestion(
        id: 0, number: number, iteration: 0, kind: kind, details: details, forEvaluation: false, clips: [])
    }
    try write { db in
      for (number, details) in read.questions.enumerated() {
        let id = try stored(details, number: number).insert(for: nil, db)
        let fact = read.facts[number]
        try db.execute(
          sql: "INSERT INTO text_facts VALUES (?, ?, ?, ?)", arguments: [id, fact.row, fact.label, fact.reward])
      }
      for (details, expected) in read.gold {
        var question = stored(details, number: nil)
        (question.check, question.expected) = (.gold, expected)
        try question.insert(for: nil, db)
      }
    }
    changed()
  }

  /// How many answers there are of a kind: what was said, what the file said, how strongly; and what the verifier paid on
  /// average.
  struct Tally: Sendable {
    /// `first`, `second`, `tie`, `right`, `wrong`; nil for those that are no answer.
    var answer: String?
    var label: String?
    var count: Int
    var meanReward: Double?
  }

  func tallies() throws -> [Tally] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT json_extract(s.content, '$.answer') AS answer, f.label AS label, count(*) AS count,
            avg(f.reward) AS reward
          FROM standing s JOIN text_facts f ON f.question = s.question GROUP BY 1, 2 ORDER BY 1, 2
          """
      ).map { Tally(answer: $0["answer"], label: $0["label"], count: $0["count"], meanReward: $0["reward"]) }
    }
  }

  /// An answer that stands, to a question of the file.
  struct JudgedAnswer {
    var details: JSONValue
    var person: String
    var role: String
    var content: JSONValue?
    var skipped: String?
    var reason: String?
    var milliseconds: Int?
    var late: Bool
    var time: Double
  }

  /// Calls this with every answer that stands, in the order in which they were given; questions about people are not
  /// among them.
  func eachJudged(_ body: (JudgedAnswer) throws -> Void) throws {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT s.*, q.details AS details, p.role AS role FROM standing s JOIN questions q ON q.id = s.question
            JOIN people p ON p.name = s.person
          WHERE q.number IS NOT NULL ORDER BY s.sequence
          """)
      while let row = try rows.next() {
        let content: String? = row["content"]
        try body(
          JudgedAnswer(
            details: try JSONText.value(row["details"]), person: row["person"], role: row["role"],
            content: try content.map(JSONText.value), skipped: row["skipped"], reason: row["reason"],
            milliseconds: row["milliseconds"], late: row["late"], time: row["time"]))
      }
    }
  }
}
