import Compute
import Files
import Foundation
import GRDB
import Runs

/// How far one person has come.
struct OwnProgress: Sendable {
  /// Standing answers.
  var answers = 0
  /// Questions that they may still be asked now.
  var left = 0
  /// Answers a minute over the last five.
  var perMinute = 0.0
  /// Since when they have answered without a pause of five minutes, and until when; nil if they have not, lately.
  var stretch: ClosedRange<Double>?
}

/// What the agent has of one person.
struct OwnLesson: Sendable {
  /// How many of their standing answers the run has taken in.
  var taken = 0
  /// What the agent did before it had the first of them; nil if that is older than what is kept.
  var before: StoredSegment?
  /// What it did last; nil if it has not trained on an answer of theirs yet.
  var after: StoredSegment?
}

/// A standing answer of one's own.
struct OwnAnswer: Sendable {
  /// The event's number.
  var sequence: Int
  var question: StoredQuestion
  var answer: StoredAnswer
}

extension WorkbenchStore {
  /// A pause as long as this ends a stretch of work, in seconds.
  static let pause = 300.0

  func progress(of person: String) throws -> OwnProgress {
    let now = clock()
    return try read { db in
      var own = OwnProgress()
      own.answers = try db.number("SELECT count(*) FROM given WHERE person = ?", [person])
      own.left = try db.number(
        """
        SELECT count(*) FROM progress p WHERE answers < :overlap
          AND NOT EXISTS (SELECT 1 FROM given WHERE person = :person AND question = p.question)
          AND answers + (SELECT count(*) FROM leases l WHERE l.question = p.question AND until > :now
            AND person <> :person
            AND NOT EXISTS (SELECT 1 FROM given g WHERE g.person = l.person AND g.question = l.question)) < :overlap
        """, ["person": person, "now": now, "overlap": try Self.quality(db).overlap])
      // The newest first; no one answers more than this in four hours.
      let times = try Double.fetchAll(
        db,
        sql: """
          SELECT time FROM events WHERE person = ? AND undoes IS NULL AND time > ? ORDER BY sequence DESC LIMIT 20000
          """, arguments: [person, now - 4 * 3600])
      let recent = times.prefix { $0 > now - 300 }
      if let first = recent.last { own.perMinute = 60 * Double(recent.count) / max(60, now - first) }
      if let last = times.first, now - last < Self.pause {
        var since = last
        for time in times.dropFirst() {
          guard since - time < Self.pause else { break }
          since = time
        }
        own.stretch = min(since, last)...last
      }
      return own
    }
  }

  func lesson(of person: String) throws -> OwnLesson {
    try read { db in
      var own = OwnLesson()
      let through = try db.number("SELECT max(through) FROM intakes")
      own.taken = try db.number(
        """
        SELECT count(*) FROM given g JOIN questions q ON q.id = g.question
        WHERE g.person = ? AND g.sequence <= ? AND q.number IS NOT NULL
        """, [person, through])
      let first = try Int.fetchOne(
        db,
        sql: """
          SELECT min(e.sequence) FROM events e JOIN questions q ON q.id = e.question
          WHERE e.person = ? AND e.undoes IS NULL AND q.number IS NOT NULL
          """, arguments: [person])
      guard own.taken > 0, let first,
        let iteration = try Int.fetchOne(
          db, sql: "SELECT min(iteration) FROM intakes WHERE through >= ?", arguments: [first])
      else { return own }
      func clip(_ condition: String) throws -> StoredSegment? {
        try Data.fetchOne(
          db, sql: "SELECT content FROM agent_clips WHERE iteration \(condition) ? ORDER BY iteration DESC LIMIT 1",
          arguments: [iteration]
        ).map(StoredSegment.init(decoding:))
      }
      own.before = try clip("<")
      own.after = try clip(">=")
      return own
    }
  }

  /// The person's latest standing answers, the newest first.
  func history(of person: String, count: Int) throws -> [OwnAnswer] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT sequence, question, content, skipped, reason FROM standing WHERE person = ? ORDER BY sequence DESC LIMIT ?
          """, arguments: [person, count]
      ).compactMap { row in
        guard let question = try StoredQuestion.load(row["question"], db) else { return nil }
        let content: String? = row["content"]
        return OwnAnswer(
          sequence: row["sequence"], question: question,
          answer: StoredAnswer(content: try content.map(JSONText.value), skipped: row["skipped"], reason: row["reason"])
        )
      }
    }
  }
}
