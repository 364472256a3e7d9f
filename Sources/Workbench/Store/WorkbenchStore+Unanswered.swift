import Compute
import GRDB

/// Questions that people passed over, and what they said about it.
///
/// A clip that somebody calls broken is asked of nobody else, and no round waits for more answers to it; the report can
/// be taken back like any answer. All other reasons are one person's: others are asked as before.
extension WorkbenchStore {
  /// What is stored for a clip that is broken, and for a sentence that was not understood.
  static let broken = "broken clip"
  static let notUnderstood = "not understood"

  /// Whether a report that the clip is broken stands; `question` is SQL for the question's id.
  static func isBroken(_ question: String) -> String {
    """
    EXISTS (SELECT 1 FROM events b JOIN given bg ON bg.sequence = b.sequence
      WHERE b.question = \(question) AND b.skipped = '\(broken)')
    """
  }

  /// The newest of them, `limit` at most, and how often each reason was given.
  func unanswered(limit: Int = 200) throws -> Messages.Unanswered {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT q.number AS number, q.kind AS kind, s.person AS person, s.skipped AS skipped, s.reason AS reason,
            s.time AS time
          FROM standing s JOIN questions q ON q.id = s.question
          WHERE q.number IS NOT NULL AND s.skipped IS NOT NULL ORDER BY s.sequence DESC LIMIT ?
          """, arguments: [limit])
      let counts = try Row.fetchAll(
        db,
        sql: """
          SELECT s.skipped AS skipped, s.reason AS reason, count(*) AS count
          FROM standing s JOIN questions q ON q.id = s.question
          WHERE q.number IS NOT NULL AND s.skipped IS NOT NULL AND s.skipped <> '\(Self.notUnderstood)'
          GROUP BY s.skipped, s.reason ORDER BY count DESC, s.skipped, s.reason LIMIT 50
          """)
      return Messages.Unanswered(
        questions: rows.map {
          .init(
            number: $0["number"], kind: $0["kind"], person: $0["person"], why: $0["skipped"], reason: $0["reason"],
            time: $0["time"])
        }, reasons: counts.map { .init(why: $0["skipped"], reason: $0["reason"], count: $0["count"]) })
    }
  }
}
