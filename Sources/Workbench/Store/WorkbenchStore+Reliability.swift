import Compute
import Foundation
import GRDB

/// What a person's answers tell about them.
package struct PersonReport: Codable, Sendable {
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

  /// How long answers took, in milliseconds.
  package struct Times: Codable, Sendable {
    package var count: Int
    package var median: Double
    /// Nine of ten answers took no longer.
    package var ninety: Double

    package init?(_ milliseconds: [Double]) {
      guard !milliseconds.isEmpty else { return nil }
      let sorted = milliseconds.sorted()
      func quantile(_ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
      }
      (count, median, ninety) = (sorted.count, quantile(0.5), quantile(0.9))
    }
  }

  /// Right answers to gold of one kind of feedback.
  struct KindShare: Codable, Sendable {
    var kind: String
    var share: Share
  }

  var name: String
  var role: Role
  var active: Bool
  /// Whether they get no questions any more; nil for no.
  var deferred: Bool?
  var answers: Int
  var skipped: Int
  var late: Int
  var perMinute: Double
  var times: Times?
  /// Right on gold questions; the same again; the same with sides changed; "equal" or "can't tell" of equal clips.
  var gold: Share?
  /// The same for each kind of which gold was asked, by name; nil if that was of comparisons or verdicts alone. How often
  /// blind answers are right differs from kind to kind.
  var goldOfKinds: [KindShare]?
  var `repeat`: Share?
  var mirrored: Share?
  var impossible: Share?
  /// Of the comparisons with a preference, the share that took the left one.
  var left: Share?
  /// Of the comparisons that others answered too, the share on which they agree.
  var agreement: Share?
}

struct PeopleReport: Codable, Sendable {
  var people: [PersonReport]
}

extension WorkbenchStore {
  /// Everybody and what their answers tell about them. Where that takes long, it may be of a little while ago. The pace is of
  /// the last ten seconds even if nothing else changed.
  func people() throws -> PeopleReport {
    try reports.people.value(at: [changes.value, Int(clock() / 10)]) { try newPeople() }
  }

  private func newPeople() throws -> PeopleReport {
    let now = clock()
    let (judgments, members) = try read { db in
      (
        try Self.judgments(db),
        try Row.fetchAll(db, sql: "SELECT name, role, active FROM people ORDER BY created, name").compactMap { row in
          try Self.report(on: row, now, db)
        }
      )
    }
    let own = Dictionary(grouping: judgments, by: \.person)
    var sides: [Int: [Int]] = [:]
    for judgment in judgments where judgment.check == nil {
      guard let side = judgment.side else { continue }
      sides[judgment.question, default: [0, 0, 0]][Int(side) + 1] += 1
    }
    let counted = sides
    return PeopleReport(
      people: members.map { member in
        var report = member
        Self.judge(&report, own[report.name] ?? [], counted)
        return report
      })
  }

  /// What is counted; nil for a role that this version does not know.
  private static func report(on row: Row, _ now: Double, _ db: Database) throws -> PersonReport? {
    let name: String = row["name"]
    guard let role = Role(rawValue: row["role"]) else { return nil }
    let recent = try Row.fetchOne(
      db,
      sql: "SELECT count(*) AS count, min(time) AS first FROM events WHERE person = ? AND undoes IS NULL AND time > ?",
      arguments: [name, now - 300])
    let since: Double? = recent?["first"]
    return PersonReport(
      name: name, role: role, active: row["active"], deferred: try isDeferred(name, db) ? true : nil,
      answers: try db.number("SELECT count(*) FROM standing WHERE person = ?", [name]),
      skipped: try db.number("SELECT count(skipped) FROM standing WHERE person = ?", [name]),
      late: try db.number("SELECT sum(late) FROM standing WHERE person = ?", [name]),
      perMinute: since.map { 60 * Double(recent?["count"] as Int? ?? 0) / max(60, now - $0) } ?? 0,
      times: PersonReport.Times(
        try Double.fetchAll(
          db, sql: "SELECT milliseconds FROM standing WHERE person = ? AND milliseconds IS NOT NULL",
          arguments: [name])))
  }

  /// - Parameter sides: of each of the run's questions how many people said the second, equal, the first.
  private static func judge(_ report: inout PersonReport, _ own: [Judgment], _ sides: [Int: [Int]]) {
    let first = Dictionary(own.filter { $0.check == nil }.map { ($0.question, $0) }, uniquingKeysWith: { $1 })
    func share(_ check: StoredQuestion.Check, of kind: String? = nil) -> PersonReport.Share? {
      let judged = own.filter { $0.check == check && (kind == nil || $0.kind == kind) }.compactMap { judgment in
        judgment.isPassed(before: judgment.source.flatMap { first[$0] }?.side)
      }
      return PersonReport.Share(judged.count { $0 }, of: judged.count)
    }
    (report.gold, report.repeat) = (share(.gold), share(.duplicate))
    let kinds = Set(own.filter { $0.check == .gold }.map(\.kind)).sorted().compactMap { kind in
      share(.gold, of: kind).map { PersonReport.KindShare(kind: kind, share: $0) }
    }
    report.goldOfKinds = kinds.allSatisfy { StoredQuestion.comparedKinds.contains($0.kind) } ? nil : kinds
    (report.mirrored, report.impossible) = (share(.mirrored), share(.impossible))
    let taken = own.filter { $0.check == nil }.compactMap { judgment in
      judgment.leftmost.flatMap { leftmost in judgment.side.map { $0 * leftmost } }
    }.filter { $0 != 0 }
    report.left = PersonReport.Share(taken.count { $0 > 0 }, of: taken.count)
    var agreed = (right: 0, count: 0)
    for judgment in own where judgment.check == nil {
      guard let side = judgment.side, let counts = sides[judgment.question] else { continue }
      // All but the person's own answer, which is one of those counted.
      agreed.count += counts.reduce(0, +) - 1
      agreed.right += counts[Int(side) + 1] - 1
    }
    report.agreement = PersonReport.Share(agreed.right, of: agreed.count)
  }
}
