extension StoreAddition {
  /// What researchers decide about questions, and who did what: both are append-only.
  static let research = StoreAddition(
    name: "research",
    sql: """
      CREATE TABLE decisions (sequence INTEGER PRIMARY KEY AUTOINCREMENT, question INTEGER NOT NULL REFERENCES questions,
        person TEXT NOT NULL, content TEXT, counts INTEGER NOT NULL, time REAL NOT NULL);
      CREATE INDEX decisions_by_question ON decisions (question);
      -- The latest decision about a question is the one that holds.
      CREATE VIEW decided AS SELECT * FROM decisions d
        WHERE sequence = (SELECT max(sequence) FROM decisions WHERE question = d.question);
      -- Which round knew of which decisions, as `intakes` says of answers.
      CREATE TABLE decision_intakes (iteration INTEGER PRIMARY KEY, through INTEGER NOT NULL);
      CREATE TABLE audit (sequence INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, person TEXT,
        action TEXT NOT NULL, subject TEXT, details TEXT);
      """
        + ["decisions", "decision_intakes", "audit"].map { table in
          ["UPDATE", "DELETE"].map { change in
            """
            CREATE TRIGGER \(table)_no_\(change.lowercased()) BEFORE \(change) ON \(table)
            BEGIN SELECT RAISE(ABORT, 'what was done is append-only'); END;
            """
          }.joined()
        }.joined())
}
