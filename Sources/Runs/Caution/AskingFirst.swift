import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation

/// Steps that wait for a person in a run: `caution.askFirst`.
struct AskingFirst: Sendable {
  /// Which steps wait, and what is done without permission.
  var rule: AskFirstRule

  /// Nil where no step waits.
  ///
  /// - Throws: `InputError` if this world does not tell which steps can be undone, or what it means to stay; or if it is
  ///   seen as pictures, between which no distance tells what is familiar.
  init?(_ settings: CautionSettings, in entry: EnvironmentEntry, _ fallback: CautionFallback?) throws {
    guard let reasons = settings.askFirst.reasons else { return nil }
    guard !reasons.unfamiliar || entry.specification.image == nil else {
      throw InputError(
        "distances between images do not tell what is familiar", at: "caution.askFirst",
        remedy: "use it in worlds that are seen as numbers")
    }
    do {
      rule = try AskFirstRule(
        reasons, otherwise: fallback.map { .trusted($0.rule.trusted) } ?? .stay, level: settings.level,
        limit: settings.askFirstLimit, in: entry.specification, table: entry.tabular)
    } catch var error as InputError {
      error.place = "caution.askFirst"
      throw error
    }
  }

  /// Whether this learner's steps can wait.
  ///
  /// - Throws: `InputError` if not.
  func check(_ learner: any Learner) throws {
    guard learner is any GuardableLearner else {
      throw InputError(
        "this learner's steps cannot wait", at: "caution.askFirst", remedy: "use ppo, sac, td3, dqn or mpc")
    }
  }
}

/// The permissions that one round of training asks for.
final class PermissionRound: PermissionDesk {
  private unowned let run: LearnRun
  private let iteration: Int
  private let stop: StopFlag
  private var asked = 0
  private var failure: (any Error)?
  private var isStopped = false

  init(_ run: LearnRun, _ iteration: Int, _ stop: StopFlag) {
    (self.run, self.iteration, self.stop) = (run, iteration, stop)
  }

  func mayTake(_ step: WaitingStep) -> Bool? {
    // What comes after a failure or a stop is never learned from.
    guard failure == nil, !isStopped else { return nil }
    defer { asked += 1 }
    do {
      switch try run.permission(for: step, iteration, asked, stop: stop) {
      case .decided(let decision): return decision
      case .stopped: isStopped = true
      }
    } catch {
      failure = error
    }
    return nil
  }

  /// Whether the run was told to stop while a step waited: what the agent did since then does not count.
  ///
  /// - Throws: what went wrong in asking.
  func wasInterrupted() throws -> Bool {
    if let failure { throw failure }
    return isStopped
  }
}

extension LearnRun {
  /// The first number of questions about permissions: those of the schedule never come so far.
  private static let firstPermission = 1_000_000_000

  /// What became of a step that waited.
  enum PermissionOutcome {
    /// Nil if nobody decided in time.
    case decided(Bool?)
    case stopped
  }

  /// Asks whether a step may be taken, and writes down what was said: it counts as any answer does.
  func permission(
    for step: WaitingStep, _ iteration: Int, _ place: Int, stop: StopFlag
  ) throws -> PermissionOutcome {
    let question = try question(about: step, iteration, place)
    let query = counters.queries
    let reply = try waiting {
      try answering.permit(question, query: query, within: settings.caution.askFirstPatience, stop: stop)
    }
    var given = GivenAnswer(number: -1, question: question, person: "nobody", content: nil, skipped: Self.lateAnswer)
    switch reply {
    case .stopped: return .stopped
    case .late: break
    case .given(let answer): given = answer
    }
    counters.queries += 1
    counters.answers += 1
    if case .given = reply, answering.mayTakeBack { takenQueries[given.number] = query }
    var record = RecordedAnswer(
      record: FeedbackRecord(
        number: query, kind: question.kind, person: given.person, question: question.question, answer: given.answer,
        skipped: given.skipped), iteration: iteration)
    let choices = try record.record.choices(in: world, kinds: feedback)
    record.contrasts = try contrasts(of: choices, query: query)
    var segment = ledger.nextSegment
    try ledger.append(
      record.entries(RecordedAnswer.Clips(shown: question.clips), segment: &segment, step: counters.allSteps).entries)
    try answered.append(query, choices)
    return .decided(try given.content?.decode(Permission.Decision.self).allow)
  }

  /// Why there is no answer where nobody gave one in time.
  static let lateAnswer = "no answer in time"

  /// The two courses from here: both go on as is done without permission, so that they differ by the step alone.
  private func question(about step: WaitingStep, _ iteration: Int, _ place: Int) throws -> PosedQuestion {
    let piece = recorder.underWay(step.slot)
    guard let asking = askingFirst, let start = piece.start else {
      preconditionFailure("steps wait in episodes that are recorded")
    }
    let here = SourcedTrajectory(
      piece, leadingActions: start.step > 0 ? experience.actionsBefore(slot: start.slot, episode: start.episode) : [],
      source: AgentExperience.source, sourceIndex: 0
    ).whole
    let left = (entry.specification.maximumEpisodeSteps ?? .max) - start.step - piece.count
    let steps = max(1, min(settings.feedback.segmentLength, left))
    let courses = try [step.action, step.instead].map { first in
      let course = course(first, from: here, steps: steps, asking.rule)
      let size = piece.observationSize
      guard course.trajectory.count > 0, course.trajectory.observations.prefix(size) == piece.observations.suffix(size)
      else {
        throw InputError(
          "'\(entry.specification.id)' does not repeat when it is played again, so that nobody can be shown what a step "
            + "leads to", at: "caution.askFirst", remedy: "use caution.fallback there")
      }
      return course
    }
    var causes: [Permission.Cause] = []
    if step.isUnfamiliar { causes.append(.unfamiliar) }
    if step.isIrreversible { causes.append(.irreversible) }
    let details = Permission.Details(action: step.action, instead: step.instead, causes: causes)
    return PosedQuestion(
      number: Self.firstPermission + 10_000 * iteration + place, iteration: iteration, kind: Permission.name,
      question: Question(courses.map(\.trajectory), details: try JSONValue(encoding: details)), clips: courses)
  }

  private func course(
    _ first: [Float], from here: StoredSegment, steps: Int, _ rule: AskFirstRule
  ) -> StoredSegment {
    var actions = first
    var made = here.whatIf(actions, from: here.trajectory.count, in: entry, random: random)
    let otherwise = rule.makeOtherwise(count: 1)
    for _ in 1..<max(1, steps) where !made.trajectory.terminated {
      var next = Array(actions.suffix(first.count))
      let seen = Array(made.trajectory.observations.suffix(made.trajectory.observationSize))
      var row = next.mutableSpan
      otherwise.act(seen.span, into: &row)
      actions += next
      made = here.whatIf(actions, from: here.trajectory.count, in: entry, random: random)
    }
    return made
  }

  /// What was allowed in this round's training may be done when the agent is tried at its end.
  func keepPermissions() {
    guard let asking = (learner as? any GuardableLearner)?.stepGuard as? AskFirstGuard else { return }
    askingFirst?.rule.standing = asking.standing
  }

  /// The same of a round that is over, by what the ledger has: at the end of a run that goes on after an interruption.
  func keepPermissions(of iteration: Int) throws {
    guard let ways = askingFirst?.rule.ways else { return }
    var standing: [AskFirstRule.Step: Bool] = [:]
    for answer in try ledger.answers(before: ledger.position)
    where answer.iteration == iteration && answer.record.kind == Permission.name {
      let details = try answer.record.question.details.decode(Permission.Details.self)
      guard !details.causes.isEmpty, let clip = answer.record.question.clips.first, let action = details.action.first,
        let state = ways.state(seeing: Array(clip.observations.prefix(clip.observationSize))),
        let decision = try answer.record.answer?.content.decode(Permission.Decision.self)
      else { continue }
      standing[AskFirstRule.Step(state: state, action: Int(action))] = decision.allow
    }
    askingFirst?.rule.standing = standing
  }
}
