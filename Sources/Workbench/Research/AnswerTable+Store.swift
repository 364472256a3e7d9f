import Compute
import Files
import Foundation
import GRDB
import Runs

extension WorkbenchStore {
  /// Everything that was said and decided. One reading of the file: linear in events and clips.
  package func answerTable() throws -> AnswerTable {
    try read { db in AnswerTable(rows: try Self.events(db) + Self.decisions(db)) }
  }

  /// Answers and retractions in the order in which they were said.
  private static func events(_ db: Database) throws -> [AnswerTable.Row] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT e.*, q.number, q.iteration, q.kind, q.forEvaluation, q.check_kind, q.source, q.expected,
          p.role AS role, u.sequence AS undone, g.sequence IS NOT NULL AS stands,
          (SELECT count(*) FROM made WHERE event = e.sequence) AS made,
          (SELECT min(iteration) FROM intakes WHERE through >= e.sequence) AS taken,
          (SELECT through FROM intakes WHERE through >= e.sequence ORDER BY iteration LIMIT 1) AS through,
          coalesce((SELECT counts FROM decided WHERE question = e.question AND content IS NOT NULL), 0) AS overridden,
          coalesce((SELECT set_aside FROM taken_answers WHERE event = e.sequence), 0) AS aside,
          (SELECT form FROM gold_forms WHERE question = q.source) AS form
        FROM events e JOIN questions q ON q.id = e.question LEFT JOIN people p ON p.name = e.person
          LEFT JOIN events u ON u.undoes = e.sequence LEFT JOIN given g ON g.sequence = e.sequence
        ORDER BY e.sequence
        """)
    var origins = Origins(db)
    let roles = try Roles(db)
    // What a person answered when a question was first put, for the checks that ask it again.
    let first = try Dictionary(
      judgments(db).filter { $0.check == nil }.map { (["\($0.person)", "\($0.question)"], $0.side) },
      uniquingKeysWith: { $1 })
    var words = ContentWords()
    return try rows.map { row in
      let (undoes, undone): (Int?, Int?) = (row["undoes"], row["undone"])
      let (question, number): (Int, Int?) = (row["question"], row["number"])
      let (source, content): (Int?, String?) = (row["source"], row["content"])
      let (person, seconds): (String, Double) = (row["person"], row["time"])
      let kind: String = row["kind"]
      let isComparison = kind == "comparison"
      let check = (row["check_kind"] as String?).flatMap(StoredQuestion.Check.init(rawValue:))
      let isCompared = StoredQuestion.comparedKinds.contains(kind)
      let judgment = Judgment(
        person: person, kind: kind, question: question, source: source,
        answer: isCompared ? try words.word(content) ?? row["skipped"] : nil, check: check,
        expected: isCompared ? try words.word(row["expected"]) : nil,
        isSame: isCompared ? nil : try Judgment.isSame(content, as: row["expected"], form: row["form"]))
      let through: Int? = row["through"]
      let isTaken = number != nil && undoes == nil && (undone == nil || undone! > through ?? .max)
      return AnswerTable.Row(
        row: undoes == nil ? "answer" : "retraction", event: row["sequence"], question: question,
        item: source ?? question, number: number, round: row["iteration"], kind: kind,
        forEvaluation: row["forEvaluation"], person: person,
        role: roles.role(of: person, at: seconds, now: row["role"]),
        time: milliseconds(seconds), milliseconds: row["milliseconds"], late: undoes == nil ? row["late"] : nil,
        answer: content, side: isComparison ? try words.word(content) : nil,
        strongly: isComparison ? try words.strongly(content) : nil, skipped: row["skipped"], reason: row["reason"],
        stands: row["stands"], counts: row["stands"] && number != nil && !row["overridden"] && !row["aside"],
        takesBack: undoes,
        takenBackBy: undone, takenInRound: isTaken ? row["taken"] : nil, check: check?.rawValue,
        checkPassed: undoes == nil
          ? judgment.isPassed(before: source.flatMap { first[[person, "\($0)"]] ?? nil }) : nil,
        expected: row["expected"], madeClips: row["made"], clips: try origins.of(question))
    }
  }

  /// What researchers decided, after what people said.
  private static func decisions(_ db: Database) throws -> [AnswerTable.Row] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT d.*, q.number, q.iteration, q.kind, q.forEvaluation, p.role AS role,
          d.sequence = (SELECT max(sequence) FROM decisions WHERE question = d.question) AS holds,
          (SELECT min(iteration) FROM decision_intakes WHERE through >= d.sequence) AS taken
        FROM decisions d JOIN questions q ON q.id = d.question LEFT JOIN people p ON p.name = d.person
        ORDER BY d.sequence
        """)
    var origins = Origins(db)
    let roles = try Roles(db)
    var words = ContentWords()
    return try rows.map { row in
      let (question, content): (Int, String?) = (row["question"], row["content"])
      let (person, kind, seconds): (String, String, Double) = (row["person"], row["kind"], row["time"])
      let (holds, counts): (Bool, Bool) = (row["holds"], row["counts"])
      return AnswerTable.Row(
        row: "decision", event: row["sequence"], question: question, item: question, number: row["number"],
        round: row["iteration"], kind: kind, forEvaluation: row["forEvaluation"], person: person,
        role: roles.role(of: person, at: seconds, now: row["role"]), time: milliseconds(seconds), answer: content,
        side: kind == "comparison" ? try words.word(content) : nil,
        strongly: kind == "comparison" ? try words.strongly(content) : nil, stands: holds && content != nil,
        counts: holds && counts, takenInRound: counts ? row["taken"] : nil, madeClips: 0,
        clips: try origins.of(question))
    }
  }

  /// Which role somebody had at some moment, by the audit log.
  private struct Roles {
    private var changes: [String: [(time: Double, change: RoleChange)]] = [:]

    init(_ db: Database) throws {
      let rows = try Row.fetchAll(
        db, sql: "SELECT time, subject, details FROM audit WHERE action = ? ORDER BY sequence",
        arguments: [AuditedAction.roleChanged.rawValue])
      for row in rows {
        guard let name = row["subject"] as String?, let change = (row["details"] as String?).flatMap(RoleChange.init)
        else { continue }
        changes[name, default: []].append((row["time"], change))
      }
    }

    func role(of person: String, at time: Double, now: String?) -> String? {
      changes[person]?.first { $0.time > time }?.change.from.rawValue ?? now
    }
  }

  /// Where the clips of each question come from, each read once.
  private struct Origins {
    private let db: Database
    private var known: [Int: [AnswerTable.Origin]] = [:]

    init(_ db: Database) { self.db = db }

    mutating func of(_ question: Int) throws -> [AnswerTable.Origin] {
      if let origins = known[question] { return origins }
      let clips = try Data.fetchAll(
        db, sql: "SELECT content FROM clips WHERE question = ? ORDER BY place", arguments: [question])
      let origins = try clips.map { data in
        let clip = try StoredSegment(decoding: data)
        let start = clip.trajectory.start
        return AnswerTable.Origin(
          slot: start?.slot, episode: start?.episode, step: start?.step, length: clip.trajectory.count,
          batch: "\(clip.source)/\(clip.sourceIndex)")
      }
      known[question] = origins
      return origins
    }
  }
}

extension AnswerTable {
  /// Of a run's directory, to which nothing is written, also while its workbench is open.
  ///
  /// - Throws: `InputError` if nobody has answered the run at a workbench, or the file cannot be read.
  package init(run directory: String) throws {
    let path = directory + "/workbench.sqlite"
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        "nobody has answered here at a workbench", at: directory,
        remedy: "name a run that people answer; --as jsonl has the answers of simulated people, too")
    }
    self = try WorkbenchStore(showing: path, seed: 0, clock: { 0 }).answerTable()
  }
}
