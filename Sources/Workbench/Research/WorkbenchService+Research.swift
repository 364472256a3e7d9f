import Compute
import Environments
import Feedback
import Files
import Foundation
import GRDB
import Runs

extension WorkbenchService {
  private var world: FeedbackWorld { FeedbackWorld(project.entry) }

  /// A question of the run, its clips, and what everybody who has answered it said.
  func show(_ request: Messages.QuestionRequest) throws -> Messages.QuestionShown {
    guard let stored = try store.question(of: request), let number = stored.number else {
      throw InputError("there is no such question of the run", at: "question")
    }
    let kind = try project.kinds.kind(stored.kind)
    let presentation = try kind.show(stored.question, in: world)
    let reply = presentation.reply
    return Messages.QuestionShown(
      id: stored.id, number: number, round: stored.iteration, kind: stored.kind, prompt: presentation.prompt,
      captions: presentation.captions, reply: reply,
      clips: clips(of: stored, presentation),
      details: stored.details, canBeDecided: reply.isChoice, noGold: reply.noGold,
      reachesRun: project.board.current.phase != .finished,
      answers: try store.answers(to: stored.id).map { answer in
        var shown = answer
        shown.noGold = answer.content.flatMap { reply.noGold(of: $0) }
        return shown
      },
      decision: try store.decision(about: stored.id).flatMap { decision in
        decision.content.map {
          Messages.DecisionShown(
            person: decision.person, content: $0, counts: decision.counts, time: milliseconds(decision.time))
        }
      })
  }

  /// Decides about a question, or withdraws what was decided.
  func decide(_ wanted: Messages.Decide, by member: Member) throws -> Messages.QuestionShown {
    guard let stored = try store.question(wanted.question), stored.number != nil else {
      throw InputError("there is no such question of the run", at: "question")
    }
    let counts = wanted.counts ?? true
    let kind = try project.kinds.kind(stored.kind)
    let reply = try kind.show(stored.question, in: world).reply
    if let content = wanted.content {
      if counts, !reply.isChoice {
        throw InputError("an answer to this question is no choice between a few", at: "content")
      }
      if !counts, let reason = reply.noGold(of: content) {
        throw InputError("no gold is made of this: \(reason)", at: "content")
      }
      try kind.check(Answer(content), to: stored.question, in: world)
    }
    try store.decide(stored.id, wanted.content, counts: counts, comparing: SameAnswer(reply), by: member.name)
    return try show(Messages.QuestionRequest(id: stored.id))
  }

  /// Where people differ most, among the kinds whose answers are one of a few choices.
  func differences() throws -> DifferenceReport {
    let isChoice = try Dictionary(
      uniqueKeysWithValues: store.kinds().map { kind, question in
        guard let stored = try store.question(question) else { return (kind, false) }
        return (kind, try project.kinds.kind(kind).show(stored.question, in: world).reply.isChoice)
      })
    return try store.differences { isChoice[$0] ?? false }
  }

  /// The answers as the project's subject writes them, written down in the audit log.
  func export(subjectAs form: ExportForm, by member: Member) throws -> Outcome {
    let outcome = try subject.export(form)
    if case .file(_, let name, _) = outcome { try store.note(.exported, by: member.name, about: name) }
    return outcome
  }

  /// The answers with those that were set aside among them, written down in the audit log.
  func exportSetAside(by member: Member) throws -> Outcome {
    let name = "answers-and-clips-with-set-aside.jsonl"
    let data = try store.exported(includesSetAside: true)
    try store.note(.exported, by: member.name, about: name)
    return .file(data, name: name, type: "application/x-ndjson")
  }

  /// The table of all answers as a file, written down in the audit log.
  func export(_ form: AnswerTable.Form, by member: Member) throws -> Outcome {
    let data = try store.answerTable().data(form)
    try store.note(.exported, by: member.name, about: form.fileName)
    return .file(data, name: form.fileName, type: form.type)
  }
}

extension ReplyForm {
  /// Whether an answer is one of a few choices, so that two people can say the same.
  var isChoice: Bool {
    switch self {
    case .compare, .pick: true
    default: false
    }
  }
}

/// Seconds since 1970 as a whole number of milliseconds.
func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

extension WorkbenchStore {
  func question(of request: Messages.QuestionRequest) throws -> StoredQuestion? {
    try read { db in
      guard
        let id = try request.id
          ?? request.number.flatMap({
            try Int.fetchOne(db, sql: "SELECT id FROM questions WHERE number = ?", arguments: [$0])
          })
      else { return nil }
      return try StoredQuestion.load(id, db)
    }
  }

  /// What stands to a question, in the order in which it was said.
  func answers(to question: Int) throws -> [Messages.AnswerShown] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT s.*, p.role AS role FROM standing s LEFT JOIN people p ON p.name = s.person WHERE s.question = ?
          ORDER BY s.sequence
          """, arguments: [question]
      ).map { row in
        let content: String? = row["content"]
        return Messages.AnswerShown(
          person: row["person"], role: (row["role"] as String?).flatMap(Role.init(rawValue:)),
          content: try content.map(JSONText.value), nonAnswer: row["skipped"], reason: row["reason"],
          time: milliseconds(row["time"]), milliseconds: row["milliseconds"], late: row["late"])
      }
    }
  }

  /// The kinds that were asked, with a question of each.
  func kinds() throws -> [(kind: String, question: Int)] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT kind, min(id) AS id FROM questions WHERE number IS NOT NULL GROUP BY kind ORDER BY kind"
      ).map { ($0["kind"], $0["id"]) }
    }
  }
}
