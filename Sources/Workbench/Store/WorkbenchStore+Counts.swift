import GRDB

extension WorkbenchStore {
  /// How far the run's questions are answered.
  struct Counts: Sendable {
    /// The run's questions that were answered by as many people as are wanted.
    var questions = 0
    /// Standing answers to the run's questions: more than those where several people answer each.
    var answers = 0
    /// How many people gave them.
    var people = 0
    /// The run's questions that still need answers.
    var open = 0
    /// Answers in the last five minutes, for each of them.
    var perMinute = 0.0
  }

  func counts() throws -> Counts {
    let now = clock()
    return try read { db in
      let wanted = try Self.wanted(db)
      var counts = Counts()
      counts.questions = try db.number("SELECT count(*) FROM progress WHERE answers >= ?", [wanted])
      counts.answers = try db.number("SELECT sum(answers) FROM progress")
      // One look-up for each member, not one row for each answer.
      counts.people = try db.number(
        """
        SELECT count(*) FROM people p WHERE EXISTS
          (SELECT 1 FROM given g JOIN progress q ON q.question = g.question WHERE g.person = p.name)
        """)
      counts.open = try Self.openQuestions(upTo: Int.max, wanted: wanted, db)
      let recent = try db.number("SELECT count(*) FROM events WHERE undoes IS NULL AND time > ?", [now - 300])
      let first = try Double.fetchOne(db, sql: "SELECT min(time) FROM events WHERE time > ?", arguments: [now - 300])
      counts.perMinute = first.map { 60 * Double(recent) / max(60, now - $0) } ?? 0
      return counts
    }
  }
}
