import Compute
import Environments
import Feedback
import Files
import Foundation
import Runs

/// Answers the requests of pages, independent of the transport: it opens no socket.
package struct WorkbenchService: Sendable {
  let project: WorkbenchProject

  package init(project: WorkbenchProject) { self.project = project }

  /// What the project is about.
  var subject: any WorkbenchSubject {
    project.texts.map { TextSubject(project: project, record: $0) } ?? RunSubject(service: self)
  }
  var store: WorkbenchStore { project.store }
  var entry: EnvironmentEntry { project.entry }
  private var world: FeedbackWorld { FeedbackWorld(project.entry) }

  /// What becomes of a request.
  package enum Outcome {
    case value(any Encodable)
    /// A file to keep.
    case file(Data, name: String, type: String)
    case refused(status: Int, Messages.Problem)
  }

  /// - Parameters:
  ///   - endpoint: neither `join`, `leave` nor `events`, which are the carrier's.
  ///   - member: who asks; their rights have been checked.
  ///   - body: JSON.
  package func respond(_ endpoint: Endpoint, _ member: Member, body: Data) -> Outcome {
    do {
      return try answer(endpoint, member, body)
    } catch let error as InputError {
      return .refused(
        status: error.place == "question" || error.place == "id" ? 409 : 400,
        Messages.Problem(error: Self.sentence(error), remedy: error.remedy))
    } catch let error as DecodingError {
      return .refused(status: 400, Messages.Problem(error: Self.sentence(error), remedy: nil))
    } catch {
      HostScreen.complain("\(endpoint.path): \(error)")
      return .refused(status: 500, Messages.Problem(error: "something went wrong here", remedy: "try again"))
    }
  }

  private func answer(_ endpoint: Endpoint, _ member: Member, _ body: Data) throws -> Outcome {
    guard subject.serves(endpoint) else { throw InputError("there is no such thing in a project about texts") }
    switch endpoint {
    case .me: return .value(member)
    case .project: return .value(try subject.description(for: member))
    case .status: return .value(try status(for: member))
    case .questions: return .value(try questions(member, try decode(body)))
    case .answers: return .value(try take(try decode(body), from: member))
    case .undo: return try undo(member)
    case .play: return .value(try play(try decode(body), member))
    case .preview: return .value(try preview(try decode(body), member))
    case .bend: return .value(try bend(try decode(body), member))
    case .whatIf: return .value(try whatIf(try decode(body), member))
    case .uncertainty: return try measured(try decode(body), for: member)
    case .pause:
      let pause: Messages.Pause = try decode(body)
      try project.pause(pause.paused)
      try store.note(pause.paused ? .paused : .resumed, by: member.name)
      return .value(Messages.Done())
    case .people: return .value(try store.people())
    case .invites:
      let invite: Messages.Invite = try decode(body)
      let code = try store.invite(invite.name, as: invite.role)
      try store.note(.invited, by: member.name, about: invite.name, "as \(invite.role.rawValue)")
      return .value(Messages.Invitation(link: "/#join=" + code))
    case .invitations, .revoke, .sessions, .endSession, .erase: return try answerAboutAccess(endpoint, member, body)
    case .remove:
      let remove: Messages.Remove = try decode(body)
      try store.remove(remove.name)
      try store.note(.removed, by: member.name, about: remove.name)
      return .value(Messages.Done())
    case .quality:
      try change(try decode(body), by: member)
      return .value(try store.quality())
    case .unanswered: return .value(try store.unanswered())
    case .export: return try export(subjectAs: .jsonl, by: member)
    case .exportTRL: return try export(subjectAs: .trl, by: member)
    case .exportTies: return try export(subjectAs: .ties, by: member)
    case .exportTable: return try export(subjectAs: .csv, by: member)
    case .exportSetAside: return try exportSetAside(by: member)
    case .role:
      let change: Messages.RoleChange = try decode(body)
      try store.setRole(of: change.name, to: change.role, by: member.name)
      return .value(Messages.Done())
    case .agreement: return .value(try store.agreement())
    case .differences: return .value(try differences())
    case .question: return .value(try show(try decode(body)))
    case .decide: return .value(try decide(try decode(body), by: member))
    case .audit: return .value(try store.audit())
    case .exportJSONL: return try export(.jsonl, by: member)
    case .exportCSV: return try export(.csv, by: member)
    case .exportParquet: return try export(.parquet, by: member)
    case .guide: return .value(try guide(for: member))
    case .guideChange: return .value(try changeGuide(try decode(body), by: member))
    case .practice: return .value(try practice())
    case .own: return .value(try own(member))
    case .lesson: return .value(try lesson(for: member))
    case .history: return .value(try history(of: member))
    case .historyChange: return try undo(member, answer: (try decode(body) as Messages.HistoryChange).answer)
    case .join, .leave, .events: preconditionFailure("the carrier answers these")
    }
  }

  func decode<Value: Decodable>(_ body: Data) throws -> Value {
    try JSON.decode(Value.self, from: body)
  }

  private static func sentence(_ error: InputError) -> String {
    error.place.map { "\(error.problem) (\($0))" } ?? error.problem
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the body" : path.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing in \(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context.codingPath)) has the wrong type"
    case .dataCorrupted: return "the body is not the JSON that was expected"
    @unknown default: return "the body cannot be read"
    }
  }

  // MARK: The project

  package func status(for member: Member) throws -> any Encodable { try subject.status(for: member) }

  func runStatus(for member: Member) throws -> any Encodable {
    let state = project.board.current
    let (counts, own) = (try store.counts(), try store.answers(of: member.name))
    let waiting = try store.openPermissions()
    guard try Self.watches(member, store.guide()) else {
      let full = RunStatus(state, counts, own: own, canPause: false)
      return OwnStatus(
        phase: full.phase, message: RunStatus.message(state, open: counts.open, hasDetails: false), answers: own,
        open: counts.open, stepsWaiting: waiting > 0 ? waiting : nil)
    }
    var status = RunStatus(
      state, counts, own: own, canPause: member.role == .owner || member.role == .researcher)
    if waiting > 0 { status.stepsWaiting = waiting }
    status.rewardRound = project.meter.iteration
    if member.role == .annotator {
      status.message = RunStatus.message(state, open: counts.open, hasDetails: false)
      // Which answers moved the reward is about answers of others, and names them.
      status.influence = nil
    }
    return status
  }

  func description(for member: Member) throws -> Messages.Project {
    let space = entry.specification.actionSpace
    var actions = Messages.Project.Actions(
      names: [], directions: entry.specification.actionNames, dimensions: 0, low: [], high: [])
    switch space {
    case .discrete(let names): actions.names = names
    case .continuous(let box): (actions.dimensions, actions.low, actions.high) = (box.count, box.low, box.high)
    }
    return Messages.Project(
      id: project.id, title: project.title, environment: entry.specification.id,
      kinds: project.kinds.kinds.map { .init(name: $0.name, summary: $0.summary) },
      features: entry.features.map { .init(name: $0.name, summary: $0.summary) }, actions: actions, hasRun: true,
      settings: [.owner, .researcher].contains(member.role) ? try store.quality() : nil)
  }

  private func change(_ wanted: Messages.Quality, by member: Member) throws {
    let before = try store.quality()
    var quality = before
    if let overlap = wanted.overlap { quality.overlap = overlap }
    if let gold = wanted.gold { quality.gold = gold }
    if let duplicate = wanted.duplicate { quality.duplicate = duplicate }
    if let mirrored = wanted.mirrored { quality.mirrored = mirrored }
    if let impossible = wanted.impossible { quality.impossible = impossible }
    try store.set(quality)
    if quality != before {
      try store.note(.settingsChanged, by: member.name, about: nil, quality.changes(from: before))
    }
  }

  // MARK: Questions

  private func questions(_ member: Member, _ ask: Messages.Ask) throws -> Messages.Asked {
    let holding = (ask.hold ?? []).prefix(64).compactMap(store.names.number)
    let count = min(max(1, ask.count ?? 1), 8)
    let lent = try store.next(member.name, count: count, holding: holding)
    let messages = try lent.map { try subject.message($0, for: member) }
    guard messages.isEmpty else { return Messages.Asked(questions: messages, wait: nil, message: "") }
    return try subject.wait(of: member)
  }

  /// Why the run has no question for this person now.
  func wait(of member: Member) throws -> Messages.Asked {
    let state = project.board.current
    if state.phase == .finished {
      return Messages.Asked(questions: [], wait: "finished", message: "The run has finished. Thank you.")
    }
    if state.failure != nil {
      let message = RunStatus.message(state, open: 0, hasDetails: member.role != .annotator)
      return Messages.Asked(questions: [], wait: "paused", message: message)
    }
    if try store.isDeferred(member.name) {
      return Messages.Asked(
        questions: [], wait: "others", message: "Others answer the questions that are left in this run. Thank you.")
    }
    if try store.isHeldByOthers(member.name) {
      return Messages.Asked(
        questions: [], wait: "others", message: "Others have the questions that are left. There may be more soon.")
    }
    if state.isPaused { return Messages.Asked(questions: [], wait: "paused", message: "The agent is paused.") }
    return Messages.Asked(
      questions: [], wait: "training", message: "The agent is learning from what was said. New questions come soon.")
  }

  /// A question's clips as its kind presents them: with what led to the moment, where it is about one.
  func clips(of stored: StoredQuestion, _ presentation: Presentation) -> [ClipPicture] {
    stored.clips.enumerated().compactMap { index, clip in
      let lead = presentation.leads.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? 0
      return ClipPicture(clip, in: entry, seed: project.seed, lead: lead)
    }
  }

  func message(_ lent: LentQuestion) throws -> Messages.Question {
    let stored = lent.question
    let presentation = try project.kinds.kind(stored.kind).show(stored.question, in: world)
    return Messages.Question(
      id: store.names.name(of: stored.id), lease: lent.token, kind: stored.kind, prompt: presentation.prompt,
      captions: presentation.captions, reply: presentation.reply,
      clips: clips(of: stored, presentation), details: stored.details,
      again: lent.previous != nil,
      previous: lent.previous.map {
        Messages.Previous(content: $0.content, nonAnswer: $0.skipped, reason: $0.reason)
      }, secondsLeft: try store.secondsLeft(stored.id))
  }

  /// Takes the named answer back, or the latest.
  private func undo(_ member: Member, answer: Int? = nil) throws -> Outcome {
    switch try store.undo(member.name, answer: answer, lastRound: project.lastRound) {
    case .lent(let lent): return .value(Messages.Undone(question: try subject.message(lent, for: member)))
    case .nothing:
      let problem = answer == nil ? "there is nothing to take back" : "no answer of yours stands there"
      return .refused(status: 404, Messages.Problem(error: problem, remedy: nil))
    case .tooLate:
      return .refused(
        status: 409,
        Messages.Problem(
          error: "the agent has learned from this answer, and has no round left to learn anything else: it stays",
          remedy: nil))
    }
  }

  private func take(_ given: Messages.Given, from member: Member) throws -> WorkbenchStore.Receipt {
    guard given.project == nil || given.project == project.id else {
      throw InputError("this is an answer to another run", at: "question", remedy: "open the page of that run")
    }
    guard (1...100).contains(given.id.utf8.count), !given.id.hasPrefix("undo-") else {
      throw InputError("an answer needs an id of its own", at: "id")
    }
    let stored = try question(given.question, of: member)
    var answer = IncomingAnswer(
      id: given.id, question: stored.id, token: given.lease, content: nil, clips: [],
      reason: given.reason.map { String($0.prefix(2000)) }, milliseconds: given.milliseconds)
    if let word = given.nonAnswer {
      let known = [
        "cannot-tell": ComparisonAnswer.cannotTell.rawValue, "skip": "skipped", "broken": WorkbenchStore.broken,
      ]
      guard let skipped = known[word] else {
        throw InputError.unknown("non-answer", word, among: known.keys.sorted(), at: "nonAnswer")
      }
      answer.skipped = skipped
    } else {
      guard let content = given.content else {
        throw InputError("an answer needs content, or a reason why it has none")
      }
      let plays = given.plays ?? []
      guard plays.count <= Self.mostPlays else {
        throw InputError("\(plays.count) clips are too many", at: "plays", remedy: "give at most \(Self.mostPlays)")
      }
      let accepted = try subject.accept(Messages.Content(content: content, plays: plays), to: stored, of: member)
      (answer.content, answer.clips) = (accepted.content, accepted.clips)
      if let sentence = accepted.notUnderstood {
        (answer.skipped, answer.reason) = (WorkbenchStore.notUnderstood, sentence)
      }
    }
    return try store.store(answer, of: member.name)
  }

  func accept(_ given: Messages.Content, to stored: StoredQuestion) throws -> AcceptedAnswer {
    let clips = try given.plays.map { try replay($0.clip, $0.from, $0.actions, of: stored) }
    do {
      try project.kinds.kind(stored.kind).check(
        Answer(given.content, clips: clips.map(\.trajectory)), to: stored.question, in: world)
    } catch let error as InputError {
      guard let sentence = try sentence(given.content, refusedBy: error, in: stored) else { throw error }
      return AcceptedAnswer(content: nil, notUnderstood: sentence)
    }
    return AcceptedAnswer(content: given.content, clips: clips)
  }

  /// A sentence that was refused for its words. It is no evidence, but what a person wrote is kept, for the owner to
  /// read.
  private func sentence(
    _ content: JSONValue, refusedBy error: InputError, in stored: StoredQuestion
  ) throws -> String? {
    guard error.place == "answer.text", case .object(let fields) = content, case .string(let text)? = fields["text"],
      !text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty,
      case .text = try project.kinds.kind(stored.kind).show(stored.question, in: world).reply
    else { return nil }
    return String(text.prefix(2000))
  }

  func question(_ id: String, of member: Member) throws -> StoredQuestion {
    guard let number = store.names.number(of: id), try store.isLent(number, to: member.name),
      let stored = try store.question(number)
    else {
      throw InputError("there is no such question among yours", at: "question")
    }
    return stored
  }

  /// What a formula or a sentence means for the clips, before it is an answer.
  private func preview(_ request: Messages.PreviewRequest, _ member: Member) throws -> Messages.Preview {
    let stored = try question(request.question, of: member)
    do {
      let kind = try project.kinds.kind(stored.kind)
      guard let rewards = try kind.rewards(stated: Answer(request.content), to: stored.question, in: world) else {
        try kind.check(Answer(request.content), to: stored.question, in: world)
        return Messages.Preview(rewards: [], returns: [], message: "Understood.", understood: true)
      }
      return Messages.Preview(
        rewards: rewards, returns: rewards.map { $0.reduce(0, +) }, message: "What the formula gives each clip.",
        understood: true)
    } catch let error as InputError {
      return Messages.Preview(
        rewards: [], returns: [], message: error.problem + (error.remedy.map { "; \($0)" } ?? ""),
        understood: false)
    }
  }
}
