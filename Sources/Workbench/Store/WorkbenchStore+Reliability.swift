import Compute
import Feedback
import Foundation
import GRDB
import Runs

/// What a person's answers tell about them.
struct PersonReport: Codable, Sendable {
  struct Share: Codable, Sendable {
    var right: Int
    var count: Int
    var share: Double
    /// The exact 95 % interval.
    var low: Double
    var high: Double

    init?(_ right: Int, of count: Int) {
      guard let interval = Statistics.proportionInterval(successes: right, of: count) else { return nil }
      (self.right, self.count, share) = (right, count, Double(right) / Double(count))
      (low, high) = (interval.lower, interval.upper)
    }
  }

  var name: String
  var role: Role
  var active: Bool
  var answers: Int
  var skipped: Int
  var late: Int
  var perMinute: Double
  /// Right on gold questions; the same again; the same with sides changed; "equal" or "can't tell" of equal clips.
  var gold: Share?
  var `repeat`: Share?
  var mirrored: Share?
  var impossible: Share?
  /// Of the comparisons with a preference, the share that took the left one.
  var left: Share?
  /// Of the comparisons that others answered too, the share on which they agree.
  var agreement: Share?
}

struct PeopleReport: Codable, Sendable {
  struct Alpha: Codable, Sendable {
    var alpha: Double
    var low: Double?
    var high: Double?
  }

  var people: [PersonReport]
  /// Krippendorff's α of all comparisons (second, tie, first; ordinal), with a bootstrap interval over questions.
  var agreement: Alpha?
}

extension WorkbenchStore {
  /// A comparison as a person answered it.
  private struct Judgment {
    var person: String
    var question: StoredKey
    var answer: String?
    var check: StoredQuestion.Check?
    var expected: String?
    /// 1 where what is called the first stood left, −1 where it stood right; nil where nothing stood beside it.
    var leftmost: Double?

    struct StoredKey: Hashable {
      var id: Int
      var source: Int?
    }

    /// 1 the first, −1 the second, 0 equal; nil for no answer.
    static func side(_ word: String?) -> Double? {
      switch word {
      case "first", "right": 1
      case "second", "wrong": -1
      case "tie": 0
      default: nil
      }
    }
  }

  func people() throws -> PeopleReport {
    let now = clock()
    return try read { db in
      let judgments = try Self.judgments(db)
      let own = Dictionary(grouping: judgments, by: \.person)
      let members = try Row.fetchAll(db, sql: "SELECT name, role, active FROM people ORDER BY created, name")
      var reports: [PersonReport] = []
      for row in members {
        let name: String = row["name"]
        guard let role = Role(rawValue: row["role"]) else { continue }
        let recent = try Row.fetchOne(
          db,
          sql:
            "SELECT count(*) AS count, min(time) AS first FROM events WHERE person = ? AND undoes IS NULL AND time > ?",
          arguments: [name, now - 300])
        let since: Double? = recent?["first"]
        var report = PersonReport(
          name: name, role: role, active: row["active"],
          answers: try db.number("SELECT count(*) FROM standing WHERE person = ?", [name]),
          skipped: try db.number("SELECT count(skipped) FROM standing WHERE person = ?", [name]),
          late: try db.number("SELECT sum(late) FROM standing WHERE person = ?", [name]),
          perMinute: since.map { 60 * Double(recent?["count"] as Int? ?? 0) / max(60, now - $0) } ?? 0)
        Self.judge(&report, own[name] ?? [], judgments)
        reports.append(report)
      }
      return PeopleReport(people: reports, agreement: agreement(judgments, reports.map(\.name)))
    }
  }

  private static func judgments(_ db: Database) throws -> [Judgment] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.person AS person, q.id AS id, q.source AS source, q.kind AS kind, q.check_kind AS check_kind, q.expected AS expected,
          s.content AS content, s.skipped AS skipped
        FROM standing s JOIN questions q ON q.id = s.question WHERE q.kind IN (\(StoredQuestion.judgedKinds)) ORDER BY s.sequence
        """)
    return try rows.map { row in
      func word(_ text: String?) throws -> String? {
        guard let text, case .object(let fields) = try JSONText.value(text), case .string(let word)? = fields["answer"]
        else { return nil }
        return word
      }
      return Judgment(
        person: row["person"], question: .init(id: row["id"], source: row["source"]),
        answer: try word(row["content"]) ?? row["skipped"],
        check: (row["check_kind"] as String?).flatMap(StoredQuestion.Check.init(rawValue:)),
        expected: try word(row["expected"]), leftmost: try Sides.leftmost(row["kind"], row["content"]))
    }
  }

  private static func judge(_ report: inout PersonReport, _ own: [Judgment], _ all: [Judgment]) {
    let first = Dictionary(own.filter { $0.check == nil }.map { ($0.question.id, $0) }, uniquingKeysWith: { $1 })
    func share(_ check: StoredQuestion.Check, _ isRight: (Judgment) -> Bool?) -> PersonReport.Share? {
      let judged = own.filter { $0.check == check }.compactMap(isRight)
      return PersonReport.Share(judged.count { $0 }, of: judged.count)
    }
    func before(_ judgment: Judgment) -> Double? {
      judgment.question.source.flatMap { first[$0] }.flatMap { Judgment.side($0.answer) }
    }
    report.gold = share(.gold) { judgment in
      Judgment.side(judgment.expected).map { $0 == Judgment.side(judgment.answer) }
    }
    report.repeat = share(.duplicate) { judgment in
      guard let before = before(judgment), let now = Judgment.side(judgment.answer) else { return nil }
      return before == now
    }
    report.mirrored = share(.mirrored) { judgment in
      guard let before = before(judgment), let now = Judgment.side(judgment.answer) else { return nil }
      return before == -now
    }
    report.impossible = share(.impossible) { !["first", "second"].contains($0.answer) }
    let sides = own.filter { $0.check == nil }.compactMap { judgment in
      judgment.leftmost.flatMap { leftmost in Judgment.side(judgment.answer).map { $0 * leftmost } }
    }.filter { $0 != 0 }
    report.left = PersonReport.Share(sides.count { $0 > 0 }, of: sides.count)
    var agreed = (right: 0, count: 0)
    let others = Dictionary(
      grouping: all.filter { $0.check == nil && $0.person != report.name }, by: \.question.id)
    for judgment in own where judgment.check == nil {
      guard let side = Judgment.side(judgment.answer) else { continue }
      for other in others[judgment.question.id] ?? [] {
        guard let theirs = Judgment.side(other.answer) else { continue }
        agreed.count += 1
        if theirs == side { agreed.right += 1 }
      }
    }
    report.agreement = PersonReport.Share(agreed.right, of: agreed.count)
  }

  private func agreement(_ judgments: [Judgment], _ names: [String]) -> PeopleReport.Alpha? {
    let shared = Dictionary(grouping: judgments.filter { $0.check == nil }, by: \.question.id)
      .filter { $0.value.count > 1 }
    let questions = shared.keys.sorted()
    let ratings = names.map { name in
      questions.map { question in
        shared[question]?.last { $0.person == name }.flatMap { Judgment.side($0.answer) }
      }
    }
    guard questions.count > 1, let alpha = Agreement.alpha(ratings, .ordinal), alpha.isFinite else { return nil }
    let interval = Agreement.alphaInterval(ratings, .ordinal, resamples: 400, random: random.child("agreement"))
    return PeopleReport.Alpha(alpha: alpha, low: interval?.lower, high: interval?.upper)
  }
}
