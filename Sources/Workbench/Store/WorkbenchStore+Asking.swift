import Compute
import Feedback
import Files
import Foundation
import GRDB
import Runs

/// A question lent to one person, so that no other person takes the same place.
struct LentQuestion: Sendable {
  var question: StoredQuestion
  var token: String
  var previous: StoredAnswer?
}

/// What the person said before they took it back.
struct StoredAnswer: Sendable {
  var content: JSONValue?
  var skipped: String?
  var reason: String?
}

extension WorkbenchStore {
  /// How long a question stays lent without a renewal.
  static let leaseSeconds = 120.0

  /// Lends up to `count` questions besides those in hand, whose leases are renewed.
  ///
  /// First steps of the agent that wait, then what the person took back, then the oldest that still needs answers. No one gets a question that they
  /// answered, nor one for which enough people have answered or hold it, nor one whose clip somebody called broken.
  func next(_ person: String, count: Int, holding: [Int]) throws -> [LentQuestion] {
    let now = clock()
    return try write { db in
      for id in holding {
        try db.execute(
          sql: "UPDATE leases SET until = ? WHERE question = ? AND person = ?",
          arguments: [now + Self.leaseSeconds, id, person])
      }
      var lent: [LentQuestion] = []
      guard try !Self.isDeferred(person, db) else { return lent }
      var taken = holding
      while lent.count < count {
        guard
          let id = try Self.permission(to: person, excluding: taken, now, db)
            ?? check(for: person, excluding: taken, db) ?? open(to: person, excluding: taken, now, db),
          let question = try StoredQuestion.load(id, db)
        else { break }
        taken.append(id)
        lent.append(try lend(question, to: person, db))
      }
      return lent
    }
  }

  /// Whether others hold what this person could be asked.
  func isHeldByOthers(_ person: String) throws -> Bool {
    let now = clock()
    return try read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM leases JOIN questions ON questions.id = leases.question
            WHERE leases.person <> ? AND until > ? AND number IS NOT NULL
              AND NOT \(Self.isPermission("leases.question"))
              AND question NOT IN (SELECT question FROM standing WHERE person = ?))
          """, arguments: [person, now, person]) ?? false
    }
  }

  func lend(_ question: StoredQuestion, to person: String, _ db: Database) throws -> LentQuestion {
    let token = Secret().text
    try db.execute(
      sql: """
        INSERT INTO leases (question, person, token, until) VALUES (?, ?, ?, ?)
        ON CONFLICT (question, person) DO UPDATE SET token = excluded.token, until = excluded.until
        """, arguments: [question.id, person, token, clock() + Self.leaseSeconds])
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT content, skipped, reason FROM events WHERE question = ? AND person = ? AND undoes IS NULL
        ORDER BY sequence DESC LIMIT 1
        """, arguments: [question.id, person])
    let content: String? = row?["content"]
    return LentQuestion(
      question: question, token: token,
      previous: try row.map {
        StoredAnswer(content: try content.map(JSONText.value), skipped: $0["skipped"], reason: $0["reason"])
      })
  }

  /// The first question that this person may be asked; what they took back comes first, then what was made for them.
  private func open(to person: String, excluding taken: [Int], _ now: Double, _ db: Database) throws -> Int? {
    let held = taken.map(String.init).joined(separator: ",")
    for sql in [
      "SELECT question FROM reopened WHERE person = :person AND question NOT IN (\(held)) ORDER BY question LIMIT 1",
      """
      SELECT id FROM questions q WHERE person = :person AND id NOT IN (\(held))
        AND NOT EXISTS (SELECT 1 FROM given WHERE person = :person AND question = q.id) ORDER BY id LIMIT 1
      """,
    ] {
      if let id = try Int.fetchOne(db, sql: sql, arguments: ["person": person]) { return id }
    }
    return try Int.fetchOne(
      db,
      sql: """
        SELECT question FROM progress p
        WHERE answers < :overlap AND question NOT IN (\(held)) AND NOT \(Self.isBroken("p.question"))
          AND NOT \(Self.isPermission("p.question"))
          AND NOT EXISTS (SELECT 1 FROM given WHERE person = :person AND question = p.question)
          AND answers + (SELECT count(*) FROM leases l WHERE l.question = p.question AND until > :now AND person <> :person
            AND NOT EXISTS (SELECT 1 FROM given g WHERE g.person = l.person AND g.question = l.question)) < :overlap
        ORDER BY question LIMIT 1
        """, arguments: ["person": person, "now": now, "overlap": try Self.quality(db).overlap])
  }

  // MARK: Questions about the person

  /// Puts in a question about the person, if one is due: at most one for each answer that they gave.
  private func check(for person: String, excluding taken: [Int], _ db: Database) throws -> Int? {
    let quality = try Self.quality(db)
    guard quality.gold + quality.duplicate + quality.mirrored + quality.impossible > 0 else { return nil }
    let turn = try db.number("SELECT count(*) FROM events WHERE person = ? AND undoes IS NULL", [person])
    let made = try db.number("SELECT count(*) FROM questions WHERE person = ?", [person])
    var draws = random.child(person).stream("checks", turn + made)
    let share = draws.uniform()
    var bound = 0.0
    for (check, rate) in [
      (StoredQuestion.Check.gold, quality.gold), (.duplicate, quality.duplicate), (.mirrored, quality.mirrored),
      (.impossible, quality.impossible),
    ] {
      bound += rate
      guard share < bound else { continue }
      return try make(check, for: person, excluding: taken, draw: draws.uniform(), db)
    }
    return nil
  }

  private func make(
    _ check: StoredQuestion.Check, for person: String, excluding taken: [Int], draw: Double, _ db: Database
  ) throws -> Int? {
    let candidates = try Row.fetchAll(db, sql: Self.candidates(check), arguments: ["person": person])
    guard !candidates.isEmpty else { return nil }
    let chosen = candidates[min(candidates.count - 1, Int(draw * Double(candidates.count)))]
    let id: Int = chosen["id"]
    guard !taken.contains(id), var question = try StoredQuestion.load(id, db) else { return nil }
    let content: String? = chosen["content"]
    (question.number, question.check, question.source) = (nil, check, id)
    switch check {
    case .gold: question.expected = try content.map(JSONText.value)
    case .duplicate: break
    case .mirrored: question.mirror()
    case .impossible: question.makeEqual()
    }
    return try question.insert(for: person, db)
  }

  /// What a question about the person can be made of, each at most once for each person: gold of any kind whose answers
  /// can be the same (``SameAnswer``), the others of comparisons.
  private static func candidates(_ check: StoredQuestion.Check) -> String {
    let unused = """
      q.id NOT IN (SELECT source FROM questions WHERE person = :person AND source IS NOT NULL)
        AND NOT \(isBroken("q.id"))
      """
    switch check {
    case .gold:
      // Certain: what was decided about a question; where nothing was, an owner or a researcher called the preference a
      // strong one.
      return """
        SELECT q.id AS id, d.content AS content FROM decided d JOIN questions q ON q.id = d.question
        WHERE (q.kind = 'comparison' OR q.id IN (SELECT question FROM gold_forms)) AND d.content IS NOT NULL
          AND d.person <> :person AND \(unused)
          AND NOT EXISTS (SELECT 1 FROM standing WHERE question = q.id AND person = :person)
        UNION ALL
        SELECT q.id AS id, s.content AS content FROM questions q JOIN standing s ON s.question = q.id
          JOIN people p ON p.name = s.person
        WHERE q.kind IN (\(check.kinds)) AND q.number IS NOT NULL AND p.role IN ('owner', 'researcher')
          AND p.name <> :person AND s.content LIKE '%"strongly":true%' AND \(unused)
          AND q.id NOT IN (SELECT question FROM decided WHERE content IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM standing WHERE question = q.id AND person = :person)
        UNION ALL
        SELECT q.id AS id, q.expected AS content FROM questions q WHERE \(trusted) AND \(unused)
        ORDER BY id
        """
    case .duplicate, .mirrored, .impossible:
      // Asked a while ago.
      return """
        SELECT q.id AS id, s.content AS content FROM questions q JOIN standing s ON s.question = q.id
        WHERE q.kind IN (\(check.kinds)) AND q.number IS NOT NULL AND s.person = :person AND s.content IS NOT NULL
          AND \(unused)
        ORDER BY q.id LIMIT max(0, (SELECT count(*) FROM standing WHERE person = :person) - 3)
        """
    }
  }
}
