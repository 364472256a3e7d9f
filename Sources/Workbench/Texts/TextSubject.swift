import Compute
import Feedback
import Files
import Foundation

/// The texts of a file as what a project is about: two replies to a prompt, or a completion and its verdict.
struct TextSubject: WorkbenchSubject {
  let project: WorkbenchProject
  let record: JudgingRecord

  private var store: WorkbenchStore { project.store }

  // MARK: The project

  /// Nothing goes on behind the page, and nobody acts: what is about a run or its clips is not served. Endpoints that are
  /// added later are named here before texts have them.
  func serves(_ endpoint: Endpoint) -> Bool {
    switch endpoint {
    case .me, .project, .status, .questions, .answers, .undo, .export, .exportTRL, .exportTies, .exportTable: true
    case .people, .agreement, .unanswered, .audit, .remove, .erase, .role, .quality: true
    case .guide, .guideChange, .own: true
    case .invites, .invitations, .revoke, .sessions, .endSession: true
    default: false
    }
  }

  /// Annotators are not told what the file is called, as names of files name models, nor how often they are checked.
  func description(for member: Member) throws -> Messages.Project {
    Messages.Project(
      id: project.id, title: member.role == .annotator ? "Judging texts" : project.title, environment: "", kinds: [],
      features: [],
      actions: .init(names: [], directions: [], dimensions: 0, low: [], high: []), hasRun: false,
      settings: [.owner, .researcher].contains(member.role) ? try store.quality() : nil,
      texts: record.kind.rawValue)
  }

  func status(for member: Member) throws -> any Encodable {
    let counts = try store.counts()
    let isDone = counts.open == 0
    let phase: LiveBoard.Phase = isDone ? .finished : .collecting
    let message = isDone ? "Everything has been judged." : "Answers are collected."
    guard member.role != .annotator else {
      return OwnStatus(phase: phase, message: message, answers: try store.answers(of: member.name), open: counts.open)
    }
    return TextStatus(
      phase: phase, message: message, counts, record, tallies: try store.tallies(),
      people: try store.read(WorkbenchStore.wanted))
  }

  // MARK: Questions

  func message(_ lent: LentQuestion, for member: Member) throws -> Messages.Question {
    let stored = lent.question
    let texts: Messages.Texts
    let reply: ReplyForm
    var previous = lent.previous.map { Messages.Previous(content: nil, nonAnswer: $0.skipped) }
    switch record.kind {
    case .pairs:
      let pair = try TextPair.read(stored.details)
      let left = left(of: stored, for: member)
      let replies = pair.replies.map(\.shown)
      texts = Messages.Texts(prompt: pair.shownPrompt, replies: [replies[left], replies[1 - left]])
      reply = .compare(strengths: true, ties: true)
      if let content = lent.previous?.content {
        let said = try content.decode(TextComparison.self)
        previous?.content = try JSONValue(
          encoding: Messages.ShownComparison(
            answer: Sides.turned(said.answer, left: left).rawValue, strongly: said.strongly))
      }
    case .rollouts:
      let rollout = try stored.details.decode(JudgedRollout.self)
      func shown(_ text: String) -> String? { text.isEmpty ? nil : text }
      texts = Messages.Texts(
        prompt: rollout.prompt, replies: [rollout.completion], extracted: shown(rollout.extracted),
        reference: shown(rollout.answer))
      reply = .pick([
        try ReplyOffer("right", Messages.ShownVerdict(answer: "right")),
        try ReplyOffer("wrong", Messages.ShownVerdict(answer: "wrong")),
      ])
      previous?.content = lent.previous?.content
    }
    return Messages.Question(
      id: store.names.name(of: stored.id), lease: lent.token, kind: stored.kind, prompt: record.question, captions: [],
      reply: reply,
      clips: [], details: .object([:]), again: lent.previous != nil, previous: previous, texts: texts)
  }

  func wait(of member: Member) throws -> Messages.Asked {
    if try store.isHeldByOthers(member.name) {
      return Messages.Asked(
        questions: [], wait: "others", message: "Others have the questions that are left. There may be more soon.")
    }
    return Messages.Asked(questions: [], wait: "finished", message: "You have judged everything. Thank you.")
  }

  private func left(of stored: StoredQuestion, for member: Member) -> Int {
    Sides.left(of: stored, for: member.name, seed: UInt64(record.seed))
  }

  func accept(_ given: Messages.Content, to stored: StoredQuestion, of member: Member) throws -> AcceptedAnswer {
    guard given.plays.isEmpty else { throw InputError("there are no clips here", at: "plays") }
    switch record.kind {
    case .pairs:
      let said = try given.content.decode(Messages.ShownComparison.self)
      guard let answer = TextComparison.Preference(rawValue: said.answer) else {
        throw InputError.unknown("answer", said.answer, among: ["first", "second", "tie"], at: "content.answer")
      }
      let left = left(of: stored, for: member)
      return AcceptedAnswer(
        content: try JSONValue(
          encoding: TextComparison(
            answer: Sides.turned(answer, left: left), strongly: answer == .tie ? nil : said.strongly ?? false,
            left: left == 0 ? .first : .second)))
    case .rollouts:
      let said = try given.content.decode(Messages.ShownVerdict.self)
      guard let verdict = RolloutVerdict.Verdict(rawValue: said.answer) else {
        throw InputError.unknown("answer", said.answer, among: ["right", "wrong"], at: "content.answer")
      }
      return AcceptedAnswer(content: try JSONValue(encoding: RolloutVerdict(answer: verdict)))
    }
  }

  // MARK: Export

  func export(_ form: ExportForm) throws -> WorkbenchService.Outcome {
    let export = try JudgedExport(store, record.kind)
    return .file(
      try export.data(form), name: export.name(form), type: form == .csv ? "text/csv" : "application/x-ndjson")
  }
}
